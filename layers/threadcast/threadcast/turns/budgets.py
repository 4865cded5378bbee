"""Budgets of users by month: checked before a turn and between a model's calls, counted after each call.

Calls that are under way are not counted yet. So n turns at once exceed a budget by what n calls of the model
and n calls for titles use, at most.
"""

import logging
import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from threadcast.domain.budget import Budget, CallUsage, MonthlyUsage, month_of, renewal_of
from threadcast.errors import BudgetUsedUp, StoreError
from threadcast.ports import Clock, SpendingState, UsageStore
from threadcast.ports.agent_events import TokensUsed

__all__ = ["Budgets", "TurnSpending", "UsageReport"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What a user has used in a month, such as `2026-03`, the budget that applies, and when it renews."""

    month: str
    used: MonthlyUsage
    budget: Budget
    renews_at: datetime


class Budgets:
    """The budgets of all users; `default` applies to those for whom no operator has set another one."""

    def __init__(self, usage: UsageStore, default: Budget, clock: Clock) -> None:
        self._usage = usage
        self._default = default
        self._clock = clock

    def report(self, spending: SpendingState) -> UsageReport:
        """Return what a user has used in the present month."""
        now, budget = self._clock.now(), spending.budget.or_else(self._default)
        return UsageReport(month_of(now), spending.used, budget, renewal_of(now))

    def require_left(self, spending: SpendingState) -> None:
        """Raise `BudgetUsedUp` unless the user may use more in this month."""
        report = self.report(spending)
        used, budget = report.used, report.budget
        if budget.is_used_up(used):
            until_s = (report.renews_at - self._clock.now()).total_seconds()
            _log.info("budget_used_up", extra={"tokens": used.tokens, "cost_usd": float(used.cost_usd)})
            left = budget.left(used)
            raise BudgetUsedUp(_sentence(report), until_s, (left.tokens, left.cost_usd), report.renews_at)

    def of_turn(self, user_id: str, message_id: str) -> "TurnSpending":
        """Return what counts the calls of a turn."""
        return TurnSpending(self._usage, self._default, self._clock, user_id, message_id)


class TurnSpending:
    """Counts the calls of one turn, and says whether another one is within the user's budget.

    The agent asks on a thread of its own, and may ask before its last calls are counted: these are added to
    the month's usage as last read. Where the store fails, a call is counted with the next one, and the budget
    permits more.
    """

    def __init__(
        self, usage: UsageStore, default: Budget, clock: Clock, user_id: str, message_id: str
    ) -> None:
        self._usage = usage
        self._default = default
        self._clock = clock
        self._user_id = user_id
        self._message_id = message_id
        self._lock = threading.Lock()
        self._read: tuple[SpendingState, MonthlyUsage] | None = None
        self._counted = MonthlyUsage()
        self._waiting: deque[CallUsage] = deque()

    def is_used_up(self, tokens: int, cost_usd: Decimal) -> bool:
        """Return whether the budget permits no further call; the turn has used this much so far."""
        found = self._last_read()
        if found is None:
            return False
        stored, counted = found
        used = stored.used.plus(tokens - counted.tokens, cost_usd - counted.cost_usd)
        return stored.budget.or_else(self._default).is_used_up(used)

    def count(self, used: TokensUsed) -> None:
        """Count a call, and those before it that could not be counted; a failure is only logged."""
        number = self._counted.calls + len(self._waiting) + 1
        tokens = used.input_tokens + used.output_tokens
        self._waiting.append(CallUsage(self._message_id, number, tokens, used.cost_usd or Decimal(0)))
        while self._waiting:
            call = self._waiting[0]
            try:
                month = self._usage.count(self._user_id, call, self._clock.now())
            except StoreError as error:
                facts = {"message_id": self._message_id, "calls": len(self._waiting)}
                _log.warning("usage_not_counted", extra={**facts, "reason": type(error).__name__})
                return
            self._waiting.popleft()
            with self._lock:
                self._counted = self._counted.plus(call.tokens, call.cost_usd, calls=1)
                if self._read is not None:
                    self._read = (SpendingState(month, self._read[0].budget), self._counted)

    def _last_read(self) -> tuple[SpendingState, MonthlyUsage] | None:
        """Return what is stored, and how much of this turn is in it; None where the store fails.

        It is read once, before the turn's first call; afterwards each count returns it.
        """
        with self._lock:
            known, counted = self._read, self._counted
        if known is not None:
            return known
        try:
            stored = self._usage.spending(self._user_id, self._clock.now())
        except StoreError as error:
            facts = {"message_id": self._message_id, "reason": type(error).__name__}
            _log.warning("budget_not_read", extra=facts)
            return None
        with self._lock:
            self._read = self._read or (stored, counted)
            return self._read


def _sentence(report: UsageReport) -> str:
    left = report.budget.left(report.used)
    parts = []
    if left.tokens is not None:
        parts.append(f"{left.tokens:,} of {report.budget.tokens:,} tokens")
    if left.cost_usd is not None:
        parts.append(f"${left.cost_usd:,.2f} of ${report.budget.cost_usd:,.2f}")
    renews_on = f"{report.renews_at.day} {report.renews_at:%B %Y} (UTC)"
    return f"Your budget of this month is used up ({' and '.join(parts)} left); it renews on {renews_on}"
