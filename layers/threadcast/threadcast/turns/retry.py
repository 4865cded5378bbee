"""Waiting for a store that is away for a moment, instead of telling a user so."""

import random
from collections.abc import Callable
from typing import TypeVar

from threadcast.errors import StoreUnavailable
from threadcast.turns.desk import Desk

__all__ = ["retry_while_unavailable"]

_Result = TypeVar("_Result")

_LONGEST_PAUSE_S = 0.5


def retry_while_unavailable(act: Callable[[], _Result], desk: Desk, within_s: float | None = None) -> _Result:
    """What `act` gives, tried again while the store is unavailable, for `store_timeout_s` if not `within_s`.

    `act` must be harmless to repeat, also where it was done but the store's answer was lost. Raises the last
    `StoreUnavailable`.
    """
    give_up_s = desk.clock.monotonic_s() + (desk.policy.store_timeout_s if within_s is None else within_s)
    while True:
        try:
            return act()
        except StoreUnavailable:
            if desk.clock.monotonic_s() >= give_up_s:
                raise
            desk.clock.sleep(random.uniform(0.1, _LONGEST_PAUSE_S))  # noqa: S311 - spreads those who wait
