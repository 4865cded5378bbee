"""The ports `Clock` and `IdMaker`: arguments, so that tests choose times and ids."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

__all__ = ["Clock", "IdMaker"]


IdMaker = Callable[[], str]
"""Returns a new UUID as a string."""


class Clock(Protocol):
    """Wall-clock time, monotonic time, and sleep."""

    def now(self) -> datetime:
        """Return the current time, in UTC."""
        ...

    def monotonic_s(self) -> float:
        """Return a monotonic time, in seconds."""
        ...

    def sleep(self, duration_s: float) -> None:
        """Return after `duration_s` seconds."""
        ...
