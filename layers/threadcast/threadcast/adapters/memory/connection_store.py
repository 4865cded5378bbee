"""`MemoryConnectionStore`: open connections and quotas, by user."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from threadcast.adapters.item_lifetimes import CONNECTION_LIFETIME_S, expiry, has_expired
from threadcast.adapters.memory.table import MemoryTable
from threadcast.adapters.memory.usage_store import spending_in
from threadcast.ports import Connection, Presence, Quota

__all__ = ["MemoryConnectionStore"]


class MemoryConnectionStore:
    """A `ConnectionStore`; connections that have expired by `now()` are ignored."""

    def __init__(self, table: MemoryTable, now: Callable[[], datetime]) -> None:
        self._table = table
        self._now = now

    def add(self, connection: Connection) -> None:
        """Store a connection until `forget`, at most ten minutes beyond API Gateway's limit of two hours."""
        with self._table.lock:
            self._table.connections[connection.user_id, connection.id] = connection

    def forget(self, user_id: str, connection_id: str) -> None:
        """Delete a connection, if it is stored."""
        with self._table.lock:
            self._table.connections.pop((user_id, connection_id), None)

    def presence(self, user_id: str) -> Presence:
        """Return the user's open connections, oldest first, quotas and spending."""
        now = self._now()
        with self._table.lock:
            connections = [
                connection
                for connection in self._table.connections.values()
                if connection.user_id == user_id and not _has_expired(connection, now)
            ]
            quota, paid_until = self._quota(user_id), self._table.paid_until.get(user_id)
            spending = spending_in(self._table, user_id, now)
        return Presence(tuple(sorted(connections, key=_age)), quota, paid_until, spending)

    def charge_message(
        self,
        user_id: str,
        presence: Presence,  # noqa: ARG002 - read and written under one lock
        now: datetime,
        cost_s: float,
    ) -> None:
        """Add the cost of a message."""
        with self._table.lock:
            paid_until = self._table.paid_until.get(user_id, now)
            self._table.paid_until[user_id] = max(paid_until, now) + timedelta(seconds=cost_s)

    def _quota(self, user_id: str) -> Quota | None:
        quota = self._table.quotas.get(user_id)
        return None if quota is None else replace(quota, running=dict(self._table.leases.get(user_id, {})))


def _has_expired(connection: Connection, now: datetime) -> bool:
    return has_expired(expiry(connection.connected_at, CONNECTION_LIFETIME_S), now)


def _age(connection: Connection) -> tuple[datetime, str]:
    return connection.connected_at, connection.id
