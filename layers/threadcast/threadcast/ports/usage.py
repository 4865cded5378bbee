"""The port `UsageStore`: what users' turns have used in a month, and the budgets that operators set."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from threadcast.domain.budget import Budget, CallUsage, MonthlyUsage

__all__ = ["SpendingState", "UsageStore"]


@dataclass(frozen=True, slots=True)
class SpendingState:
    """What a user has used in the present month, and the user's own budget, as far as one is set."""

    used: MonthlyUsage = field(default_factory=MonthlyUsage)
    budget: Budget = field(default_factory=Budget)


class UsageStore(Protocol):
    """Counts usage by user and calendar month in UTC. Every method raises `StoreUnavailable`."""

    def spending(self, user_id: str, now: datetime) -> SpendingState:
        """Return the usage of the month of `now` and the user's own budget, in one consistent read."""
        ...

    def count(self, user_id: str, call: CallUsage, now: datetime) -> MonthlyUsage:
        """Add a call to the month of `now`, and return the month's usage with it.

        A call of a turn is counted once, however often this is called; the calls of a turn are counted in
        the order of their numbers.
        """
        ...

    def set_budget(self, user_id: str, budget: Budget) -> None:
        """Set the user's own budget; one with no limit set removes it."""
        ...
