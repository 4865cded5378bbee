"""The server's frames as types: every event, key and closed set of values of the wire contract."""

from collections.abc import Mapping
from typing import Any, Final, Literal, NotRequired, TypeAlias, TypedDict

from threadcast_client.protocol.chats import Chat
from threadcast_client.protocol.json_types import Text, Uuid
from threadcast_client.protocol.message_parts import ReasoningMessage, ResponseMessage

__all__ = [
    "GATEWAY_MESSAGES",
    "MAX_REQUEST_ID_CHARS",
    "MAX_ROUTE_CHARS",
    "PAYLOADS",
    "ROUTES",
    "SNAPSHOT_EVENTS",
    "AnyFrame",
    "Failure",
    "GatewayFrame",
    "ServerFrame",
    "is_gateway_frame",
    "is_terminal",
]

AnyFrame: TypeAlias = dict[str, Any]
"""One received frame: parsed, not checked."""

ROUTES: Final = frozenset(
    {"/chats/post", "/threads/post", "postThread", "/chats/stop", "stopThread", "/chats/get"}
)
MAX_ROUTE_CHARS: Final = 64
MAX_REQUEST_ID_CHARS: Final = 64

SNAPSHOT_EVENTS: Final = frozenset({"initializeChat", "complete", "getChat"})
"""The events whose payload is a whole chat."""

GATEWAY_MESSAGES: Final = frozenset({"Endpoint request timed out", "Internal server error", "Forbidden"})
"""The messages in API Gateway's own frames, which carry no event and no `request_id` of a client."""

Progress: TypeAlias = Literal["in_progress", "completed"]
ErrorCode: TypeAlias = Literal[
    "BAD_REQUEST", "UNAUTHORIZED", "NOT_FOUND", "CONFLICT", "TOO_MANY_REQUESTS", "INTERNAL_SERVER_ERROR"
]
Event: TypeAlias = Literal[
    "initializeChat",
    "generatingTitle",
    "generatingReasoningMessage",
    "generatingResponseMessage",
    "complete",
    "postThread",
    "stopThread",
    "getChat",
    "error",
]


class Sender(TypedDict):
    """The user who sent the request."""

    id: Uuid
    name: str


class Failure(TypedDict):
    """The reason why a request failed, safe to show; the last four keys are present where known."""

    code: ErrorCode
    message: Text
    chat_id: NotRequired[Uuid | None]
    message_id: NotRequired[Uuid | None]
    reference_id: NotRequired[Text | None]
    retry_after_s: NotRequired[float | None]


class TitlePayload(TypedDict):
    """A chunk of the chat's title, or the whole title."""

    chat_id: Uuid
    message_id: Uuid
    title: str | None
    title_chunk: str | None
    progress: Progress


class ReasoningPayload(TypedDict):
    """One reasoning message while it streams."""

    reasoning: ReasoningMessage
    chat_id: Uuid
    message_id: Uuid
    progress: Progress


class ResponsePayload(TypedDict):
    """One response message while it streams."""

    response_message: ResponseMessage
    chat_id: Uuid
    message_id: Uuid
    progress: Progress


class StopPayload(TypedDict):
    """The reply to a stop: whether a turn was running."""

    id: Uuid
    message_id: Uuid | None
    stopped: bool


class ServerFrame(TypedDict):
    """The six keys of every frame, and the client's `request_id` where the request had one."""

    route: str | None
    event: Event
    payload: Any
    sent_by: Sender | None
    error: Failure | None
    send_method: Literal["All", "SenderOnly", "AllButSender"]
    request_id: NotRequired[Text]


class GatewayFrame(TypedDict):
    """The frame that API Gateway itself sends when an integration times out, fails or is missing."""

    message: str
    connectionId: Text
    requestId: Text


PAYLOADS: Final[dict[str, Any]] = {
    "initializeChat": Chat,
    "generatingTitle": TitlePayload,
    "generatingReasoningMessage": ReasoningPayload,
    "generatingResponseMessage": ResponsePayload,
    "complete": Chat,
    "postThread": None,
    "stopThread": StopPayload,
    "getChat": Chat,
    "error": None,
}
"""The payload type of each event; None: the payload is null."""


def is_gateway_frame(frame: Mapping[str, Any]) -> bool:
    """Whether API Gateway itself sent this frame: a timeout, a failure or a missing route."""
    return "connectionId" in frame and "event" not in frame


def is_terminal(frame: Mapping[str, Any]) -> bool:
    """Whether this is the terminal frame of a turn: `complete`, or any frame with an error."""
    return frame.get("event") == "complete" or frame.get("error") is not None
