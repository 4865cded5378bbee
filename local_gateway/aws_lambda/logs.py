"""What functions print, and what Lambda says about each call, kept per function and passed on."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

__all__ = ["FunctionLog", "LogLine", "LogSink"]

_KEPT_LINES = 10_000


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line. `request_id` is None for what a process prints outside of a call."""

    function: str
    kind: Literal["output", "platform", "error"]
    text: str
    request_id: str | None
    at_epoch_s: float


LogSink = Callable[[LogLine], None]


class FunctionLog:
    """The newest lines of one function, oldest first."""

    def __init__(self, function: str, sink: LogSink | None = None) -> None:
        self._function = function
        self._sink = sink
        self.lines: deque[LogLine] = deque(maxlen=_KEPT_LINES)

    def add(
        self,
        text: str,
        request_id: str | None = None,
        kind: Literal["output", "platform", "error"] = "output",
    ) -> None:
        """Keep a line and pass it on."""
        line = LogLine(self._function, kind, text, request_id, time.time())
        self.lines.append(line)
        if self._sink is not None:
            self._sink(line)
