"""A timer that is set and cleared thousands of times a second and hardly ever expires."""

import asyncio
from collections.abc import Callable

__all__ = ["ReusableTimer"]


class ReusableTimer:
    """Calls `on_expired` with the timeout that expired, in seconds. Use it on one event loop.

    `clear` keeps the loop's timer, and `set` reuses it if it fires early enough: a timer that fires
    too early is set again for the remaining time.
    """

    def __init__(self, on_expired: Callable[[float], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_expired = on_expired
        self._handle: asyncio.TimerHandle | None = None
        self._fires_at = 0.0
        self._expires_at = 0.0
        self._timeout_s: float | None = None

    def set(self, timeout_s: float) -> None:
        """Start a timeout now; it replaces the current one."""
        self._timeout_s = timeout_s
        self._expires_at = self._loop.time() + timeout_s
        if self._handle is None or self._expires_at < self._fires_at:
            self._schedule(self._expires_at)

    def clear(self) -> None:
        """Cancel the current timeout; the timer can be set again."""
        self._timeout_s = None

    def close(self) -> None:
        """Cancel the current timeout and the loop's timer."""
        self.clear()
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _schedule(self, when: float) -> None:
        if self._handle is not None:
            self._handle.cancel()
        self._fires_at = when
        self._handle = self._loop.call_later(when - self._loop.time(), self._fire)

    def _fire(self) -> None:
        self._handle = None
        if self._timeout_s is None:
            return
        if self._loop.time() < self._expires_at:
            self._schedule(self._expires_at)
            return
        timeout_s, self._timeout_s = self._timeout_s, None
        self._on_expired(timeout_s)
