"""The WebSocket side of the gateway: handshakes, the loop of each connection, its end."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from aiohttp import WSCloseCode, web

from local_gateway.apigateway.authorizing import Refusal
from local_gateway.apigateway.connection import Connection, Connections, new_connection_id
from local_gateway.apigateway.dispatch import Dispatcher
from local_gateway.apigateway.frames import FrameReader
from local_gateway.apigateway.limits import Limits
from local_gateway.apigateway.sockets import ABNORMAL, WebSocket
from local_gateway.apigateway.upgrade import Upgrade, refusal_response, switching_response

__all__ = ["WebSocketShell"]

_log = logging.getLogger(__name__)

_LAST_WORDS_S = 2.0


class WebSocketShell:
    """Serves the WebSockets of one API's stage."""

    def __init__(self, stage: str, dispatcher: Dispatcher, connections: Connections, limits: Limits) -> None:
        self._stage = stage
        self._dispatcher = dispatcher
        self._connections = connections
        self._limits = limits
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    def add_to(self, app: web.Application) -> None:
        """Answer plain requests to the stage's address; WebSockets come by `accept`."""
        app.router.add_get(f"/{self._stage}", _forbid)
        app.router.add_get(f"/{self._stage}/", _forbid)

    async def close(self) -> None:
        """Close every connection with 1001, and give `$disconnect` a moment."""
        self._closing = True
        closing = [
            self.end(connection, WSCloseCode.GOING_AWAY, "Going away") for connection in self._connections
        ]
        await asyncio.gather(*closing, return_exceptions=True)
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=_LAST_WORDS_S)
        for task in self._tasks:
            task.cancel()

    def accept(self, upgrade: Upgrade, transport: asyncio.Transport, rest: bytes) -> bool:
        """Take a connection that asks for this stage's WebSocket; `rest` is what came behind its request."""
        if upgrade.path.rstrip("/") != f"/{self._stage}" or self._closing:
            return False
        transport.pause_reading()
        self._spawn(self._open(upgrade, transport, rest))
        return True

    async def end(self, connection: Connection, code: int, reason: str) -> None:
        """Close a connection from this side; `$disconnect` is told when it has closed."""
        socket = connection.socket
        if socket is not None and connection.ending is None:
            connection.ending = (code, reason)
            await socket.close(code, reason)

    async def _open(self, upgrade: Upgrade, transport: asyncio.Transport, rest: bytes) -> None:
        """Run the handshake; what it leaves behind is the socket, and no task."""
        connection = Connection(new_connection_id(), upgrade.handshake, int(time.time() * 1000))
        self._connections.add(connection)
        try:
            accepted = await self._dispatcher.connect(connection)
        except Refusal as refusal:
            self._connections.remove(connection)
            transport.write(refusal_response(refusal))
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
        socket = WebSocket(transport, reader, on_text, partial(self._on_end, connection))
        connection.socket = socket
        connection.state = "open"
        connection.touch()
        self._watch_age(connection, time.time())
        transport.set_protocol(socket)
        if rest:
            socket.data_received(rest)
        transport.resume_reading()

    def _on_text(self, connection: Connection, reply: Callable[[str | None], None], text: str) -> None:
        """Take a message; several of one connection may be at work at a time."""
        connection.touch()
        self._dispatcher.message(connection, text, reply)

    def _on_end(self, connection: Connection, code: int, reason: str) -> None:
        """Forget a connection and tell `$disconnect`: an end from this side before what followed from it."""
        self._connections.remove(connection)
        self._spawn(self._dispatcher.disconnect(connection, *(connection.ending or (code, reason))))

    def _watch_age(self, connection: Connection, opened_s: float) -> None:
        """Close the connection when it was idle or open for too long; looks again when it may be."""
        if connection.state != "open":
            return
        ends_s = min(connection.last_active_s + self._limits.idle_s, opened_s + self._limits.lifetime_s)
        left_s = ends_s - time.time()
        if left_s <= 0:
            self._spawn(self.end(connection, WSCloseCode.GOING_AWAY, "Going away"))
            return
        asyncio.get_running_loop().call_later(left_s, self._watch_age, connection, opened_s)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._on_done)

    def _on_done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("the gateway failed", exc_info=task.exception())


def _send(connection: Connection, frame: str | None) -> None:
    """Send what came of a message, if anything did and the client is still there."""
    if frame is not None and connection.socket is not None:
        connection.touch()
        try:
            connection.socket.send_now(frame)
        except ConnectionError:
            return


async def _forbid(_request: web.Request) -> web.Response:
    return web.json_response({"message": "Forbidden"}, status=403)
