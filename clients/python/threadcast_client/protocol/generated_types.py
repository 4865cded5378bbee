"""The types of the protocol. Generated from docs/protocol.schema.json: do not edit."""

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

from threadcast_client.protocol.json_types import EpochSeconds, Text, Time, Uuid

__all__ = [
    "AssetTypeName",
    "ChatPayload",
    "ChatsGet",
    "ChatsPost",
    "ChatsStop",
    "CompleteFrame",
    "ErrorBody",
    "ErrorCode",
    "ErrorFrame",
    "EventName",
    "FileMetadata",
    "FileResponseMessage",
    "FileText",
    "FileType",
    "FilesReasoningMessage",
    "Frame",
    "GeneratingReasoningMessageFrame",
    "GeneratingResponseMessageFrame",
    "GeneratingTitleFrame",
    "GetChatFrame",
    "GetPayload",
    "IndividualPermission",
    "InitializeChatFrame",
    "MessagePayload",
    "PillContainerPayload",
    "PillPayload",
    "PillsReasoningMessage",
    "PostPayload",
    "Progress",
    "ReasoningFile",
    "ReasoningMessage",
    "ReasoningPayload",
    "Request",
    "RequestMessage",
    "ResponseMessage",
    "ResponsePayload",
    "Role",
    "SenderPayload",
    "Status",
    "StopPayload",
    "StopRequestPayload",
    "StopThreadFrame",
    "TextReasoningMessage",
    "TextResponseMessage",
    "TitlePayload",
]


class RequestMessage(TypedDict):
    """What the user asked."""

    request: str | None
    sender_id: Text
    sender_name: str | None
    sender_avatar: str | None


class TextResponseMessage(TypedDict):
    """A text of the answer: new text in `message_chunk`, or the whole text so far in `message`."""

    id: Text
    type: Literal["text"]
    message: str | None
    message_chunk: str | None
    is_final_message: bool
    originating_tool_name: str | None


FileType: TypeAlias = Literal["metric", "dashboard", "report"]


Status: TypeAlias = Literal["loading", "completed", "failed"]


class FileMetadata(TypedDict):
    """One entry of a file's history."""

    status: Status
    message: str
    timestamp: EpochSeconds


class FileResponseMessage(TypedDict):
    """An asset that the answer shows or has made."""

    id: Text
    type: Literal["file"]
    file_type: FileType
    file_name: str
    version_number: int
    version_id: Text
    filter_version_id: str | None
    metadata: list[FileMetadata]


ResponseMessage: TypeAlias = TextResponseMessage | FileResponseMessage


class TextReasoningMessage(TypedDict):
    """A step of the agent in words: new text in `message_chunk`, or the whole text in `message`."""

    id: Text
    type: Literal["text"]
    title: str
    secondary_title: str | None
    message: str | None
    message_chunk: str | None
    status: Status
    finished_reasoning: bool


class PillPayload(TypedDict):
    """One short label."""

    id: Text
    text: str
    type: str


class PillContainerPayload(TypedDict):
    """A titled row of labels."""

    title: str
    pills: list[PillPayload]


class PillsReasoningMessage(TypedDict):
    """A step of the agent as rows of labels; replaces the former message of the same id."""

    id: Text
    type: Literal["pills"]
    title: str
    secondary_title: str | None
    status: Status
    pill_containers: list[PillContainerPayload]


class FileText(TypedDict):
    """A file's text: whole in `text`, or new text in `text_chunk`."""

    text: str | None
    text_chunk: str | None
    modified: Any


class ReasoningFile(TypedDict):
    """A file that a step makes."""

    id: Text
    file_type: FileType
    file_name: str
    version_number: int
    version_id: Text
    status: Status
    file: FileText
    metadata: list[FileMetadata] | None


class FilesReasoningMessage(TypedDict):
    """A step of the agent that makes files; replaces the former message of the same id."""

    id: Text
    type: Literal["files"]
    title: str
    secondary_title: str | None
    status: Status
    file_ids: list[str]
    files: dict[str, ReasoningFile]


ReasoningMessage: TypeAlias = TextReasoningMessage | PillsReasoningMessage | FilesReasoningMessage


class MessagePayload(TypedDict):
    """One turn of a chat: the request (null for a prompt-less turn), the reasoning and the answer."""

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
    post_processing_message: str | None


Role: TypeAlias = Literal["can_view", "can_filter", "can_edit", "full_access", "owner"]
"""What a principal may do with a chat or an asset; declared from the weakest to the strongest."""


class IndividualPermission(TypedDict):
    """The role that one user has on a chat."""

    id: Text
    permission: Role


class ChatPayload(TypedDict):
    """A whole chat: `message_ids` orders the keys of `messages`. `public_password` is never in clear."""

    id: Uuid
    title: str
    is_favorited: bool
    message_ids: list[str]
    messages: dict[str, MessagePayload]
    created_at: Time
    updated_at: Time
    created_by: str
    created_by_id: str
    created_by_name: str | None
    created_by_avatar: str | None
    individual_permissions: list[IndividualPermission] | None
    publicly_accessible: bool
    public_expiry_date: Time | None
    public_enabled_by: str | None
    public_password: str | None
    permission: Role | None
    workspace_sharing: Literal["can_view", "can_filter", "can_edit", "full_access", "owner", "none"] | None
    workspace_sharing_enabled_by: str | None
    workspace_sharing_enabled_at: Time | None
    workspace_member_count: int | None
    feedback: str | None


class SenderPayload(TypedDict):
    """The user who sent the request."""

    id: Uuid
    name: str


