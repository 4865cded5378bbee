"""Time and ids, given as arguments so that tests can choose them."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

__all__ = ["Clock", "IdMaker"]


IdMaker = Callable[[], str]
"""Makes a new UUID as a string."""


class Clock(Protocol):
    """The time of day, a time that never jumps, and waiting."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        ...

    def monotonic_s(self) -> float:
        """Seconds since some fixed moment; never goes back."""
        ...

    def sleep(self, duration_s: float) -> None:
        """Return after `duration_s` seconds."""
        ...
