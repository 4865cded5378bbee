"""A connection to a Threadcast endpoint: send requests, receive frames, reconnect."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from types import TracebackType
from typing import Any, Final, Self
from uuid import uuid4

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from threadcast_client.errors import BadFrame, ConnectionLost, TimedOut
from threadcast_client.handshake import AuthIn, open_socket
from threadcast_client.protocol.frames import AnyFrame, is_of_turn
from threadcast_client.received_frames import Deadline, ReceivedFrames
from threadcast_client.requests.assets import AssetRequests
from threadcast_client.requests.chats import ChatRequests
from threadcast_client.requests.usage import UsageRequests
from threadcast_client.turn import Turn

__all__ = ["Connection"]

_MAX_SHOWN_CHARS: Final = 80
_MAX_FRAME_BYTES: Final = 32 * 1024
"""API Gateway's quota for one frame; a longer message, up to 128 KB, is sent in several frames:
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
"""
_ABNORMAL_CLOSURE: Final = 1006
_INVALID_PAYLOAD: Final = 1007


class Connection:
    """One user's connection, for any number of concurrent requests.

    Use it as `async with Connection(url, token) as connection`, or call `open` and `close`.

    Attributes:
        timeout_s: The timeout of every wait for which a call gives none.
        chats: The requests about chats and their messages, beside `post`, `stop` and `get`.
        assets: The requests about metrics, dashboards and reports.
        usage: The requests about what the user has used.
    """

    def __init__(
        self, url: str, token: str | None = None, *, auth_in: AuthIn = "query", timeout_s: float = 30.0
    ) -> None:
        self.timeout_s = timeout_s
        self.chats = ChatRequests(self)
        self.assets = AssetRequests(self)
        self.usage = UsageRequests(self)
        self._url = url
        self._token = token
        self._auth_in: AuthIn = auth_in
        self._received = ReceivedFrames()
        self._request_ids: set[str] = set()
        self._socket: ClientConnection | None = None
        self._receiver: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def frames(self) -> list[AnyFrame]:
        """Every frame received so far, in order, reconnects included."""
        return list(self._received.frames)

    @property
    def is_open(self) -> bool:
        """Whether frames can still arrive."""
        return not self._received.is_closed

    async def open(self) -> None:
        """Connect and start to receive frames.

        Raises:
            BadAddress: The URL is not a valid endpoint address.
            HandshakeRefused: The server answered without opening a WebSocket.
            ConnectionLost: No server listens at the address.
            TimedOut: The server did not answer within `timeout_s`.
        """
        self._socket = await open_socket(self._url, self._token, self._auth_in, self.timeout_s)
        self._received.open()
        self._receiver = asyncio.create_task(self._receive(self._socket))

    async def close(self) -> None:
        """Close the socket with a close frame; do nothing if it is closed already."""
        if self._socket is not None and self._receiver is not None:
            await self._socket.close()
            await self._receiver

    async def drop(self) -> None:
        """Abort the socket without a close frame, as a lost network does."""
        if self._socket is not None and self._receiver is not None:
            self._socket.transport.abort()
            await self._receiver

    async def reconnect(self) -> None:
        """Open a new socket in place of the old one; turns and received frames remain."""
        await self.close()
        await self.open()

    async def resume(self, turn: Turn) -> None:
        """Reconnect and make sure that `turn` receives its last frame.

        A turn that still runs delivers a catch-up. A turn that ended in the meantime takes the stored chat as
        its last frame. A turn without any frame sends its request again; the request id makes that safe.
        """
        await self.reconnect()
        if turn.chat_id is None:
            await self._send_request(turn)
            return
        get = await self.request("/chats/get", {"id": turn.chat_id}, request_id=str(uuid4()))
        message = (await get.result())["messages"].get(turn.message_id)
        if message is None or message["is_completed"]:
            turn.end_with(get)

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
        """Post a message and return its turn; arguments that are None are left out of the payload.

        Args:
            prompt: The question; None for a prompt-less turn about an asset.
            chat_id: The chat to continue; None for a new chat.
            message_id: In `chat_id`, the first of the messages that the new one replaces; None appends it.
            asset_id: The asset that a new chat is about.
            asset_type: The type of that asset.
            request_id: The idempotency key; None for a new UUID.
            route: The route key; `/threads/post` and `postThread` are its older names.
        """
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
        """Stop a running turn and return whether one was running; the turn still receives its own last frame.

        Raises:
            TurnFailed: The server refused the stop.
        """
        payload = {"id": chat_id, "message_id": message_id}
        turn = await self.request("/chats/stop", payload, request_id=str(uuid4()))
        return bool((await turn.result(timeout_s))["stopped"])

    async def get(self, chat_id: str, *, timeout_s: float | None = None) -> dict[str, Any]:
        """Return the stored chat.

        Raises:
            TurnFailed: This user has no chat with this id.
        """
        turn = await self.request("/chats/get", {"id": chat_id}, request_id=str(uuid4()))
        return await turn.result(timeout_s)

    async def request(self, route: str, payload: Any, *, request_id: str | None) -> Turn:
        """Send any request, valid or not, and return its turn; None sends it without an id."""
        turn = Turn(self._received, route, payload, request_id=request_id, timeout_s=self.timeout_s)
        await self._send_request(turn)
        return turn

    async def send(self, body: str | bytes | Sequence[str]) -> None:
        """Send a message body unchanged; a sequence of texts is one message in as many frames.

        Raises:
            ConnectionLost: There is no open socket.
            TimedOut: The server did not read the message within `timeout_s`.
        """
        if self._socket is None:
            raise ConnectionLost(None, "not connected yet")
        try:
            async with asyncio.timeout(self.timeout_s):
                await self._socket.send(body)
        except TimeoutError:
            raise TimedOut("the server to read", self.timeout_s) from None
        except ConnectionClosed as error:
            raise _connection_lost(error) from error

    async def frame(
        self, is_wanted: Callable[[AnyFrame], bool], *, since: int = 0, timeout_s: float | None = None
    ) -> AnyFrame:
        """Return the first frame that satisfies `is_wanted`, received already or still to arrive.

        Args:
            is_wanted: The predicate.
            since: The index in `frames` at which the search begins.
            timeout_s: How long to wait; None for the connection's timeout.

        Raises:
            TimedOut: No such frame arrived in time.
            ConnectionLost: The connection closed first.
        """
        deadline = Deadline.after(timeout_s or self.timeout_s, "a matching frame")
        while not is_wanted(frame := await self._received.at(since, deadline)):
            since += 1
        return frame

    async def frames_of_other_turns(self) -> AsyncIterator[AnyFrame]:
        """Yield each frame of the turns that another connection has started, past and future ones.

        It waits without a timeout, also while the connection is closed: cancel the task that iterates.
        """
        index = 0
        while True:
            frame = await self._received.arrival(index)
            index += 1
            if is_of_turn(frame) and frame.get("request_id") not in self._request_ids:
                yield frame

    async def _send_request(self, turn: Turn) -> None:
        body = {"route": turn.route, "payload": turn.payload}
        if turn.request_id is not None:
            body["request_id"] = turn.request_id
            if isinstance(turn.request_id, str):  # the server refuses any other, and repeats none
                self._request_ids.add(turn.request_id)
        text = json.dumps(body)  # ASCII: as many bytes as characters
        frames = [text[at : at + _MAX_FRAME_BYTES] for at in range(0, len(text), _MAX_FRAME_BYTES)]
        await self.send(frames if len(frames) > 1 else text)

    async def _receive(self, socket: ClientConnection) -> None:
        try:
            while True:
                self._received.add(_parsed(await socket.recv()))
        except ConnectionClosed as error:
            self._received.close(_connection_lost(error))
        except BadFrame as error:
            self._received.close(error)
            await socket.close(_INVALID_PAYLOAD)


def _parsed(text: str | bytes) -> AnyFrame:
    try:
        frame = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        frame = None
    if not isinstance(frame, dict):
        raise BadFrame(str(text[:_MAX_SHOWN_CHARS]))
    return frame


def _connection_lost(error: ConnectionClosed) -> ConnectionLost:
    """Return the server's close code; without a close frame it is 1006, as RFC 6455 section 7.1.5 defines."""
    if error.rcvd is None:
        return ConnectionLost(_ABNORMAL_CLOSURE, "")
    return ConnectionLost(error.rcvd.code, error.rcvd.reason)
