"""One time limit for thousands of waits a second, of which hardly any lasts so long."""

import asyncio
from typing import Protocol

__all__ = ["Timeouts", "Waiting"]


class Waiting(Protocol):
    """What waits, and must be hashable by identity."""

    def on_timeout(self) -> None:
        """Note that the limit has passed."""


class Timeouts:
    """Tells each wait that lasts `after_s`; all waits share one timer of the event loop.

    They all last equally long, so the oldest is always the next to time out, and a dict keeps them in order.
    """

    def __init__(self, after_s: float) -> None:
        self._after_s = after_s
        self._loop = asyncio.get_running_loop()
        self._ends: dict[Waiting, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, waiting: Waiting) -> None:
        """Let a wait begin now."""
        self._ends[waiting] = self._loop.time() + self._after_s
        if self._timer is None:
            self._timer = self._loop.call_later(self._after_s, self._ring)

    def end(self, waiting: Waiting) -> None:
        """Forget a wait that is over; nothing happens if it timed out."""
        self._ends.pop(waiting, None)

    def _ring(self) -> None:
        """Tell those that lasted too long, and ring again for the oldest that is left."""
        now = self._loop.time()
        late = []
        for waiting, ends in self._ends.items():
            if ends > now:
                break
            late.append(waiting)
        for waiting in late:
            if self._ends.pop(waiting, None) is not None:  # unless another one's end has ended it
                waiting.on_timeout()
        oldest = next(iter(self._ends.values()), None)
        self._timer = None if oldest is None else self._loop.call_later(oldest - now, self._ring)
