"""One timeout for thousands of concurrent integration calls, almost all of which finish in time."""

import asyncio
from typing import Protocol

__all__ = ["SharedTimeout", "TimeoutListener"]


class TimeoutListener(Protocol):
    """A call with a timeout. It must be hashable by identity."""

    def on_timeout(self) -> None:
        """React to the timeout; called once."""


class SharedTimeout:
    """Calls `on_timeout` of each listener that is active for `timeout_s`, with one timer for all.

    All have the same timeout, so they expire in the order in which they start, which a dict preserves.
    """

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._loop = asyncio.get_running_loop()
        self._deadlines: dict[TimeoutListener, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def start(self, listener: TimeoutListener) -> None:
        """Start the timeout of a listener now."""
        self._deadlines[listener] = self._loop.time() + self._timeout_s
        if self._timer is None:
            self._timer = self._loop.call_later(self._timeout_s, self._on_timer)

    def cancel(self, listener: TimeoutListener) -> None:
        """Cancel the timeout of a listener; no effect if it is not active."""
        self._deadlines.pop(listener, None)

    def _on_timer(self) -> None:
        """Notify the expired listeners, then set the timer for the oldest remaining one."""
        now = self._loop.time()
        expired = []
        for listener, deadline in self._deadlines.items():
            if deadline > now:
                break
            expired.append(listener)
        for listener in expired:
            if self._deadlines.pop(listener, None) is not None:  # unless an earlier listener cancelled it
                listener.on_timeout()
        oldest = next(iter(self._deadlines.values()), None)
        self._timer = None if oldest is None else self._loop.call_later(oldest - now, self._on_timer)
