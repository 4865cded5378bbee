"""Repeats a change of a chat that a concurrent write has made out of date."""

from collections.abc import Callable
from typing import TypeVar

from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.randomness import unpredictable
from threadcast.errors import StaleRead, TooManyRequests
from threadcast.ports import Clock

__all__ = ["StaleReadRetry"]

_ATTEMPTS = 5

_T = TypeVar("_T")


class StaleReadRetry:
    """Reads and decides again after a `StaleRead`, and retries while the store is unavailable."""

    def __init__(self, clock: Clock, retry: StoreRetry) -> None:
        self._clock = clock
        self._retry = retry

    def __call__(self, work: Callable[[], _T]) -> _T:
        """Return the result of `work`; raises `TooManyRequests` if it is out of date again and again."""
        for _ in range(_ATTEMPTS):
            try:
                return self._retry(work)
            except StaleRead:
                self._clock.sleep(unpredictable.uniform(0.01, 0.05))
        raise TooManyRequests("This chat changes at the same moment; please send the request again", 1.0)
