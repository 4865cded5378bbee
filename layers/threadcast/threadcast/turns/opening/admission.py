"""Admits turns: within the user's budget of the month, and within the quota."""

from datetime import datetime

from threadcast.ports import Presence, Quota
from threadcast.turns.budgets import Budgets
from threadcast.turns.opening.quota import QuotaLimits, admit

__all__ = ["TurnAdmission"]


class TurnAdmission:
    """Admits the turns of all users."""

    def __init__(self, limits: QuotaLimits, budgets: Budgets) -> None:
        self._limits = limits
        self._budgets = budgets

    def admit(
        self, presence: Presence, now: datetime, running: dict[str, datetime] | None, leaving: str | None
    ) -> Quota:
        """Return the quota after a turn, as `quota.admit`; only a turn that runs needs a budget.

        Raises `TooManyRequests`.
        """
        if running is not None:
            self._budgets.require_left(presence.spending)
        return admit(presence.quota, self._limits, now, running, leaving=leaving)
