"""Registers connections as they open and close."""

from collections.abc import Sequence

from threadcast.ports import Connection, ConnectionStore

__all__ = ["TOKEN_SUBPROTOCOL", "close_session", "open_session"]

TOKEN_SUBPROTOCOL = "bearer"  # noqa: S105 - a subprotocol's name, no secret
"""Browsers offer this and their token as subprotocols; the server must choose one, and not the token."""


def open_session(
    connection: Connection, offered_subprotocols: Sequence[str], connections: ConnectionStore
) -> str | None:
    """Register a connection; return the subprotocol that the handshake's response must name, None for none.

    A post to the connection succeeds only after that response. Raises `StoreUnavailable`.
    """
    connections.add(connection)
    return TOKEN_SUBPROTOCOL if TOKEN_SUBPROTOCOL in offered_subprotocols else None


def close_session(connection: Connection, connections: ConnectionStore) -> None:
    """Remove a closed connection; a second call does no harm. Raises `StoreUnavailable`."""
    connections.forget(connection.user_id, connection.id)
