"""What functions print, and what Lambda says about each call, kept per function and passed on."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

__all__ = ["FunctionLog", "LogLine", "LogSink"]

_KEPT_LINES = 10_000

Kind = Literal["output", "platform", "error"]
"""What the function printed; Lambda's START and REPORT; what Lambda says of a failure."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line. `request_id` is None for what a process prints outside of a call."""

    function: str
    kind: Kind
    text: str
    request_id: str | None
    at_epoch_s: float


LogSink = Callable[[LogLine], None]

_Kept = tuple[float, Kind, str | None, str | tuple[float, int, float | None] | None]
"""Moment, kind, request id, and the text: of a START line it is None, of a REPORT line its figures.
Both are written thousands of times a second and seldom read, so they become text when somebody reads."""


class FunctionLog:
    """The newest lines of one function, oldest first. `quiet` keeps platform lines from the sink."""

    def __init__(self, function: str, sink: LogSink | None = None, *, quiet: bool = False) -> None:
        self._function = function
        self._sink = sink
        self._quiet = quiet or sink is None
        self._kept: deque[_Kept] = deque(maxlen=_KEPT_LINES)

    @property
    def lines(self) -> list[LogLine]:
        """What is kept, oldest first."""
        return [self._line(each) for each in self._kept]

    def add(self, text: str, request_id: str | None = None, kind: Kind = "output") -> None:
        """Keep a line and pass it on."""
        self._keep((time.time(), kind, request_id, text))

    def start(self, request_id: str) -> None:
        """Note that a call begins."""
        self._keep((time.time(), "platform", request_id, None))

    def report(self, request_id: str, took_ms: float, memory_mb: int, init_ms: float | None) -> None:
        """Note that a call has ended; `init_ms` is None unless it was its process's first."""
        self._keep((time.time(), "platform", request_id, (took_ms, memory_mb, init_ms)))

    def _keep(self, kept: _Kept) -> None:
        self._kept.append(kept)
        if self._sink is not None and not (self._quiet and kept[1] == "platform"):
            self._sink(self._line(kept))

    def _line(self, kept: _Kept) -> LogLine:
        at_epoch_s, kind, request_id, text = kept
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
