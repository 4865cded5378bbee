"""`MemoryOpenChats`: which connections have which shared chat open."""

from collections.abc import Callable
from datetime import datetime

from threadcast.adapters.item_lifetimes import CONNECTION_LIFETIME_S, expiry, has_expired
from threadcast.adapters.memory.table import MemoryTable
from threadcast.domain.access import principals_of
from threadcast.domain.user import User
from threadcast.ports import Connection

__all__ = ["MemoryOpenChats"]


class MemoryOpenChats:
    """An `OpenChats`; what has expired by `now()` is ignored."""

    def __init__(self, table: MemoryTable, now: Callable[[], datetime]) -> None:
        self._table = table
        self._now = now

    def open(self, chat_id: str, connection: Connection, user: User) -> None:
        """Store that this connection of the user has the chat open."""
        with self._table.lock:
            self._table.open_chats[chat_id, connection.id] = (connection, principals_of(user))

    def close(self, chat_id: str, connection_id: str) -> None:
        """Store that the connection has the chat open no more."""
        with self._table.lock:
            self._table.open_chats.pop((chat_id, connection_id), None)

    def viewers(self, chat_id: str) -> tuple[Connection, ...]:
        """Return the connections that have the chat open and whose user holds a role on it."""
        now = self._now()
        with self._table.lock:
            roles = self._table.chat_roles.get(chat_id, {})
            found = [
                connection
                for (opened, _), (connection, principals) in self._table.open_chats.items()
                if opened == chat_id and any(each in roles for each in principals)
            ]
        alive = (each for each in found if not _has_expired(each, now))
        return tuple(sorted(alive, key=lambda each: (each.connected_at, each.id)))


def _has_expired(connection: Connection, now: datetime) -> bool:
    return has_expired(expiry(connection.connected_at, CONNECTION_LIFETIME_S), now)
