"""A connection to a Threadcast endpoint: ask, follow the answers, reconnect; no wait without an end."""

import asyncio
import json
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from threadcast_client.contract import AnyFrame
from threadcast_client.errors import BadFrame, ConnectionLost, TimedOut
from threadcast_client.handshake import AuthIn, open_socket
from threadcast_client.heard import Deadline, Heard
from threadcast_client.turn import Turn

__all__ = ["Connection"]

_BAD_FRAME_SHOWN_CHARS = 80
_MAX_FRAME_BYTES = 32 * 1024
"""What API Gateway takes at once; a longer message, up to 128 KB, must come in several frames:
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
"""


class Connection:
    """One user's connection; any number of requests may run on it at once.

    Use it as `async with Connection(url, token) as connection`, or call `open` and `close`.

    Attributes:
        timeout_s: For how long anything is waited for where a call does not say otherwise.
    """

    def __init__(
        self, url: str, token: str | None = None, *, auth_in: AuthIn = "query", timeout_s: float = 30.0
    ) -> None:
        self.timeout_s = timeout_s
        self._url = url
        self._token = token
        self._auth_in: AuthIn = auth_in
        self._heard = Heard()
        self._socket: ClientConnection | None = None
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def frames(self) -> list[AnyFrame]:
        """Every frame heard so far, in order, reconnects included."""
        return list(self._heard.frames)

    @property
    def is_open(self) -> bool:
        """Whether frames can still come."""
        return not self._heard.is_over

    async def open(self) -> None:
        """Connect and start to listen.

        Raises:
            BadAddress: The address is not one to connect to.
            HandshakeRefused: The server did not let us in.
            ConnectionLost: Nobody listens there.
            TimedOut: No answer within `timeout_s`.
        """
        self._socket = await open_socket(self._url, self._token, self._auth_in, self.timeout_s)
        self._heard.begin()
        self._listening = asyncio.create_task(self._listen(self._socket))

    async def close(self) -> None:
        """Say goodbye; harmless on a connection that is gone."""
        if self._socket is not None and self._listening is not None:
            await self._socket.close()
            await self._listening

    async def drop(self) -> None:
        """Lose the socket without a goodbye, as a phone in a tunnel does."""
        if self._socket is not None and self._listening is not None:
            self._socket.transport.abort()
            await self._listening

    async def reconnect(self) -> None:
        """Open a new socket in place of the old one; turns and frames heard so far stay."""
        await self.close()
        await self.open()

    async def resume(self, turn: Turn) -> None:
        """Reconnect and see to it that `turn` comes to its end; then go on reading it.

        A turn that still runs catches us up by itself. One that ended meanwhile gets the stored chat as its
        last frame. One that nothing was heard of is asked again, which its request id makes harmless.
        """
        await self.reconnect()
        if turn.chat_id is None:
            await self._send_request(turn)
            return
        get = await self.request("/chats/get", {"id": turn.chat_id}, request_id=str(uuid4()))
        message = (await get.result())["messages"].get(turn.message_id)
        if message is None or message["is_completed"]:
            turn.settle_by(get)

    async def post(
        self,
        prompt: str | None = None,
        *,
        chat_id: str | None = None,
        message_id: str | None = None,
        asset_id: str | None = None,
        asset_type: str | None = None,
        request_id: str | None = None,
        route: str = "/chats/post",
    ) -> Turn:
        """Ask, and return the turn that answers; None is left out of the request, a request id is made."""
        fields = {
            "prompt": prompt,
            "chat_id": chat_id,
            "message_id": message_id,
            "asset_id": asset_id,
            "asset_type": asset_type,
        }
        payload = {key: value for key, value in fields.items() if value is not None}
        return await self.request(route, payload, request_id=request_id or str(uuid4()))

    async def stop(self, chat_id: str, message_id: str, *, timeout_s: float | None = None) -> bool:
        """Stop a running turn and return whether one ran; the turn then ends with its own last frame.

        Raises:
            TurnFailed: The stop was refused.
        """
        payload = {"id": chat_id, "message_id": message_id}
        turn = await self.request("/chats/stop", payload, request_id=str(uuid4()))
        return bool((await turn.result(timeout_s))["stopped"])

    async def get(self, chat_id: str, *, timeout_s: float | None = None) -> dict[str, Any]:
        """Return a chat as it is stored.

        Raises:
            TurnFailed: There is no such chat for this user.
        """
        turn = await self.request("/chats/get", {"id": chat_id}, request_id=str(uuid4()))
        return await turn.result(timeout_s)

    async def request(self, route: str, payload: Any, *, request_id: str | None) -> Turn:
        """Send any request, well-formed or not, and return the turn that answers; None: no id is sent."""
        turn = Turn(self._heard, route, payload, request_id=request_id, timeout_s=self.timeout_s)
        await self._send_request(turn)
        return turn

    async def send(self, body: str | bytes | Sequence[str]) -> None:
        """Send a body just as it is; several texts are one message in as many frames.

        Raises:
            ConnectionLost: There is no open socket.
            TimedOut: The server reads too slowly.
        """
        if self._socket is None:
            raise ConnectionLost(None, "not connected yet")
        try:
            async with asyncio.timeout(self.timeout_s):
                await self._socket.send(body)
        except TimeoutError:
            raise TimedOut("room to send", self.timeout_s) from None
        except ConnectionClosed as error:
            raise _lost(error) from error

    async def frame(
        self, wanted: Callable[[AnyFrame], bool], *, since: int = 0, timeout_s: float | None = None
    ) -> AnyFrame:
        """Return the first frame that is wanted, of those heard from number `since` on or still to come.

        Raises:
            TimedOut: None came in time.
            ConnectionLost: The connection ended first.
        """
        deadline = Deadline.after(timeout_s or self.timeout_s, "the frame")
        while not wanted(frame := await self._heard.at(since, deadline)):
            since += 1
        return frame

    async def _send_request(self, turn: Turn) -> None:
        body = {"route": turn.route, "payload": turn.payload}
        if turn.request_id is not None:
            body["request_id"] = turn.request_id
        text = json.dumps(body)  # ASCII: as many bytes as characters
        frames = [text[at : at + _MAX_FRAME_BYTES] for at in range(0, len(text), _MAX_FRAME_BYTES)]
        await self.send(frames if len(frames) > 1 else text)

    async def _listen(self, socket: ClientConnection) -> None:
        try:
            while True:
                self._heard.add(_parsed(await socket.recv()))
        except ConnectionClosed as error:
            self._heard.end(_lost(error))
        except BadFrame as error:
            self._heard.end(error)
            await socket.close(1007)


def _parsed(text: str | bytes) -> AnyFrame:
    try:
        frame = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        frame = None
    if not isinstance(frame, dict):
        raise BadFrame(str(text[:_BAD_FRAME_SHOWN_CHARS]))
    return frame


def _lost(error: ConnectionClosed) -> ConnectionLost:
    """Without a close frame from the other side the socket simply went: 1006, as browsers say it."""
    return (
        ConnectionLost(1006, "") if error.rcvd is None else ConnectionLost(error.rcvd.code, error.rcvd.reason)
    )
