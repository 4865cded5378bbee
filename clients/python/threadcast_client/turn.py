"""One request and the frames that answer it, told apart from everything else on the same connection."""

from collections.abc import AsyncIterator
from typing import Any, Final

from threadcast_client.contract import AnyFrame
from threadcast_client.errors import TurnFailed
from threadcast_client.frames import is_gateway_frame, is_terminal
from threadcast_client.heard import Deadline, Heard

__all__ = ["Turn"]

_ANSWERS: Final = frozenset({"stopThread", "getChat"})


class Turn(AsyncIterator[AnyFrame]):
    """The frames of one request: iterate them as they come, or wait for all of them.

    Iterating goes on where it stopped, after a reconnect too. The last frame is `complete`, the answer to a
    stop or a get, or an error. API Gateway's own frames name no request: one counts as this request's error
    while this request has no frame of its own.

    Attributes:
        route: The request's route.
        payload: The request's payload.
        request_id: Its id; None for a request without one, whose frames are known by their route and chat.
        timeout_s: For how long the next frame, or the whole in `all_frames`, is waited for by default.
    """

    def __init__(
        self, heard: Heard, route: str, payload: Any, *, request_id: str | None, timeout_s: float
    ) -> None:
        self.route = route
        self.payload = payload
        self.request_id = request_id
        self.timeout_s = timeout_s
        self._heard = heard
        self._next = len(heard.frames)
        self._frames: list[AnyFrame] = []
        self._settled_by: str | None = None

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
        """The chat, once a frame named it."""
        return next(filter(None, map(_chat_id, self._frames)), None)

    @property
    def message_id(self) -> str | None:
        """The message that is being answered, once a frame named it."""
        return next(filter(None, map(_message_id, self._frames)), None)

    def __aiter__(self) -> "Turn":
        return self

    async def __anext__(self) -> AnyFrame:
        if self.is_over:
            raise StopAsyncIteration
        return await self._read(Deadline.after(self.timeout_s, self._what("the next frame")))

    async def all_frames(self, timeout_s: float | None = None) -> list[AnyFrame]:
        """Return every frame of the turn up to its last, errors included.

        Raises:
            TimedOut: The last did not come within `timeout_s`.
            ConnectionLost: The connection ended first; after `Connection.resume` this can be called again.
        """
        deadline = Deadline.after(timeout_s or self.timeout_s, self._what("the end"))
        while not self.is_over:
            await self._read(deadline)
        return self.frames

    async def result(self, timeout_s: float | None = None) -> dict[str, Any]:
        """Return the payload of the last frame: the chat, or the answer to a stop.

        Raises:
            TurnFailed: The last frame is an error.
            TimedOut: The last did not come within `timeout_s`.
            ConnectionLost: The connection ended first.
        """
        last = (await self.all_frames(timeout_s))[-1]
        if is_gateway_frame(last) or last["error"] is not None:
            raise TurnFailed(last)
        payload: dict[str, Any] = last["payload"]
        return payload

    def settle_by(self, other: "Turn") -> None:
        """Let the answer to another request (a get that shows this turn finished) be the last frame."""
        self._settled_by = other.request_id

    async def _read(self, deadline: Deadline) -> AnyFrame:
        while True:
            frame = await self._heard.at(self._next, deadline)
            self._next += 1
            if self._owns(frame):
                self._frames.append(frame)
                return frame

    def _owns(self, frame: AnyFrame) -> bool:
        request_id = frame.get("request_id")
        if request_id is not None:
            return request_id in (self.request_id, self._settled_by)
        if is_gateway_frame(frame) or self._could_be_its_error(frame):
            return not self._frames
        return self.request_id is None and frame.get("route") == self.route and self._is_of_its_chat(frame)

    def _could_be_its_error(self, frame: AnyFrame) -> bool:
        """A request that could not be read is refused without its id."""
        return frame.get("error") is not None and frame.get("route") in (self.route, None)

    def _is_of_its_chat(self, frame: AnyFrame) -> bool:
        return self.chat_id is None or _chat_id(frame) in (self.chat_id, None)

    def _what(self, what: str) -> str:
        return f"{what} of {self.route}"


def _is_last(frame: AnyFrame) -> bool:
    return is_gateway_frame(frame) or is_terminal(frame) or frame.get("event") in _ANSWERS


def _chat_id(frame: AnyFrame) -> str | None:
    about = frame.get("payload") or frame.get("error") or {}
    chat_id: str | None = about.get("chat_id") or about.get("id")
    return chat_id


def _message_id(frame: AnyFrame) -> str | None:
    about = frame.get("payload") or frame.get("error") or {}
    message_ids: list[str] = about.get("message_ids") or [""]
    return about.get("message_id") or message_ids[-1] or None
