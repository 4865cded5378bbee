"""What a frame of any event has in common, what each event's payload is, and API Gateway's own frames."""

from typing import Any, Final, Literal, NotRequired, TypeAlias, TypedDict

from threadcast_client.parts import Text
from threadcast_client.protocol_types import (
    ChatPayload,
    ErrorBody,
    EventName,
    ReasoningPayload,
    ResponsePayload,
    SenderPayload,
    StopPayload,
    TitlePayload,
)

__all__ = [
    "GATEWAY_MESSAGES",
    "MAX_REQUEST_ID_CHARS",
    "MAX_ROUTE_CHARS",
    "PAYLOADS",
    "ROUTES",
    "AnyFrame",
    "GatewayFrame",
    "ServerFrame",
]

AnyFrame: TypeAlias = dict[str, Any]
"""One frame as it came off the wire, parsed and not yet checked."""

ROUTES: Final = frozenset(
    {"/chats/post", "/threads/post", "postThread", "/chats/stop", "stopThread", "/chats/get"}
)
MAX_ROUTE_CHARS: Final = 64
MAX_REQUEST_ID_CHARS: Final = 64

GATEWAY_MESSAGES: Final = frozenset({"Endpoint request timed out", "Internal server error", "Forbidden"})
"""What API Gateway says in its own frames; they carry no event and no `request_id` of ours."""


class ServerFrame(TypedDict):
    """The six keys of every frame, and the client's own `request_id` echoed where it sent one."""

    route: str | None
    event: EventName
    payload: Any
    sent_by: SenderPayload | None
    error: ErrorBody | None
    send_method: Literal["All", "SenderOnly", "AllButSender"]
    request_id: NotRequired[Text]


class GatewayFrame(TypedDict):
    """What API Gateway itself sends when an integration times out, crashes or is missing."""

    message: str
    connectionId: Text
    requestId: Text


PAYLOADS: Final[dict[str, Any]] = {
    "initializeChat": ChatPayload,
    "generatingTitle": TitlePayload,
    "generatingReasoningMessage": ReasoningPayload,
    "generatingResponseMessage": ResponsePayload,
    "complete": ChatPayload,
    "postThread": None,
    "stopThread": StopPayload,
    "getChat": ChatPayload,
    "error": None,
}
"""What each event's payload holds; None: the payload is null."""
