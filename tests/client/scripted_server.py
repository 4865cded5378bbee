"""A scripted WebSocket server for one test, and a runner for the coroutine of a test."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from tests.client import sample_frames as s

Script = Callable[["ServerEnd"], Awaitable[None]]

TEST_TIMEOUT_S = 60
HELLO = s.message(s.text("Hello"), is_completed=True)
COMPLETE = s.complete(HELLO)


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run the coroutine of a test; fail the test after `TEST_TIMEOUT_S`."""
    asyncio.run(asyncio.wait_for(test, TEST_TIMEOUT_S))


class ServerEnd:
    """The server's end of one connection."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket
        self.requests: list[dict[str, Any]] = []

    async def receive_request(self) -> dict[str, Any]:
        """Return the next request, parsed."""
        self.requests.append(json.loads(await self.socket.recv()))
        return self.requests[-1]

    async def send(self, *frames: dict[str, Any], in_reply_to: dict[str, Any] | None = None) -> None:
        """Send frames, with the id of the request they answer."""
        request = in_reply_to or {}
        request_id = {"request_id": request["request_id"]} if "request_id" in request else {}
        for frame in frames:
            await self.socket.send(json.dumps({**frame, **request_id}))


def answering(requests: list[dict[str, Any]]) -> Script:
    """Return a script that answers every request at once and appends it to `requests`."""

    async def script(server: ServerEnd) -> None:
        with suppress(ConnectionClosed):
            while True:
                request = await server.receive_request()
                requests.append({"route": request["route"], **request["payload"]})
                event = "getChat" if request["route"] == "/chats/get" else "complete"
                await server.send({**COMPLETE, "event": event}, in_reply_to=request)

    return script


@asynccontextmanager
async def running_server(
    *scripts: Script, refuse_with: HTTPStatus | None = None, subprotocols: list[str] | None = None
) -> AsyncIterator[str]:
    """Serve on a free port, the n-th connection with the n-th script, and yield the URL."""
    remaining = iter(scripts)

    async def handle(socket: ServerConnection) -> None:
        await next(remaining)(ServerEnd(socket))

    def process_request(socket: ServerConnection, request: Request) -> Response | None:
        return socket.respond(refuse_with, "") if refuse_with else None

    supported = [Subprotocol(name) for name in subprotocols] if subprotocols else None
    async with serve(
        handle, "127.0.0.1", 0, process_request=process_request, subprotocols=supported
    ) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}/local"
