"""A time limit that is set and cleared thousands of times a second, and hardly ever passes."""

import asyncio
from collections.abc import Callable

__all__ = ["LazyDeadline"]


class LazyDeadline:
    """Calls `on_passed` with the limit that passed. It must be used on one event loop.

    Clearing it leaves the loop's timer alone, and setting it anew mostly finds one that rings early
    enough: when it rings too early, it is set for the rest.
    """

    def __init__(self, on_passed: Callable[[float], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_passed = on_passed
        self._timer: asyncio.TimerHandle | None = None
        self._rings = 0.0
        self._passes = 0.0
        self._limit_s: float | None = None

    def set(self, limit_s: float) -> None:
        """Let so many seconds begin now, instead of what was set before."""
        self._limit_s = limit_s
        self._passes = self._loop.time() + limit_s
        if self._timer is None or self._passes < self._rings:
            self._ring_at(self._passes)

    def clear(self) -> None:
        """Let nothing pass until it is set again."""
        self._limit_s = None

    def cancel(self) -> None:
        """Clear it for good."""
        self.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring_at(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._rings = when
        self._timer = self._loop.call_later(when - self._loop.time(), self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._limit_s is None:
            return
        if self._loop.time() < self._passes:
            self._ring_at(self._passes)
            return
        limit_s, self._limit_s = self._limit_s, None
        self._on_passed(limit_s)
