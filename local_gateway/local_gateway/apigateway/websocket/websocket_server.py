"""The WebSocket server of one stage: opens connections, limits their age, closes them."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from aiohttp import WSCloseCode

from local_gateway.access.access_rule import AccessRule
from local_gateway.apigateway.connections import Connection, Connections, new_connection_id
from local_gateway.apigateway.dispatcher import Dispatcher
from local_gateway.apigateway.handshake import HandshakeRejected
from local_gateway.apigateway.limits import Limits
from local_gateway.apigateway.websocket.connection_protocol import ABNORMAL, WebSocketProtocol
from local_gateway.apigateway.websocket.frames import FrameReader
from local_gateway.apigateway.websocket.upgrade_messages import (
    Upgrade,
    rejection_response,
    switching_response,
)

__all__ = ["WebSocketServer"]

_log = logging.getLogger(__name__)

_DISCONNECT_TIMEOUT_S = 2.0
"""How long a shutdown waits for `$disconnect`."""


class WebSocketServer:
    """Serves the WebSockets of one API's stage."""

    def __init__(
        self, stage: str, dispatcher: Dispatcher, connections: Connections, limits: Limits, access: AccessRule
    ) -> None:
        self._stage = stage
        self._dispatcher = dispatcher
        self._connections = connections
        self._limits = limits
        self._access = access
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    async def close(self) -> None:
        """Close every connection with 1001, then wait at most 2 s for `$disconnect`."""
        self._closing = True
        closing = [
            self.end(connection, WSCloseCode.GOING_AWAY, "Going away") for connection in self._connections
        ]
        await asyncio.gather(*closing, return_exceptions=True)
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=_DISCONNECT_TIMEOUT_S)
        for task in self._tasks:
            task.cancel()

    def accept(self, upgrade: Upgrade, transport: asyncio.Transport, rest: bytes) -> bool:
        """Take over a connection to this stage; return False for another path, and for a refused request.

        `rest` holds the bytes that follow the upgrade request. The HTTP application answers what is declined.
        """
        if upgrade.path.rstrip("/") != f"/{self._stage}" or self._closing:
            return False
        if self._access.refusal(upgrade.path, upgrade.handshake.headers) is not None:
            return False
        transport.pause_reading()
        self._spawn(self._open(upgrade, transport, rest))
        return True

    async def end(self, connection: Connection, code: int, reason: str) -> None:
        """Close a connection from the gateway's side; `$disconnect` runs when it is closed."""
        socket = connection.socket
        if socket is not None and connection.closed_by_gateway is None:
            connection.closed_by_gateway = (code, reason)
            await socket.close(code, reason)

    async def _open(self, upgrade: Upgrade, transport: asyncio.Transport, rest: bytes) -> None:
        """Run the handshake. An open connection has a protocol and no task."""
        connection = Connection(new_connection_id(), upgrade.handshake, int(time.time() * 1000))
        self._connections.add(connection)
        try:
            accepted = await self._dispatcher.connect(connection)
        except HandshakeRejected as rejection:
            self._connections.remove(connection)
            transport.write(rejection_response(rejection))
            transport.close()
            return
        except BaseException:
            self._connections.remove(connection)
            transport.abort()
            raise
        if transport.is_closing():
            self._on_end(connection, *ABNORMAL)
            return
        transport.write(switching_response(upgrade, accepted.subprotocol))
        self._serve(connection, transport, rest)

    def _serve(self, connection: Connection, transport: asyncio.Transport, rest: bytes) -> None:
        reader = FrameReader(self._limits.max_frame_bytes, self._limits.max_message_bytes)
        on_text = partial(self._on_text, connection, partial(_send, connection))
        protocol = WebSocketProtocol(transport, reader, on_text, partial(self._on_end, connection))
        connection.socket = protocol
        connection.state = "open"
        connection.touch()
        self._limit_age(connection, time.time())
        transport.set_protocol(protocol)
        if rest:
            protocol.data_received(rest)
        transport.resume_reading()

    def _on_text(self, connection: Connection, reply: Callable[[str | None], None], text: str) -> None:
        """Dispatch a message; messages of one connection run concurrently."""
        connection.touch()
        self._dispatcher.message(connection, text, reply)

    def _on_end(self, connection: Connection, code: int, reason: str) -> None:
        """Remove a connection and run `$disconnect`; the gateway's own status code wins over the client's."""
        self._connections.remove(connection)
        self._spawn(
            self._dispatcher.disconnect(connection, *(connection.closed_by_gateway or (code, reason)))
        )

    def _limit_age(self, connection: Connection, opened_s: float) -> None:
        """Close a connection that is idle or open for too long; otherwise check again at its limit."""
        if connection.state != "open":
            return
        ends_s = min(connection.last_active_s + self._limits.idle_s, opened_s + self._limits.lifetime_s)
        left_s = ends_s - time.time()
        if left_s <= 0:
            self._spawn(self.end(connection, WSCloseCode.GOING_AWAY, "Going away"))
            return
        asyncio.get_running_loop().call_later(left_s, self._limit_age, connection, opened_s)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._on_done)

    def _on_done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("connection task failed", exc_info=task.exception())


def _send(connection: Connection, frame: str | None) -> None:
    """Send the reply to a message, if there is one and the connection is still open."""
    if frame is not None and connection.socket is not None:
        connection.touch()
        try:
            connection.socket.send_now(frame)
        except ConnectionError:
            return