class InitializeChatFrame(TypedDict):
    """The first frame of a turn: the chat and the new message are stored."""

    route: str | None
    event: Literal["initializeChat"]
    payload: ChatPayload
    sent_by: SenderPayload | None
    error: None
    send_method: Literal["All"]
    request_id: NotRequired[Text]


Progress: TypeAlias = Literal["in_progress", "completed"]


class TitlePayload(TypedDict):
    """New text of a title in `title_chunk` while in progress, then the whole title in `title`."""

    title: str | None
    title_chunk: str | None
    chat_id: Uuid
    message_id: Uuid
    progress: Progress


class GeneratingTitleFrame(TypedDict):
    """A chunk of the chat's title, or the whole title."""

    route: str | None
    event: Literal["generatingTitle"]
    payload: TitlePayload
    sent_by: None
    error: None
    send_method: Literal["All"]
    request_id: NotRequired[Text]


class ReasoningPayload(TypedDict):
    """One step of the agent."""

    reasoning: ReasoningMessage
    chat_id: Uuid
    message_id: Uuid
    progress: Progress


class GeneratingReasoningMessageFrame(TypedDict):
    """A step of the agent, or a chunk of its text."""

    route: str | None
    event: Literal["generatingReasoningMessage"]
    payload: ReasoningPayload
    sent_by: None
    error: None
    send_method: Literal["All"]
    request_id: NotRequired[Text]


class ResponsePayload(TypedDict):
    """One part of the answer."""

    response_message: ResponseMessage
    chat_id: Uuid
    message_id: Uuid
    progress: Progress


class GeneratingResponseMessageFrame(TypedDict):
    """A part of the answer, or a chunk of its text."""

    route: str | None
    event: Literal["generatingResponseMessage"]
    payload: ResponsePayload
    sent_by: None
    error: None
    send_method: Literal["All"]
    request_id: NotRequired[Text]


class CompleteFrame(TypedDict):
    """The terminal frame of a turn that completed or was stopped: the chat in its final state."""

    route: str | None
    event: Literal["complete"]
    payload: ChatPayload
    sent_by: None
    error: None
    send_method: Literal["All"]
    request_id: NotRequired[Text]


class StopPayload(TypedDict):
    """The answer to a stop; `stopped` is false where nothing was running."""

    id: Uuid
    message_id: Uuid | None
    stopped: bool


class StopThreadFrame(TypedDict):
    """The answer to a stop."""

    route: str | None
    sent_by: None
    error: None
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[Text]
    event: Literal["stopThread"]
    payload: StopPayload


class GetChatFrame(TypedDict):
    """The answer to a get: the chat in its present state."""

    route: str | None
    sent_by: None
    error: None
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[Text]
    event: Literal["getChat"]
    payload: ChatPayload


ErrorCode: TypeAlias = Literal[
    "BAD_REQUEST",
    "UNAUTHORIZED",
    "NOT_FOUND",
    "CONFLICT",
    "TOO_MANY_REQUESTS",
    "INTERNAL_SERVER_ERROR",
]


class ErrorBody(TypedDict):
    """What went wrong: `code` for programs, `message` for people, the rest where known."""

    code: ErrorCode
    message: Text
    chat_id: NotRequired[Uuid]
    message_id: NotRequired[Uuid]
    reference_id: NotRequired[Text]
    retry_after_s: NotRequired[float]


class ErrorFrame(TypedDict):
    """The last frame of a request that failed, under the event that its route answers with."""

    route: str | None
    event: Literal["postThread", "stopThread", "getChat", "error"]
    payload: None
    sent_by: None
    error: ErrorBody
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[Text]


Frame: TypeAlias = (
    InitializeChatFrame
    | GeneratingTitleFrame
    | GeneratingReasoningMessageFrame
    | GeneratingResponseMessageFrame
    | CompleteFrame
    | StopThreadFrame
    | GetChatFrame
    | ErrorFrame
)


AssetTypeName: TypeAlias = Literal[
    "metric_file",
    "dashboard_file",
    "report_file",
    "collection",
    "chat",
    "thread",
    "dashboard_deprecated",
    "metric",
    "dashboard",
]


class PostPayload(TypedDict):
    """A turn to open: `prompt`, an asset or both for a new chat, or `prompt` with `chat_id`."""

    prompt: NotRequired[str | None]
    chat_id: NotRequired[Uuid | None]
    message_id: NotRequired[Uuid | None]
    asset_id: NotRequired[Uuid | None]
    asset_type: NotRequired[AssetTypeName | None]
    metric_id: NotRequired[Uuid | None]
    dashboard_id: NotRequired[Uuid | None]


class ChatsPost(TypedDict):
    """A request for a turn; a duplicate of the same `request_id` opens no second turn."""

    route: Literal["/chats/post", "/threads/post", "postThread"]
    payload: PostPayload
    request_id: NotRequired[Text | None]


class StopRequestPayload(TypedDict):
    """The turn to stop: a chat's id, and the id of the message that the turn answers."""

    id: Uuid
    message_id: Uuid


class ChatsStop(TypedDict):
    """A request to stop a turn."""

    route: Literal["/chats/stop", "stopThread"]
    payload: StopRequestPayload
    request_id: NotRequired[Text | None]


class GetPayload(TypedDict):
    """The chat to return."""

    id: Uuid
    message_id: NotRequired[Uuid | None]


class ChatsGet(TypedDict):
    """A request for a chat's present state."""

    route: Literal["/chats/get"]
    payload: GetPayload
    request_id: NotRequired[Text | None]


Request: TypeAlias = ChatsPost | ChatsStop | ChatsGet


EventName: TypeAlias = Literal[
    "initializeChat",
    "generatingTitle",
    "generatingReasoningMessage",
    "generatingResponseMessage",
    "complete",
    "stopThread",
    "getChat",
    "postThread",
    "error",
]
