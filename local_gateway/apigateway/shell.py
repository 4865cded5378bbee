"""The WebSocket side of the gateway: handshakes, the loop of each connection, its end."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web
from aiohttp.http_websocket import WebSocketError

from local_gateway.apigateway.authorizing import Refusal
from local_gateway.apigateway.connection import Connection, Connections, Handshake, new_connection_id
from local_gateway.apigateway.dispatch import Dispatcher
from local_gateway.apigateway.limits import Limits
from local_gateway.apigateway.replies import Accepted
from local_gateway.apigateway.sockets import LimitedWebSocket, ServerSocket

__all__ = ["WebSocketShell"]

_log = logging.getLogger(__name__)

_LAST_WORDS_S = 2.0
_NO_STATUS = 1005
_ABNORMAL = 1006
_NO_REASON = "Client-side close frame status not set"


@dataclass(frozen=True, slots=True)
class _End:
    """Why a connection ended, as `$disconnect` is told."""

    code: int
    reason: str


class WebSocketShell:
    """Serves the WebSockets of one API's stage."""

    def __init__(self, stage: str, dispatcher: Dispatcher, connections: Connections, limits: Limits) -> None:
        self._stage = stage
        self._dispatcher = dispatcher
        self._connections = connections
        self._limits = limits
        self._endings: set[asyncio.Task[None]] = set()

    def add_to(self, app: web.Application) -> None:
        """Put the stage's address on an application."""
        app.router.add_get(f"/{self._stage}", self.handle)
        app.router.add_get(f"/{self._stage}/", self.handle)

    async def close(self) -> None:
        """Close every connection with 1001, and give `$disconnect` a moment."""
        closing = [
            self.end(connection, WSCloseCode.GOING_AWAY, "Going away") for connection in self._connections
        ]
        await asyncio.gather(*closing, return_exceptions=True)
        if self._endings:
            await asyncio.wait(set(self._endings), timeout=_LAST_WORDS_S)
        for task in self._endings:
            task.cancel()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection from its handshake to its end."""
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return web.json_response({"message": "Forbidden"}, status=403)
        connection = Connection(new_connection_id(), _handshake(request), int(time.time() * 1000))
        self._connections.add(connection)
        try:
            accepted = await self._dispatcher.connect(connection)
        except Refusal as refusal:
            self._connections.remove(connection)
            return _refuse(refusal)
        except BaseException:
            self._connections.remove(connection)
            raise
        return await self._serve(request, connection, accepted)

    async def end(self, connection: Connection, code: int, reason: str) -> None:
        """Close a connection from this side; its own loop then tells `$disconnect`."""
        socket = connection.socket
        if socket is not None and connection.ending is None:
            connection.ending = (code, reason)
            await socket.close(code, reason)

    async def _serve(
        self, request: web.Request, connection: Connection, accepted: Accepted
    ) -> web.StreamResponse:
        websocket = LimitedWebSocket(self._limits, accepted.subprotocol)
        end = _End(_ABNORMAL, "Connection closed abnormally")
        try:
            await websocket.prepare(request)
            connection.socket = ServerSocket(websocket, request)
            connection.state = "open"
            connection.touch()
            self._watch_age(connection, time.time())
            end = await self._receive(websocket, connection)
        except ConnectionError:
            pass
        finally:
            self._connections.remove(connection)
            work = self._dispatcher.disconnect(connection, *_told(connection, end))
            self._spawn(work)
        return websocket

    async def _receive(self, websocket: LimitedWebSocket, connection: Connection) -> _End:
        """Take messages until the connection ends; several may be at work at a time."""
        while True:
            message = await websocket.receive()
            if message.type is WSMsgType.TEXT:
                connection.touch()
                self._dispatcher.message(connection, message.data, partial(_send, connection))
            elif message.type is WSMsgType.BINARY:
                await self.end(connection, WSCloseCode.UNSUPPORTED_DATA, "Binary frames are not supported")
            elif message.type is WSMsgType.CLOSE:
                return _End(message.data or _NO_STATUS, message.extra or _NO_REASON)
            elif message.type is WSMsgType.ERROR and isinstance(message.data, WebSocketError):
                return _End(message.data.code, str(message.data))
            else:
                return _End(_ABNORMAL, "Connection closed abnormally")

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
        self._endings.add(task)
        task.add_done_callback(self._on_done)

    def _on_done(self, task: "asyncio.Task[None]") -> None:
        self._endings.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("the gateway failed", exc_info=task.exception())


def _send(connection: Connection, frame: str | None) -> None:
    """Send what came of a message, if anything did and the client is still there."""
    if frame is not None and connection.socket is not None:
        connection.touch()
        with contextlib.suppress(ConnectionError):
            connection.socket.send_now(frame)


def _told(connection: Connection, end: _End) -> tuple[int, str]:
    """Give what `$disconnect` is told: an end from this side counts before what followed from it."""
    return connection.ending or (end.code, end.reason)


def _handshake(request: web.Request) -> Handshake:
    return Handshake(
        source_ip=request.remote or "127.0.0.1",
        headers=[(key, value) for key, value in request.headers.items()],
        query=list(request.query.items()),
    )


def _refuse(refusal: Refusal) -> web.Response:
    headers = {"x-amzn-ErrorType": refusal.error_type} if refusal.error_type else {}
    return web.json_response({"message": refusal.message}, status=refusal.status, headers=headers)
