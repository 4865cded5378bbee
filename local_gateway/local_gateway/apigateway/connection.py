"""One WebSocket connection as API Gateway knows it, and the register of all of them."""

import base64
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

__all__ = ["Connection", "Connections", "Handshake", "Socket", "is_connection_id", "new_connection_id"]

_CONNECTION_ID = re.compile(r"[A-Za-z0-9_-]{11,}={1,2}")


@dataclass(frozen=True, slots=True)
class Handshake:
    """What the client sent to open the connection; pairs keep order and repetition."""

    source_ip: str
    headers: Sequence[tuple[str, str]] = ()
    query: Sequence[tuple[str, str]] = ()

    def header(self, name: str) -> str | None:
        """Give the last header of this name, whatever its case; None without one."""
        return next((value for key, value in reversed(self.headers) if key.lower() == name.lower()), None)


class Socket(Protocol):
    """The part of a WebSocket that the gateway needs."""

    @property
    def unread_bytes(self) -> int:
        """What was sent but not yet taken by the client's side."""

    def send_now(self, text: str) -> None:
        """Send one text frame without waiting; raises ConnectionError if the client has gone."""

    async def close(self, code: int, reason: str) -> None:
        """Close the connection and wait for the client's answer, but not for long."""

    def abort(self) -> None:
        """Cut the connection without a closing frame."""


@dataclass(slots=True, eq=False)
class Connection:
    """One connection. `socket` is None until `$connect` has succeeded, and again after the end.

    `authorizer` is the authorizer's context, every value a string; None without an authorizer.
    `ending` is why the gateway closed it, as (status code, reason); None while the client may.
    """

    id: str
    handshake: Handshake
    connected_at_ms: int
    authorizer: Mapping[str, str] | None = None
    socket: Socket | None = None
    state: Literal["connecting", "open", "gone"] = "connecting"
    last_active_s: float = field(default_factory=time.time)
    ending: tuple[int, str] | None = None
    event_prefix: str = ""
    """The part of its message events that never changes, as JSON; EventMaker's own."""

    @property
    def user_agent(self) -> str | None:
        """Give the client's User-Agent header, if it sent one."""
        return self.handshake.header("User-Agent")

    def touch(self) -> None:
        """Note traffic in either direction."""
        self.last_active_s = time.time()


class Connections:
    """Every connection of the API, from its handshake to its end."""

    def __init__(self) -> None:
        self._by_id: dict[str, Connection] = {}

    def add(self, connection: Connection) -> None:
        """Register a connection whose handshake has begun."""
        self._by_id[connection.id] = connection

    def remove(self, connection: Connection) -> None:
        """Forget a connection: posts to it answer 410 from now on."""
        connection.state = "gone"
        connection.socket = None
        self._by_id.pop(connection.id, None)

    def open(self, connection_id: str) -> Connection | None:
        """Find a connection that can be posted to."""
        found = self._by_id.get(connection_id)
        return found if found is not None and found.state == "open" else None

    def __iter__(self) -> Iterator[Connection]:
        return iter(list(self._by_id.values()))

    def __len__(self) -> int:
        return len(self._by_id)


def new_connection_id() -> str:
    """Make an id like API Gateway's: 16 characters of URL-safe base64, the last one `=`."""
    return base64.urlsafe_b64encode(os.urandom(11)).decode()


def is_connection_id(text: str) -> bool:
    """Tell whether a text can be the id of a connection at all."""
    return _CONNECTION_ID.fullmatch(text) is not None
