"""The `@connections` API, through which functions post to, get and delete connections.

Reference: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from aiohttp import web

from local_gateway.access.signature import MISSING_SIGNATURE, is_signed
from local_gateway.apigateway.connections import Connection, Connections, is_connection_id
from local_gateway.apigateway.limits import Limits
from local_gateway.apigateway.token_bucket import TokenBucket
from local_gateway.apigateway.websocket.websocket_server import WebSocketServer
from local_gateway.injected_faults import InjectedFaults

__all__ = ["ManagementApi"]

_DELETED = (1000, "Connection Closed Normally")
"""Seen on AWS: https://github.com/boto/boto3/issues/3789"""


class ManagementApi:
    """Handles `/@connections/{id}`, with and without the stage before it."""

    def __init__(
        self,
        server: WebSocketServer,
        connections: Connections,
        limits: Limits,
        faults: InjectedFaults,
        kill_function: Callable[[str], None],
    ) -> None:
        self._server = server
        self._connections = connections
        self._limits = limits
        self._faults = faults
        self._kill_function = kill_function
        self._bucket = (
            None if limits.posts_per_s is None else TokenBucket(limits.posts_per_s, limits.posts_burst)
        )

    def add_to(self, app: web.Application, stage: str, *, needs_stage: bool = False) -> None:
        """Add the API's routes to an application; a path without the stage is that of a custom domain."""
        with_stage, without_stage = f"/{stage}/@connections/{{id}}", "/@connections/{id}"
        for path in (with_stage,) if needs_stage else (with_stage, without_stage):
            app.router.add_post(path, self._checked(self._post))
            app.router.add_get(path, self._checked(self._get))
            app.router.add_delete(path, self._checked(self._delete))

    def _checked(
        self, operation: Callable[[Connection, bytes], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Check requests in API Gateway's order: signature, rate, id, then the connection.

        The gateway reads the body first: an early error response would break the connection of a
        caller that is still sending.
        """

        async def handle(request: web.Request) -> web.Response:
            connection_id = request.match_info["id"]
            body = await request.read()
            rejection = await self._check(request, connection_id)
            if rejection is not None:
                return rejection
            connection = self._connections.find_open(connection_id)
            if connection is None:
                return _gone()
            return await operation(connection, body)

        return handle

    async def _check(self, request: web.Request, connection_id: str) -> web.Response | None:
        if not (is_signed(request.headers.get("Authorization")) or "X-Amz-Signature" in request.query):
            return _error(403, *MISSING_SIGNATURE)
        if self._bucket is not None and not self._bucket.take(time.monotonic()):
            return _error(429, "LimitExceededException", "Rate exceeded")
        if not is_connection_id(connection_id):
            return _error(400, "BadRequestException", f"Invalid connectionId: {connection_id}")
        fault = self._faults.next_fault(request.method, connection_id)
        if fault is None:
            return None
        if fault.delay_s:
            await asyncio.sleep(fault.delay_s)
        if fault.kills is not None:
            self._kill_function(fault.kills)
            return _error(499, "", "The caller was killed on demand")
        if fault.drops:
            self._connections.drop(connection_id)
        return _error(fault.status, fault.error_type, fault.message) if fault.status else None

    async def _post(self, connection: Connection, body: bytes) -> web.Response:
        if len(body) > self._limits.max_post_bytes:
            return _error(413, "PayloadTooLargeException", "Message too long")
        socket = connection.socket
        if socket is None:
            return _gone()
        if socket.unread_bytes > self._limits.max_unread_bytes:
            return _error(429, "LimitExceededException", "The WebSocket client side buffer is full")
        try:
            socket.send_now(body.decode(errors="replace"))
        except ConnectionError:
            return _gone()
        connection.touch()
        return web.Response(headers=_request_id())

    async def _get(self, connection: Connection, _body: bytes) -> web.Response:
        return web.json_response(
            {
                "connectedAt": _iso(connection.connected_at_ms / 1000),
                "identity": {
                    "sourceIp": connection.handshake.source_ip,
                    "userAgent": connection.user_agent or "",
                },
                "lastActiveAt": _iso(connection.last_active_s),
            },
            headers=_request_id(),
        )

    async def _delete(self, connection: Connection, _body: bytes) -> web.Response:
        await self._server.end(connection, *_DELETED)
        return web.Response(status=204, headers=_request_id())


def _gone() -> web.Response:
    # botocore raises a typed exception only with this header, otherwise a plain ClientError.
    return web.Response(status=410, headers={"x-amzn-ErrorType": "GoneException", **_request_id()})


def _error(status: int, kind: str, message: str) -> web.Response:
    headers = {"x-amzn-ErrorType": kind, **_request_id()}
    return web.json_response({"message": message}, status=status, headers=headers)


def _request_id() -> dict[str, str]:
    return {"x-amzn-RequestId": str(uuid.uuid4())}


def _iso(epoch_s: float) -> str:
    return datetime.fromtimestamp(epoch_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
