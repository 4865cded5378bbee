"""`DynamoUsageStore`: a user's usage by month, and the user's own budget."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

from threadcast.adapters.dynamodb import keys
from threadcast.adapters.dynamodb.sdk.attribute_values import plain_item
from threadcast.adapters.dynamodb.sdk.error_translation import ConditionFailed
from threadcast.adapters.dynamodb.sdk.table import DynamoTable
from threadcast.adapters.dynamodb.sdk.write_requests import Write, delete, put, update
from threadcast.adapters.item_lifetimes import USAGE_LIFETIME_S, expiry
from threadcast.domain.budget import Budget, CallUsage, MonthlyUsage, month_of, renewal_of
from threadcast.ports import SpendingState

__all__ = ["DynamoUsageStore", "budget_of", "usage_of"]

_NANO = -9
"""Costs are stored as whole billionths of a US dollar, since floats cannot hold sums of prices exactly."""

_TURN_ENDED_AFTER = timedelta(minutes=30)
"""Lambda ends every runner after 15 minutes, so a turn of this age counts no further call."""

_MAX_ENDED_TURNS = 16
_CALL_DIGITS = 6


class DynamoUsageStore:
    """A `UsageStore`.

    A month is one item. It holds, beside the sums, the number of the last counted call of each turn of the
    last half hour: a call with this number or a smaller one is counted already.
    """

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def spending(self, user_id: str, now: datetime) -> SpendingState:
        """Return the usage of the month and the user's own budget, in one call."""
        usage, budget = keys.usage(user_id, month_of(now)), keys.budget(user_id)
        found = self._table.get_many([usage, budget])
        return SpendingState(usage_of(found.get(usage, {})), budget_of(found.get(budget, {})))

    def count(self, user_id: str, call: CallUsage, now: datetime) -> MonthlyUsage:
        """Add a call to the month's item, in one plain update."""
        try:
            item = self._table.update_and_get(_addition(user_id, call, now))
        except ConditionFailed as error:  # the SDK repeats a call whose response was lost
            return usage_of(plain_item(error.failed[0]))
        self._forget_ended_turns(user_id, item, now)
        return usage_of(item)

    def set_budget(self, user_id: str, budget: Budget) -> None:
        """Write the user's budget; delete it where no limit is set."""
        key = keys.budget(user_id)
        if budget == Budget():
            self._table.write(delete(key))
        else:
            usd = None if budget.cost_usd is None else str(budget.cost_usd)
            self._table.write(put(key, {"tokens": budget.tokens, "cost_usd": usd}))

    def _forget_ended_turns(self, user_id: str, item: Mapping[str, Any], now: datetime) -> None:
        """Remove the numbers of turns that have ended once there are several; they would fill the item."""
        limit = int((now - _TURN_ENDED_AFTER).timestamp())
        ended = [name for name in item if name.startswith(keys.LAST_CALL) and _counted_at(item[name]) < limit]
        if len(ended) < _MAX_ENDED_TURNS:
            return
        names = {f"t{at}": name for at, name in enumerate(ended)}
        removal = f"REMOVE {', '.join(f'#{name}' for name in names)}"
        key = keys.usage(user_id, month_of(now))
        self._table.write(update(key, removal, expression_values={}, expression_names=names))


def usage_of(values: Mapping[str, Any]) -> MonthlyUsage:
    """Return the usage in a month's item; nothing for a missing one."""
    cost_usd = Decimal(values.get("cost_nano_usd", 0)).scaleb(_NANO)
    return MonthlyUsage(values.get("tokens", 0), cost_usd, values.get("calls", 0))


def budget_of(values: Mapping[str, Any]) -> Budget:
    """Return the budget in an item; one with no limit set for a missing one."""
    usd = values.get("cost_usd")
    return Budget(values.get("tokens"), None if usd is None else Decimal(usd))


def _addition(user_id: str, call: CallUsage, now: datetime) -> Write:
    nano_usd = call.cost_usd.scaleb(-_NANO).to_integral_value(ROUND_CEILING)
    number = f"{call.number:0{_CALL_DIGITS}d}"
    sums = {"tokens": call.tokens, "cost_nano_usd": int(nano_usd), "calls": 1}
    return update(
        keys.usage(user_id, month_of(now)),
        f"SET #turn = :last, expires_at = :end ADD {', '.join(f'{name} :{name}' for name in sums)}",
        # What is stored goes on with the time: "000002@1772366400" is greater than "000002".
        condition="attribute_not_exists(#turn) OR #turn < :number",
        expression_values={
            **sums,
            "number": number,
            "last": f"{number}@{int(now.timestamp())}",
            "end": expiry(renewal_of(now), USAGE_LIFETIME_S),
        },
        expression_names={"turn": f"{keys.LAST_CALL}{call.message_id}"},
    )


def _counted_at(last_call: str) -> int:
    """Return when a turn's last call was counted, in seconds since 1970."""
    return int(last_call.partition("@")[2])
