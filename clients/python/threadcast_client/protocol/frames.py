"""What the frames of all events have in common, the payload type of each, and API Gateway's own frames."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, NotRequired, TypeAlias, TypedDict, get_args, get_type_hints

from threadcast_client.protocol.generated_types import (
    ErrorBody,
    ErrorFrame,
    EventName,
    Frame,
    Request,
    SenderPayload,
)
from threadcast_client.protocol.json_types import Text

__all__ = [
    "ANSWER_EVENTS",
    "ERROR_EVENTS",
    "GATEWAY_MESSAGES",
    "MAX_REQUEST_ID_CHARS",
    "MAX_ROUTE_CHARS",
    "PAYLOADS",
    "ROUTES",
    "SNAPSHOT_EVENTS",
    "TURN_EVENTS",
    "AnyFrame",
    "GatewayFrame",
    "ServerFrame",
    "ends_answer",
    "is_gateway_frame",
    "is_of_turn",
    "is_terminal",
]

AnyFrame: TypeAlias = dict[str, Any]
"""One received frame: parsed, not checked."""

ROUTES: Final = frozenset(
    name for request in get_args(Request) for name in get_args(get_type_hints(request)["route"])
)
MAX_ROUTE_CHARS: Final = 64
MAX_REQUEST_ID_CHARS: Final = 64

SNAPSHOT_EVENTS: Final = frozenset({"initializeChat", "complete", "getChat"})
"""The events whose payload is a whole chat."""

GATEWAY_MESSAGES: Final = frozenset({"Endpoint request timed out", "Internal server error", "Forbidden"})
"""The messages in API Gateway's own frames, which carry no event and no `request_id` of a client."""


class ServerFrame(TypedDict):
    """The six keys of every frame, the client's `request_id` if there was one, `next_cursor` in a list."""

    route: str | None
    event: EventName
    payload: Any
    sent_by: SenderPayload | None
    error: ErrorBody | None
    send_method: Literal["All", "SenderOnly", "AllButSender"]
    request_id: NotRequired[Text]
    next_cursor: NotRequired[str | None]


class GatewayFrame(TypedDict):
    """The frame that API Gateway itself sends when an integration times out, fails or is missing."""

    message: str
    connectionId: Text
    requestId: Text


def _payloads(frames: Iterable[type]) -> dict[str, Any]:
    hints = [get_type_hints(frame) for frame in frames]
    return {event: each["payload"] for each in hints for event in get_args(each["event"])}


_ERRORS: Final = dict.fromkeys(_payloads([ErrorFrame]))

PAYLOADS: Final = {**_ERRORS, **_payloads(frame for frame in get_args(Frame) if frame is not ErrorFrame)}
"""The payload type of each event; None: the payload is null."""

ERROR_EVENTS: Final = frozenset(_ERRORS)
"""The events that a frame with an error may have."""

ANSWER_EVENTS: Final = frozenset(event for event in ERROR_EVENTS if PAYLOADS[event] is not None)
"""The events that answer a request which opens no turn."""


TURN_EVENTS: Final = frozenset(PAYLOADS) - ERROR_EVENTS - {"fetchingData"}
"""The events of a turn that do not report a failure."""


def is_gateway_frame(frame: Mapping[str, Any]) -> bool:
    """Whether API Gateway itself sent this frame: a timeout, a failure or a missing route."""
    return "connectionId" in frame and "event" not in frame


def is_terminal(frame: Mapping[str, Any]) -> bool:
    """Whether this is the terminal frame of a turn: `complete`, or any frame with an error."""
    return frame.get("event") == "complete" or frame.get("error") is not None


def is_of_turn(frame: Mapping[str, Any]) -> bool:
    """Whether this is a frame of a turn in a chat; of the errors, those that name the chat."""
    event = frame.get("event")
    if event == "postThread":
        return "chat_id" in (frame.get("error") or {})
    return event in TURN_EVENTS


def ends_answer(frame: Mapping[str, Any]) -> bool:
    """Whether this is the last frame of an answer that belongs to no turn; a metric's rows follow it."""
    event = frame.get("event")
    if event == "fetchingData":
        return bool(frame["payload"]["progress"] == "completed")
    return event in ANSWER_EVENTS and event != "updateMetricState"
