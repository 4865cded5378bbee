"""`DynamoConnectionStore` and `DynamoUsageStore`: open connections, quotas, usage and budgets, by user."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

from threadcast.adapters.dynamodb import keys
from threadcast.adapters.dynamodb.item_mapping import epoch_ms, paid_until_of, quota_of
from threadcast.adapters.dynamodb.sdk.attribute_values import plain_item
from threadcast.adapters.dynamodb.sdk.error_translation import ConditionFailed
from threadcast.adapters.dynamodb.sdk.table import DynamoTable
from threadcast.adapters.dynamodb.sdk.write_requests import Write, delete, put, update
from threadcast.adapters.item_lifetimes import (
    CONNECTION_LIFETIME_S,
    QUOTA_LIFETIME_S,
    USAGE_LIFETIME_S,
    expiry,
    has_expired,
)
from threadcast.adapters.json_documents import from_document, to_document
from threadcast.domain.budget import Budget, CallUsage, MonthlyUsage, month_of, renewal_of
from threadcast.ports import Connection, Presence, SpendingState

__all__ = ["DynamoConnectionStore", "DynamoUsageStore"]


_NANO = -9
"""Costs are stored as whole billionths of a US dollar, since floats cannot hold sums of prices exactly."""

_TURN_ENDED_AFTER = timedelta(minutes=30)
"""Lambda ends every runner after 15 minutes, so a turn of this age counts no further call."""

_MAX_ENDED_TURNS = 16
_CALL_DIGITS = 6


class DynamoConnectionStore:
    """A `ConnectionStore`; connections that have expired by `now()` are ignored while still stored."""

    def __init__(self, table: DynamoTable, now: Callable[[], datetime]) -> None:
        self._table = table
        self._now = now

    def add(self, connection: Connection) -> None:
        """Store a connection until `forget`, at most ten minutes beyond API Gateway's limit of two hours."""
        expires_at = expiry(connection.connected_at, CONNECTION_LIFETIME_S)
        key = keys.connection(connection.user_id, connection.id)
        self._table.write(put(key, {**to_document(connection), "expires_at": expires_at}))

    def forget(self, user_id: str, connection_id: str) -> None:
        """Delete a connection, if it is stored."""
        self._table.write(delete(keys.connection(user_id, connection_id)))

    def presence(self, user_id: str) -> Presence:
        """Return the user's open connections, quotas and spending, read in one consistent query."""
        now, connections, others = self._now(), [], {}
        for values in self._table.query(keys.user_partition(user_id), keys.PRESENCE):
            if not values["sk"].startswith(keys.CONNECTION):
                others[values["sk"]] = values
            elif not has_expired(values["expires_at"], now):
                connections.append(from_document(Connection, values))
        rate, budget = others.get(keys.rate(user_id).sk, {}), others.get(keys.budget(user_id).sk, {})
        usage = others.get(keys.usage(user_id, month_of(now)).sk, {})
        spending = SpendingState(_usage_of(usage), _budget_of(budget))
        connections.sort(key=_age)
        return Presence(tuple(connections), quota_of(rate), paid_until_of(rate), spending)

    def charge_message(self, user_id: str, presence: Presence, now: datetime, cost_s: float) -> None:
        """Add the cost of a message, in one write; in two where an idle user's messages arrive together."""
        key, cost_ms = keys.rate(user_id), math.ceil(cost_s * 1000)
        lifetime = {"end": expiry(now, QUOTA_LIFETIME_S)}
        if presence.paid_until is None or presence.paid_until <= now:
            begin = update(
                key,
                "SET paid_until = :until, expires_at = :end",
                condition="attribute_not_exists(paid_until) OR paid_until <= :now",
                expression_values={"until": epoch_ms(now) + cost_ms, "now": epoch_ms(now), **lifetime},
            )
            try:
                self._table.write(begin)
            except ConditionFailed:
                pass  # a concurrent message was charged first
            else:
                return
        self._table.write(
            update(
                key,
                "SET paid_until = if_not_exists(paid_until, :now) + :cost, expires_at = :end",
                expression_values={"now": epoch_ms(now), "cost": cost_ms, **lifetime},
            )
        )


def _age(connection: Connection) -> tuple[datetime, str]:
    return connection.connected_at, connection.id


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
        return SpendingState(_usage_of(found.get(usage, {})), _budget_of(found.get(budget, {})))

    def count(self, user_id: str, call: CallUsage, now: datetime) -> MonthlyUsage:
        """Add a call to the month's item, in one plain update."""
        try:
            item = self._table.update_and_get(_addition(user_id, call, now))
        except ConditionFailed as error:  # the SDK repeats a call whose response was lost
            return _usage_of(plain_item(error.failed[0]))
        self._forget_ended_turns(user_id, item, now)
        return _usage_of(item)

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


def _usage_of(values: Mapping[str, Any]) -> MonthlyUsage:
    """Return the usage in a month's item; nothing for a missing one."""
    cost_usd = Decimal(values.get("cost_nano_usd", 0)).scaleb(_NANO)
    return MonthlyUsage(values.get("tokens", 0), cost_usd, values.get("calls", 0))


def _budget_of(values: Mapping[str, Any]) -> Budget:
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
