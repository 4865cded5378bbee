"""A scripted WebSocket server for one test, and how to run a test's coroutine."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

Script = Callable[["Served"], Awaitable[None]]


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run a test's coroutine to its end, or fail it after ten seconds."""
    asyncio.run(asyncio.wait_for(test, 10))


class Served:
    """The server's end of one connection."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket
        self.requests: list[dict[str, Any]] = []

    async def request(self) -> dict[str, Any]:
        """The next request, parsed."""
        self.requests.append(json.loads(await self.socket.recv()))
        return self.requests[-1]

    async def send(self, *frames: dict[str, Any], to: dict[str, Any] | None = None) -> None:
        """Send frames, with the request id of the request they answer."""
        echoed = {"request_id": to["request_id"]} if to and "request_id" in to else {}
        for frame in frames:
            await self.socket.send(json.dumps({**frame, **echoed}))


@asynccontextmanager
async def serving(
    *scripts: Script, refuse: HTTPStatus | None = None, subprotocols: list[str] | None = None
) -> AsyncIterator[str]:
    """Serve on a free port, the n-th connection by the n-th script, and give the address."""
    waiting = iter(scripts)

    async def handle(socket: ServerConnection) -> None:
        await next(waiting)(Served(socket))

    def admit(socket: ServerConnection, request: Request) -> Response | None:
        return socket.respond(refuse, "") if refuse else None

    spoken = [Subprotocol(name) for name in subprotocols] if subprotocols else None
    async with serve(handle, "127.0.0.1", 0, process_request=admit, subprotocols=spoken) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}/local"
