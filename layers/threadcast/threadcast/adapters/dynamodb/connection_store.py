"""`DynamoConnectionStore`: open connections and quotas, by user."""

import math
from collections.abc import Callable
from datetime import datetime

from threadcast.adapters.dynamodb import keys
from threadcast.adapters.dynamodb.item_mapping import epoch_ms, paid_until_of, quota_of
from threadcast.adapters.dynamodb.sdk.error_translation import ConditionFailed
from threadcast.adapters.dynamodb.sdk.table import DynamoTable
from threadcast.adapters.dynamodb.sdk.write_requests import delete, put, update
from threadcast.adapters.dynamodb.usage_store import budget_of, usage_of
from threadcast.adapters.item_lifetimes import CONNECTION_LIFETIME_S, QUOTA_LIFETIME_S, expiry, has_expired
from threadcast.adapters.json_documents import from_document, to_document
from threadcast.domain.budget import month_of
from threadcast.ports import Connection, Presence, SpendingState

__all__ = ["DynamoConnectionStore"]


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
        spending = SpendingState(usage_of(usage), budget_of(budget))
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
