"""Retries a call while the store is unavailable, so that a short outage is not reported to a user."""

from collections.abc import Callable
from typing import TypeVar

from threadcast.domain.randomness import unpredictable
from threadcast.errors import StoreUnavailable
from threadcast.ports import Clock

__all__ = ["StoreRetry"]

_Result = TypeVar("_Result")

_PAUSE_S = (0.1, 0.5)


class StoreRetry:
    """The one retry policy for whole units of work; `timeout_s` is its default budget in seconds."""

    def __init__(self, clock: Clock, timeout_s: float) -> None:
        self._clock = clock
        self._timeout_s = timeout_s

    def __call__(self, act: Callable[[], _Result], timeout_s: float | None = None) -> _Result:
        """Return what `act` returns; call it again while it raises `StoreUnavailable`, within the budget.

        `act` must be harmless to repeat, also where it succeeded but the answer was lost. Raises the last
        `StoreUnavailable`.
        """
        deadline_s = self._clock.monotonic_s() + (self._timeout_s if timeout_s is None else timeout_s)
        while True:
            try:
                return act()
            except StoreUnavailable:
                if self._clock.monotonic_s() >= deadline_s:
                    raise
                self._clock.sleep(unpredictable.uniform(*_PAUSE_S))
