"""The log of a function: its output and Lambda's own lines, stored and passed to a sink."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

__all__ = ["FunctionLog", "LogLine", "LogSink"]

_MAX_LINES = 10_000

Kind = Literal["output", "platform", "error"]
"""The function's output; Lambda's START and REPORT lines; Lambda's description of a failure."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One log line. `request_id` is None for output outside of an invocation."""

    function: str
    kind: Kind
    text: str
    request_id: str | None
    at_epoch_s: float


LogSink = Callable[[LogLine], None]

_Entry = tuple[float, Kind, str | None, str | tuple[float, int, float | None] | None]
"""Time, kind, request id, and the text: None for a START line, the values of a REPORT line.
Both are written thousands of times a second and seldom read, so `lines` formats them on demand."""


class FunctionLog:
    """The newest lines of one function. `quiet` withholds platform lines from the sink."""

    def __init__(self, function: str, sink: LogSink | None = None, *, quiet: bool = False) -> None:
        self._function = function
        self._sink = sink
        self._quiet = quiet or sink is None
        self._entries: deque[_Entry] = deque(maxlen=_MAX_LINES)

    @property
    def lines(self) -> list[LogLine]:
        """The stored lines, oldest first."""
        return [self._line(each) for each in self._entries]

    def add(self, text: str, request_id: str | None = None, kind: Kind = "output") -> None:
        """Store a line and pass it to the sink."""
        self._store((time.time(), kind, request_id, text))

    def start(self, request_id: str) -> None:
        """Add the START line of an invocation."""
        self._store((time.time(), "platform", request_id, None))

    def report(self, request_id: str, took_ms: float, memory_mb: int, init_ms: float | None) -> None:
        """Add the REPORT line of an invocation; `init_ms` is None except for a process's first one."""
        self._store((time.time(), "platform", request_id, (took_ms, memory_mb, init_ms)))

    def _store(self, entry: _Entry) -> None:
        self._entries.append(entry)
        if self._sink is not None and not (self._quiet and entry[1] == "platform"):
            self._sink(self._line(entry))

    def _line(self, entry: _Entry) -> LogLine:
        at_epoch_s, kind, request_id, text = entry
        if text is None:
            text = f"START RequestId: {request_id} Version: $LATEST"
        elif isinstance(text, tuple):
            took_ms, memory_mb, init_ms = text
            init = "" if init_ms is None else f"\tInit Duration: {init_ms:.2f} ms"
            text = (
                f"REPORT RequestId: {request_id}\tDuration: {took_ms:.2f} ms\t"
                f"Billed Duration: {int(took_ms) + 1} ms\tMemory Size: {memory_mb} MB{init}"
            )
        return LogLine(self._function, kind, text, request_id, at_epoch_s)
