"""The asyncio protocol of a new TCP connection: its first request selects WebSocket or HTTP."""

import asyncio
from collections.abc import Callable
from typing import cast

from local_gateway.apigateway.websocket.upgrade_messages import Upgrade, read_upgrade

__all__ = ["UpgradeProtocol", "UpgradeProtocolFactory"]

_MAX_HEAD_BYTES = 64 * 1024
_GET = b"GET "
_END = b"\r\n\r\n"

OnUpgrade = Callable[[Upgrade, asyncio.Transport, bytes], bool]
"""Takes over a connection, with the bytes that follow the request; returns False to decline it."""


class UpgradeProtocolFactory:
    """Creates the protocol of each new connection and tracks those without a complete request."""

    def __init__(self, on_upgrade: OnUpgrade, http: Callable[[], asyncio.Protocol]) -> None:
        self.on_upgrade = on_upgrade
        self.http = http
        self.pending: set[asyncio.Transport] = set()

    def __call__(self) -> "UpgradeProtocol":
        """Create a protocol (called by asyncio's server)."""
        return UpgradeProtocol(self)

    def close(self) -> None:
        """Abort every connection that has not sent a complete request."""
        for transport in list(self.pending):
            transport.abort()


class UpgradeProtocol(asyncio.Protocol):
    """One new connection, until its first request is complete."""

    def __init__(self, factory: UpgradeProtocolFactory) -> None:
        self._factory = factory
        self._transport: asyncio.Transport | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the transport (called by asyncio)."""
        self._transport = cast("asyncio.Transport", transport)
        self._factory.pending.add(self._transport)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Release the transport (called by asyncio)."""
        if self._transport is not None:
            self._release(self._transport)

    def data_received(self, data: bytes) -> None:
        """Collect the request's head, then select the protocol (called by asyncio)."""
        received = self._received = self._received + data
        transport = self._transport
        end = received.find(_END)
        may_upgrade = received.startswith(_GET[: len(received)])
        if transport is None or (may_upgrade and end < 0 and len(received) < _MAX_HEAD_BYTES):
            return
        self._release(transport)
        upgrade = read_upgrade(received[:end], _source_ip(transport)) if may_upgrade and end >= 0 else None
        if upgrade is None or not self._factory.on_upgrade(upgrade, transport, received[end + len(_END) :]):
            self._switch_to_http(transport, received)

    def _switch_to_http(self, transport: asyncio.Transport, received: bytes) -> None:
        protocol = self._factory.http()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        protocol.data_received(received)

    def _release(self, transport: asyncio.Transport) -> None:
        self._transport = None
        self._factory.pending.discard(transport)


def _source_ip(transport: asyncio.Transport) -> str:
    address = transport.get_extra_info("peername")
    return str(address[0]) if address else "127.0.0.1"
