"""The port `OpenChats`: which connections have which shared chat open."""

from typing import Protocol

from threadcast.domain.user import User
from threadcast.ports.connections import Connection

__all__ = ["OpenChats"]


class OpenChats(Protocol):
    """The registry of connections that have a chat of another user open.

    Every method raises `StoreUnavailable`.
    """

    def open(self, chat_id: str, connection: Connection, user: User) -> None:
        """Store that this connection of the user has the chat open, for as long as a connection is stored."""
        ...

    def close(self, chat_id: str, connection_id: str) -> None:
        """Store that the connection has the chat open no more."""
        ...

    def viewers(self, chat_id: str) -> tuple[Connection, ...]:
        """Return the connections that have the chat open and whose user holds a role on it, oldest first.

        Both are read consistently, in one read.
        """
        ...
