"""The server's frames as types: the one place that names every event, key and closed choice of the wire."""

from typing import Any, Final, Literal, NotRequired, TypeAlias, TypedDict

from threadcast_client.parts import ReasoningMessage, ResponseMessage, Text, Time, Uuid

__all__ = [
    "GATEWAY_MESSAGES",
    "MAX_REQUEST_ID_CHARS",
    "MAX_ROUTE_CHARS",
    "PAYLOADS",
    "ROUTES",
    "AnyFrame",
    "Chat",
    "Failure",
    "GatewayFrame",
    "Message",
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
    """Who asked, where a frame says so."""

    id: Uuid
    name: str


class Failure(TypedDict):
    """Why a request failed, safe to show; the last four are there where they are known."""

    code: ErrorCode
    message: Text
    chat_id: NotRequired[Uuid | None]
    message_id: NotRequired[Uuid | None]
    reference_id: NotRequired[Text | None]
    retry_after_s: NotRequired[float | None]


class RequestMessage(TypedDict):
    """What the user asked."""

    request: str | None
    sender_id: Text
    sender_name: str | None
    sender_avatar: str | None


class Message(TypedDict):
    """One turn of a chat: what was asked, how the agent reasoned, what it answered."""

    id: Uuid
    request_message: RequestMessage | None
    response_message_ids: list[str]
    response_messages: dict[str, ResponseMessage]
    reasoning_message_ids: list[str]
    reasoning_messages: dict[str, ReasoningMessage]
    created_at: Time
    updated_at: Time
    final_reasoning_message: str | None
    feedback: str | None
    is_completed: bool
    post_processing_message: Any


class Chat(TypedDict):
    """A whole chat, as `initializeChat`, `complete` and `getChat` carry it."""

    id: Uuid
    title: str
    is_favorited: bool
    message_ids: list[str]
    messages: dict[str, Message]
    created_at: Time
    updated_at: Time
    created_by: str
    created_by_id: str
    created_by_name: str | None
    created_by_avatar: str | None
    individual_permissions: list[Any] | None
    publicly_accessible: bool
    public_expiry_date: Time | None
    public_enabled_by: str | None
    public_password: str | None
    permission: str | None
    workspace_sharing: str | None
    workspace_sharing_enabled_by: str | None
    workspace_sharing_enabled_at: Time | None
    workspace_member_count: int | None
    feedback: str | None


class TitlePayload(TypedDict):
    """The chat's title as it is made."""

    chat_id: Uuid
    message_id: Uuid
    title: str | None
    title_chunk: str | None
    progress: Progress


class ReasoningPayload(TypedDict):
    """One step of the agent as it is made."""

    reasoning: ReasoningMessage
    chat_id: Uuid
    message_id: Uuid
    progress: Progress


class ResponsePayload(TypedDict):
    """One part of the answer as it is made."""

    response_message: ResponseMessage
    chat_id: Uuid
    message_id: Uuid
    progress: Progress


class StopPayload(TypedDict):
    """The answer to a stop: whether anything was running."""

    id: Uuid
    message_id: Uuid | None
    stopped: bool


class ServerFrame(TypedDict):
    """The six keys of every frame, and the client's own `request_id` echoed where it sent one."""

    route: str | None
    event: Event
    payload: Any
    sent_by: Sender | None
    error: Failure | None
    send_method: Literal["All", "SenderOnly", "AllButSender"]
    request_id: NotRequired[Text]


class GatewayFrame(TypedDict):
    """What API Gateway itself sends when an integration times out, crashes or is missing."""

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
"""What each event's payload holds; None: the payload is null."""
