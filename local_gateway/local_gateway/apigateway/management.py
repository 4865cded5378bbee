"""The `@connections` API: functions post to, look up and delete connections.

Reference: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from aiohttp import web

from local_gateway.apigateway.connection import Connection, Connections, is_connection_id
from local_gateway.apigateway.limits import Limits
from local_gateway.apigateway.rate import TokenBucket
from local_gateway.apigateway.shell import WebSocketShell
from local_gateway.faults import Faults

__all__ = ["ManagementApi"]

_DELETED = (1000, "Connection Closed Normally")
"""Seen on AWS: https://github.com/boto/boto3/issues/3789"""


class ManagementApi:
    """Answers `/@connections/{id}`, with and without the stage before it."""

    def __init__(
        self, stage: str, connections: Connections, shell: WebSocketShell, limits: Limits, faults: Faults
    ) -> None:
        self._stage = stage
        self._connections = connections
        self._shell = shell
        self._limits = limits
        self._faults = faults
        self._bucket = (
            None if limits.posts_per_s is None else TokenBucket(limits.posts_per_s, limits.posts_burst)
        )

    def add_to(self, app: web.Application) -> None:
        """Put the API's routes on an application."""
        for path in (f"/{self._stage}/@connections/{{id}}", "/@connections/{id}"):
            app.router.add_post(path, self._guarded(self._post))
            app.router.add_get(path, self._guarded(self._get))
            app.router.add_delete(path, self._guarded(self._delete))

    def _guarded(
        self, answer: Callable[[Connection, bytes], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Refuse in the order in which API Gateway does: signature, rate, id, then the connection.

        The body comes before all of it: who is refused in the middle of sending sees a broken connection.
        """

        async def handle(request: web.Request) -> web.Response:
            connection_id = request.match_info["id"]
            body = await request.read()
            refused = await self._refusal(request, connection_id)
            if refused is not None:
                return refused
            connection = self._connections.open(connection_id)
            if connection is None:
                return _gone()
            return await answer(connection, body)

        return handle

    async def _refusal(self, request: web.Request, connection_id: str) -> web.Response | None:
        if not request.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256"):
            return _refuse(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
        if self._bucket is not None and not self._bucket.take(time.monotonic()):
            return _refuse(429, "LimitExceededException", "Rate exceeded")
        if not is_connection_id(connection_id):
            return _refuse(400, "BadRequestException", f"Invalid connectionId: {connection_id}")
        fault = self._faults.of_post(request.method, connection_id)
        if fault is None:
            return None
        if fault.delay_s:
            await asyncio.sleep(fault.delay_s)
        if fault.kills is not None:
            self._faults.kill(fault.kills)
            return _refuse(499, "", "The caller was killed on demand")
        if fault.drops:
            self._faults.drop(connection_id)
        return _refuse(fault.status, fault.error_type, fault.message) if fault.status else None

    async def _post(self, connection: Connection, body: bytes) -> web.Response:
        if len(body) > self._limits.max_post_bytes:
            return _refuse(413, "PayloadTooLargeException", "Message too long")
        socket = connection.socket
        if socket is None:
            return _gone()
        if socket.unread_bytes > self._limits.max_unread_bytes:
            return _refuse(429, "LimitExceededException", "The WebSocket client side buffer is full")
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
        await self._shell.end(connection, *_DELETED)
        return web.Response(status=204, headers=_request_id())


def _gone() -> web.Response:
    # Without this header botocore raises a plain ClientError instead of the typed exception.
    return web.Response(status=410, headers={"x-amzn-ErrorType": "GoneException", **_request_id()})


def _refuse(status: int, kind: str, message: str) -> web.Response:
    headers = {"x-amzn-ErrorType": kind, **_request_id()}
    return web.json_response({"message": message}, status=status, headers=headers)


def _request_id() -> dict[str, str]:
    return {"x-amzn-RequestId": str(uuid.uuid4())}


def _iso(epoch_s: float) -> str:
    return datetime.fromtimestamp(epoch_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
