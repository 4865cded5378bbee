"""The connections that receive the turns of a chat."""

import logging
from datetime import UTC, datetime

from threadcast.domain.chat import Chat
from threadcast.domain.user import User
from threadcast.errors import StoreError
from threadcast.ports import Connection, ConnectionStore, OpenChats

__all__ = ["TurnConnections"]

_log = logging.getLogger(__name__)


class TurnConnections:
    """Finds who receives a turn: every connection of the user who asked.

    If the chat is shared, its owner's connections too, and those of others that have it open, as long as
    their users hold a role.
    """

    def __init__(self, connections: ConnectionStore, open_chats: OpenChats) -> None:
        self._connections = connections
        self._open_chats = open_chats

    def of(self, chat: Chat, user_id: str) -> tuple[Connection, ...]:
        """Return the connections, the user's own first; raises `StoreUnavailable`."""
        found = {each.id: each for each in self._connections.presence(user_id).connections}
        if chat.shared_at is None:
            return tuple(found.values())
        others = self._open_chats.viewers(chat.id)
        if chat.owner.id != user_id:
            others = (*self._connections.presence(chat.owner.id).connections, *others)
        for other in others:
            known = found.setdefault(other.id, other)
            if _caught_up(other) > _caught_up(known):
                found[other.id] = other
        return tuple(found.values())

    def subscribe(self, chat: Chat, connection: Connection, user: User) -> bool:
        """Store that the connection has a chat of another user open; False if the chat is not such a one."""
        if chat.shared_at is None or chat.owner.id == user.id:
            return False
        self._open_chats.open(chat.id, connection, user)
        return True

    def catch_up(self, connection: Connection) -> None:
        """Store that a connection of the user whose turn runs, or of the owner, needs the turn so far."""
        self._connections.add(connection)

    def forget(self, connection: Connection, chat_id: str | None, user_id: str | None) -> None:
        """Forget a connection that is gone; where the store fails, its items expire within hours."""
        try:
            self._connections.forget(connection.user_id, connection.id)
            if chat_id is not None and connection.user_id != user_id:
                self._open_chats.close(chat_id, connection.id)
        except StoreError:
            _log.warning("connection_not_forgotten", extra={"connection_id": connection.id})


def _caught_up(connection: Connection) -> datetime:
    return connection.catch_up_at or datetime.min.replace(tzinfo=UTC)
