"""The gateway's door: the first request of a connection decides whether WebSocket or HTTP takes it over."""

import asyncio
from collections.abc import Callable
from typing import cast

from local_gateway.apigateway.upgrade import Upgrade, read_upgrade

__all__ = ["Door", "Doors"]

_MAX_HEAD_BYTES = 64 * 1024
_GET = b"GET "
_END = b"\r\n\r\n"

OnUpgrade = Callable[[Upgrade, asyncio.Transport, bytes], bool]
"""Takes a connection over, with the bytes that came behind the request; False if it doesn't want it."""


class Doors:
    """Makes a door for each new connection, and remembers those that nobody has taken over yet."""

    def __init__(self, on_upgrade: OnUpgrade, http: Callable[[], asyncio.Protocol]) -> None:
        self.on_upgrade = on_upgrade
        self.http = http
        self.waiting: set[asyncio.Transport] = set()

    def __call__(self) -> "Door":
        """Make a door (asyncio's servers call this)."""
        return Door(self)

    def close(self) -> None:
        """Hang up on whoever has not asked for anything yet."""
        for transport in list(self.waiting):
            transport.abort()


class Door(asyncio.Protocol):
    """One new connection, until its first request is known."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._transport: asyncio.Transport | None = None
        self._seen = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (asyncio calls this)."""
        self._transport = cast("asyncio.Transport", transport)
        self._doors.waiting.add(self._transport)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Forget the transport (asyncio calls this)."""
        if self._transport is not None:
            self._leave(self._transport)

    def data_received(self, data: bytes) -> None:
        """Look at what comes until it is clear who takes it (asyncio calls this)."""
        seen = self._seen = self._seen + data
        transport = self._transport
        end = seen.find(_END)
        may_upgrade = seen.startswith(_GET[: len(seen)])
        if transport is None or (may_upgrade and end < 0 and len(seen) < _MAX_HEAD_BYTES):
            return
        self._leave(transport)
        upgrade = read_upgrade(seen[:end], _peer(transport)) if may_upgrade and end >= 0 else None
        if upgrade is None or not self._doors.on_upgrade(upgrade, transport, seen[end + len(_END) :]):
            self._hand_over(transport, seen)

    def _hand_over(self, transport: asyncio.Transport, seen: bytes) -> None:
        protocol = self._doors.http()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        protocol.data_received(seen)

    def _leave(self, transport: asyncio.Transport) -> None:
        self._transport = None
        self._doors.waiting.discard(transport)


def _peer(transport: asyncio.Transport) -> str:
    address = transport.get_extra_info("peername")
    return str(address[0]) if address else "127.0.0.1"
