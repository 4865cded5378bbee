"""`MemoryUsageStore`: a user's usage by month, and the user's own budget."""

from datetime import datetime
from decimal import ROUND_CEILING, Decimal

from threadcast.adapters.memory.table import MemoryTable
from threadcast.domain.budget import Budget, CallUsage, MonthlyUsage, month_of
from threadcast.ports import SpendingState

__all__ = ["MemoryUsageStore", "spending_in"]

_BILLIONTH = Decimal("1e-9")


class MemoryUsageStore:
    """A `UsageStore`."""

    def __init__(self, table: MemoryTable) -> None:
        self._table = table

    def spending(self, user_id: str, now: datetime) -> SpendingState:
        """Return the usage of the month and the user's own budget."""
        with self._table.lock:
            return spending_in(self._table, user_id, now)

    def count(self, user_id: str, call: CallUsage, now: datetime) -> MonthlyUsage:
        """Add a call to the month's usage."""
        month = (user_id, month_of(now))
        with self._table.lock:
            last_calls = self._table.last_calls.setdefault(month, {})
            used = self._table.usage.get(month, MonthlyUsage())
            if last_calls.get(call.message_id, 0) < call.number:
                last_calls[call.message_id] = call.number
                used = used.plus(call.tokens, call.cost_usd.quantize(_BILLIONTH, ROUND_CEILING), calls=1)
                self._table.usage[month] = used
            return used

    def set_budget(self, user_id: str, budget: Budget) -> None:
        """Set the user's budget; remove it where no limit is set."""
        with self._table.lock:
            if budget == Budget():
                self._table.budgets.pop(user_id, None)
            else:
                self._table.budgets[user_id] = budget


def spending_in(table: MemoryTable, user_id: str, now: datetime) -> SpendingState:
    """Return the usage of the month and the user's own budget; the caller holds the lock."""
    used = table.usage.get((user_id, month_of(now)), MonthlyUsage())
    return SpendingState(used, table.budgets.get(user_id, Budget()))
