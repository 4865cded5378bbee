"""A connection's life: who listens where."""

from collections.abc import Sequence

from threadcast.ports import Connection, ConnectionStore

__all__ = ["TOKEN_SUBPROTOCOL", "close_session", "open_session"]

TOKEN_SUBPROTOCOL = "bearer"  # noqa: S105 - a subprotocol's name, no secret
"""Browsers offer this and their token as subprotocols; the server must choose one, and not the token."""


def open_session(
    connection: Connection, offered_subprotocols: Sequence[str], connections: ConnectionStore
) -> str | None:
    """Remember a connection; give the subprotocol that the handshake's answer must name, None for none.

    Nothing can be posted to the connection before the answer is out. Raises `StoreUnavailable`.
    """
    connections.add(connection)
    return TOKEN_SUBPROTOCOL if TOKEN_SUBPROTOCOL in offered_subprotocols else None


def close_session(connection: Connection, connections: ConnectionStore) -> None:
    """Forget a connection that has ended; being told twice, or not at all, is fine.

    Raises `StoreUnavailable`.
    """
    connections.forget(connection.user_id, connection.id)
