"""One request and the frames that answer it, filtered from everything else on the same connection."""

from collections.abc import AsyncIterator
from typing import Any

from threadcast_client.errors import request_error
from threadcast_client.protocol.frames import AnyFrame, ends_answer, is_gateway_frame, is_terminal
from threadcast_client.received_frames import Deadline, ReceivedFrames

__all__ = ["Turn"]


class Turn(AsyncIterator[AnyFrame]):
    """The frames of one request: iterate over them as they arrive, or wait for all of them.

    Iteration continues where it stopped, also after a reconnect. The last frame is `complete`, the reply to a
    stop or a get, or an error. API Gateway's own frames name no request: one counts as this request's error
    while the request has no other frame.

    Attributes:
        route: The request's route.
        payload: The request's payload.
        request_id: The request's id; None for a request without one, whose frames are matched by their route
            and chat.
        timeout_s: The default timeout for the next frame, and for the whole turn in `all_frames`.
    """

    def __init__(
        self, received: ReceivedFrames, route: str, payload: Any, *, request_id: str | None, timeout_s: float
    ) -> None:
        self.route = route
        self.payload = payload
        self.request_id = request_id
        self.timeout_s = timeout_s
        self._received = received
        self._next_index = len(received.frames)
        self._frames: list[AnyFrame] = []
        self._ending_request_id: str | None = None

    @property
    def frames(self) -> list[AnyFrame]:
        """The frames read so far."""
        return list(self._frames)

    @property
    def is_over(self) -> bool:
        """Whether the last frame has been read."""
        return bool(self._frames) and _is_last(self._frames[-1])

    @property
    def chat_id(self) -> str | None:
        """The chat's id; None until a frame names it."""
        return next(filter(None, map(_chat_id, self._frames)), None)

    @property
    def message_id(self) -> str | None:
        """The id of the message that this turn answers; None until a frame names it."""
        return next(filter(None, map(_message_id, self._frames)), None)

    def __aiter__(self) -> "Turn":
        return self

    async def __anext__(self) -> AnyFrame:
        if self.is_over:
            raise StopAsyncIteration
        return await self._read(Deadline.after(self.timeout_s, f"the next frame of {self.route}"))

    async def all_frames(self, timeout_s: float | None = None) -> list[AnyFrame]:
        """Return every frame of the turn up to its last, errors included.

        Raises:
            TimedOut: The last frame did not arrive within `timeout_s`.
            ConnectionLost: The connection closed first; call this again after `Connection.resume`.
        """
        deadline = Deadline.after(timeout_s or self.timeout_s, f"the last frame of {self.route}")
        while not self.is_over:
            await self._read(deadline)
        return self.frames

    async def result(self, timeout_s: float | None = None) -> dict[str, Any]:
        """Return the payload of the last frame: the chat, or the reply to a stop.

        Raises:
            TurnFailed: The last frame is an error; the class is that of its code.
            TimedOut: The last frame did not arrive within `timeout_s`.
            ConnectionLost: The connection closed first.
        """
        payload: dict[str, Any] = (await self.last_frame(timeout_s))["payload"]
        return payload

    async def last_frame(self, timeout_s: float | None = None) -> AnyFrame:
        """Return the last frame, whose payload may be a list; raises as `result` does."""
        last = (await self.all_frames(timeout_s))[-1]
        if is_gateway_frame(last) or last["error"] is not None:
            raise request_error(last)
        return last

    def end_with(self, other: "Turn") -> None:
        """Take the reply to another request as the last frame: a get that shows this turn as completed."""
        self._ending_request_id = other.request_id

    async def _read(self, deadline: Deadline) -> AnyFrame:
        while True:
            frame = await self._received.at(self._next_index, deadline)
            self._next_index += 1
            if self._owns(frame):
                self._frames.append(frame)
                return frame

    def _owns(self, frame: AnyFrame) -> bool:
        request_id = frame.get("request_id")
        if request_id is not None:
            return request_id in (self.request_id, self._ending_request_id)
        if is_gateway_frame(frame) or self._may_be_own_error(frame):
            return not self._frames
        return self.request_id is None and frame.get("route") == self.route and self._is_of_own_chat(frame)

    def _may_be_own_error(self, frame: AnyFrame) -> bool:
        """Whether this may refuse the request: the server returns no id for a request it cannot parse."""
        return frame.get("error") is not None and frame.get("route") in (self.route, None)

    def _is_of_own_chat(self, frame: AnyFrame) -> bool:
        return self.chat_id is None or _chat_id(frame) in (self.chat_id, None)


def _is_last(frame: AnyFrame) -> bool:
    return is_gateway_frame(frame) or is_terminal(frame) or ends_answer(frame)


def _chat_id(frame: AnyFrame) -> str | None:
    body = _body(frame)
    chat_id: str | None = body.get("chat_id") or body.get("id")
    return chat_id


def _message_id(frame: AnyFrame) -> str | None:
    body = _body(frame)
    message_ids: list[str] = body.get("message_ids") or [""]
    return body.get("message_id") or message_ids[-1] or None


def _body(frame: AnyFrame) -> dict[str, Any]:
    """Return the payload or the error; empty for a list, which names no chat."""
    body = frame.get("payload") or frame.get("error")
    return body if isinstance(body, dict) else {}
