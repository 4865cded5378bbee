"""The WebSocket connections of an API, as API Gateway knows them."""

import base64
import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from local_gateway.apigateway.handshake import Handshake

__all__ = ["Connection", "Connections", "Socket", "is_connection_id", "new_connection_id"]

_CONNECTION_ID = re.compile(r"[A-Za-z0-9_-]{11,}={1,2}")


class Socket(Protocol):
    """The operations of a WebSocket that the gateway uses."""

    @property
    def unread_bytes(self) -> int:
        """Number of bytes that are sent but still wait in this process."""

    def send_now(self, text: str) -> None:
        """Send one text frame without waiting; raise ConnectionError if the connection is closed."""

    async def close(self, code: int, reason: str) -> None:
        """Close the connection and wait for the client's closing frame, with a timeout."""

    def abort(self) -> None:
        """Cut the connection without a closing frame."""


@dataclass(slots=True, eq=False)
class Connection:
    """One connection. `socket` is None before `$connect` succeeds and after the connection ends.

    `authorizer` is the authorizer's context, every value a string; None without an authorizer.
    `usage_identifier_key` is the API key that the authorizer returns, if any.
    `closed_by_gateway` is (status code, reason) if the gateway closes the connection, else None.
    """

    id: str
    handshake: Handshake
    connected_at_ms: int
    authorizer: Mapping[str, str] | None = None
    usage_identifier_key: str | None = None
    socket: Socket | None = None
    state: Literal["connecting", "open", "gone"] = "connecting"
    last_active_s: float = field(default_factory=time.time)
    closed_by_gateway: tuple[int, str] | None = None
    event_prefix: str = ""
    """The constant part of the connection's message events, as JSON. EventBuilder sets it."""

    @property
    def user_agent(self) -> str | None:
        """The client's User-Agent header; None if it sent none."""
        return self.handshake.header("User-Agent")

    def touch(self) -> None:
        """Record traffic in either direction."""
        self.last_active_s = time.time()


class Connections:
    """The connections of an API, each from its handshake to its end."""

    def __init__(self) -> None:
        self._by_id: dict[str, Connection] = {}

    def add(self, connection: Connection) -> None:
        """Register a connection at the start of its handshake."""
        self._by_id[connection.id] = connection

    def remove(self, connection: Connection) -> None:
        """Remove a connection. Later posts to it return 410."""
        connection.state = "gone"
        connection.socket = None
        self._by_id.pop(connection.id, None)

    def find_open(self, connection_id: str) -> Connection | None:
        """Return the open connection with this id; None if there is none."""
        found = self._by_id.get(connection_id)
        return found if found is not None and found.state == "open" else None

    def drop(self, connection_id: str) -> None:
        """Cut an open connection without a closing frame, as a network failure does."""
        connection = self.find_open(connection_id)
        if connection is not None and connection.socket is not None:
            connection.socket.abort()

    def __iter__(self) -> Iterator[Connection]:
        return iter(list(self._by_id.values()))

    def __len__(self) -> int:
        return len(self._by_id)


def new_connection_id() -> str:
    """Return an id in API Gateway's form: 16 characters of URL-safe base64, the last one `=`."""
    return base64.urlsafe_b64encode(os.urandom(11)).decode()


def is_connection_id(text: str) -> bool:
    """Return whether a text has the form of a connection id."""
    return _CONNECTION_ID.fullmatch(text) is not None
