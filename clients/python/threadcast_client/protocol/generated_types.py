"""The types of the protocol. Generated from docs/protocol.schema.json: do not edit."""

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

from threadcast_client.protocol.json_types import EpochSeconds, Text, Time, Uuid

__all__ = [
    "AssetGetPayload",
    "AssetListItem",
    "AssetSearchPayload",
    "AssetTypeName",
    "BudgetLeft",
    "ChatId",
    "ChatPayload",
    "ChatsDelete",
    "ChatsDuplicate",
    "ChatsGet",
    "ChatsList",
    "ChatsPost",
    "ChatsSearch",
    "ChatsShare",
    "ChatsStop",
    "ChatsUnsubscribe",
    "ChatsUpdate",
    "ColumnMetadata",
    "CompleteFrame",
    "DashboardConfig",
    "DashboardPayload",
    "DashboardRow",
    "DashboardStatePayload",
    "DashboardsGet",
    "DashboardsList",
    "DataMetadata",
    "DataType",
    "DeleteChatFrame",
    "DeletePayload",
    "DuplicateChatFrame",
    "DuplicatePayload",
    "ErrorBody",
    "ErrorCode",
    "ErrorEvent",
    "ErrorFrame",
    "EventName",
    "FeedbackPayload",
    "FetchingDataFrame",
    "FileMetadata",
    "FileResponseMessage",
    "FileText",
    "FileType",
    "FilesReasoningMessage",
    "FoundChatPayload",
    "Frame",
    "GeneratingReasoningMessageFrame",
    "GeneratingResponseMessageFrame",
    "GeneratingTitleFrame",
    "GetChatFrame",
    "GetChatsListFrame",
    "GetDashboardStateFrame",
    "GetDashboardsListFrame",
    "GetMetricListFrame",
    "GetPayload",
    "GetReportStateFrame",
    "GetReportsListFrame",
    "GetUsageFrame",
    "IndividualPermission",
    "InitializeChatFrame",
    "ListPayload",
    "ListedChatPayload",
    "MessagePayload",
    "MessagesUpdate",
    "MetricGetPayload",
    "MetricListItem",
    "MetricPayload",
    "MetricsGet",
    "MetricsList",
    "PagePayload",
    "PillContainerPayload",
    "PillPayload",
    "PillsReasoningMessage",
    "PostPayload",
    "Progress",
    "ReasoningFile",
    "ReasoningMessage",
    "ReasoningPayload",
    "ReportPayload",
    "ReportsGet",
    "ReportsList",
    "Request",
    "RequestMessage",
    "ResponseMessage",
    "ResponsePayload",
    "Role",
    "RowItem",
    "RowsPayload",
    "Search",
    "SearchChatsFrame",
    "SearchFrame",
    "SearchItem",
    "SearchPayload",
    "SenderPayload",
    "ShareGrant",
    "SharePayload",
    "SimpleType",
    "Status",
    "StopPayload",
    "StopRequestPayload",
    "StopThreadFrame",
    "TextReasoningMessage",
    "TextResponseMessage",
    "TitlePayload",
    "UnsubscribeFrame",
    "UnsubscribePayload",
    "UpdateChatFrame",
    "UpdateMessageFrame",
    "UpdateMetricStateFrame",
    "UpdatePayload",
    "UpdatedChatPayload",
    "UsageGet",
    "UsageGetPayload",
    "UsageLimits",
    "UsagePayload",
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


class ListedChatPayload(TypedDict):
    """A chat in a list: `name` is the title, `last_edited` the time of the last change."""

    id: Uuid
    name: str
    title: str
    is_favorited: bool
    created_at: Time
    updated_at: Time
    last_edited: Time
    created_by: str
    created_by_id: str
    created_by_name: str | None
    created_by_avatar: str | None
    latest_file_id: Uuid | None
    latest_file_type: FileType | None
    latest_version_number: int | None
    is_shared: bool


class GetChatsListFrame(TypedDict):
    """A page of the chats that the user sees, those changed last first."""

    route: str | None
    sent_by: None
    error: None
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[Text]
    next_cursor: str | None
    event: Literal["getChatsList"]
    payload: list[ListedChatPayload]


class UpdatedChatPayload(TypedDict):
    """A chat; after a request to share it, `not_found` are the addresses of no user of the organisation."""

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
    not_found: NotRequired[list[str]]


class UpdateChatFrame(TypedDict):
    """The chat as it was changed, or shared."""

    route: str | None
    sent_by: None
    error: None
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[Text]
    event: Literal["updateChat"]
    payload: UpdatedChatPayload


class ChatId(TypedDict):
    """Which chat."""

    id: Uuid


class DeleteChatFrame(TypedDict):
    """The chats that were deleted."""

    route: str | None
    sent_by: None
    error: None
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[Text]
    event: Literal["deleteChat"]
    payload: list[ChatId]


class DuplicateChatFrame(TypedDict):
    """The copy of a chat."""

    route: str | None
    sent_by: None
    error: None
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[Text]
    event: Literal["duplicateChat"]
    payload: ChatPayload


class FoundChatPayload(TypedDict):
    """A chat that a search has found; `additional_text` is from the question that has the words, or empty."""

    id: Uuid
    title: str
    additional_text: str
    updated_at: Time
    created_by_name: str | None


class SearchChatsFrame(TypedDict):
    """A page of the chats that a search has found, those changed last first."""

    route: str | None
    sent_by: None
    error: None
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[Text]
    next_cursor: str | None
    event: Literal["searchChats"]
    payload: list[FoundChatPayload]


class UnsubscribeFrame(TypedDict):
    """The chat whose turns of other users this connection does not receive any more."""

    route: str | None
    sent_by: None
    error: None
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[Text]
    event: Literal["unsubscribe"]
    payload: list[ChatId]


class UpdateMessageFrame(TypedDict):
    """The message with its feedback."""

    route: str | None
    sent_by: None
    error: None
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[Text]
    event: Literal["updateMessage"]
    payload: MessagePayload


class MetricListItem(TypedDict):
    """A metric in a list; `title` is its name."""

    id: Uuid
    name: str
    type: FileType
    last_edited: Time
    created_by_name: str | None
    is_shared: bool
    permission: Role
    title: str


class GetMetricListFrame(TypedDict):
    """A page of the user's metrics, those edited last first."""

    route: str | None
    sent_by: None
    error: None
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[Text]
    next_cursor: str | None
    event: Literal["getMetricList"]
    payload: list[MetricListItem]


class AssetListItem(TypedDict):
    """An asset in a list. `is_shared`: another user owns it. `permission` is the user's role."""

    id: Uuid
    name: str
    type: FileType
    last_edited: Time
    created_by_name: str | None
    is_shared: bool
    permission: Role


class GetDashboardsListFrame(TypedDict):
    """A page of the user's dashboards, as `getMetricList`."""

    route: str | None
    sent_by: None
    error: None
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[Text]
    next_cursor: str | None
    event: Literal["getDashboardsList"]
    payload: list[AssetListItem]


class GetReportsListFrame(TypedDict):
    """A page of the user's reports, as `getMetricList`."""

    route: str | None
    sent_by: None
    error: None
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[Text]
    next_cursor: str | None
    event: Literal["getReportsList"]
    payload: list[AssetListItem]


SimpleType: TypeAlias = Literal["number", "text", "date"]


DataType: TypeAlias = Literal["text", "boolean", "integer", "float", "date", "timestamp"]


class ColumnMetadata(TypedDict):
    """A column of a metric's rows; the extremes are null for texts, and without values."""

    name: str
    min_value: str | float | None
    max_value: str | float | None
    unique_values: int
    simple_type: SimpleType
    type: DataType


class DataMetadata(TypedDict):
    """What all rows of a metric hold; `column_metadata` is empty where it does not fit into a frame."""

    column_count: int
    row_count: int
    column_metadata: list[ColumnMetadata]


class MetricPayload(TypedDict):
    """A metric without its rows; `file` is its definition as YAML. Null is also what does not fit a frame."""

    id: Uuid
    type: Literal["metric"]
    title: str
    name: str
    version_number: int
    description: str | None
    file_name: str
    time_frame: str | None
    chart_config: dict[str, Any] | None
    data_metadata: DataMetadata | None
    file: str | None
    created_at: Time
    updated_at: Time
    permission: Role


class UpdateMetricStateFrame(TypedDict):
    """A metric without its rows, which follow."""

    route: str | None
    sent_by: None
    error: None
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[Text]
    event: Literal["updateMetricState"]
    payload: MetricPayload


class RowsPayload(TypedDict):
    """The rows of a metric from `offset` on; `has_more_records`, in the last frame: others are not sent."""

    metric_id: Uuid
    data: list[dict[str, Any]]
    offset: int
    data_metadata: DataMetadata
    chart_config: dict[str, Any] | None
    code: str | None
    progress: Progress
    has_more_records: bool


class FetchingDataFrame(TypedDict):
    """Rows of the metric."""

    route: str | None
    sent_by: None
    error: None
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[Text]
    event: Literal["fetchingData"]
    payload: RowsPayload


class RowItem(TypedDict):
    """A metric in a row of a dashboard."""

    id: Uuid


class DashboardRow(TypedDict):
    """A row of a dashboard; `columnSizes` are widths in twelfths, null for equal widths."""

    id: str | int
    items: list[RowItem]
    columnSizes: list[float] | None


class DashboardConfig(TypedDict):
    """The rows of a dashboard, without the metrics that the user may not see."""

    rows: list[DashboardRow]


class DashboardPayload(TypedDict):
    """A dashboard; `file` is its definition as YAML, null where it does not fit into a frame."""

    id: Uuid
    type: Literal["dashboard"]
    name: str
    description: str | None
    version_number: int
    config: DashboardConfig
    file: str | None
    created_at: Time
    updated_at: Time


class DashboardStatePayload(TypedDict):
    """A dashboard with the metrics that the user may see; `withheld_metrics` counts the others."""

    access: Role
    permission: Role
    dashboard: DashboardPayload
    metrics: list[MetricPayload]
    withheld_metrics: int


class GetDashboardStateFrame(TypedDict):
    """A dashboard with its metrics."""

    route: str | None
    sent_by: None
    error: None
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[Text]
    event: Literal["getDashboardState"]
    payload: DashboardStatePayload


class ReportPayload(TypedDict):
    """A report in Markdown; `file` is its definition as YAML, null where it does not fit into a frame."""

    id: Uuid
    type: Literal["report"]
    name: str
    description: str | None
    content: str
    version_number: int
    file: str | None
    created_at: Time
    updated_at: Time
    permission: Role


class GetReportStateFrame(TypedDict):
    """A report."""

    route: str | None
    sent_by: None
    error: None
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[Text]
    event: Literal["getReportState"]
    payload: ReportPayload


class SearchItem(TypedDict):
    """An asset that matches; `additional_text` is the beginning of its description."""

    id: Uuid
    name: str
    type: FileType
    additional_text: str
    updated_at: Time


class SearchFrame(TypedDict):
    """The assets that match, the best first."""

    route: str | None
    sent_by: None
    error: None
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[Text]
    event: Literal["search"]
    payload: list[SearchItem]


class UsageLimits(TypedDict):
    """Tokens and US dollars of a month; null without such a limit."""

    tokens: int | None
    cost_usd: float | None


class UsagePayload(TypedDict):
    """What the user has used in the month (`2026-03`, in UTC), the budget, and what is left of it."""

    month: Text
    tokens: int
    cost_usd: float
    model_calls: int
    budget: UsageLimits
    left: UsageLimits
    renews_at: Time


class GetUsageFrame(TypedDict):
    """What the user has used in this month."""

    route: str | None
    sent_by: None
    error: None
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[Text]
    event: Literal["getUsage"]
    payload: UsagePayload


ErrorEvent: TypeAlias = Literal[
    "postThread",
    "stopThread",
    "getChat",
    "getChatsList",
    "updateChat",
    "deleteChat",
    "duplicateChat",
    "searchChats",
    "unsubscribe",
    "updateMessage",
    "getMetricList",
    "getDashboardsList",
    "getReportsList",
    "updateMetricState",
    "getDashboardState",
    "getReportState",
    "search",
    "getUsage",
    "error",
]


ErrorCode: TypeAlias = Literal[
    "BAD_REQUEST",
    "UNAUTHORIZED",
    "NOT_FOUND",
    "CONFLICT",
    "TOO_MANY_REQUESTS",
    "INTERNAL_SERVER_ERROR",
]


class BudgetLeft(TypedDict):
    """What is left of the user's budget of this month; null without such a limit."""

    tokens_left: int | None
    cost_usd_left: float | None
    renews_at: Time


class ErrorBody(TypedDict):
    """What went wrong: `code` for programs, `message` for people, the rest where known."""

    code: ErrorCode
    message: Text
    chat_id: NotRequired[Uuid]
    message_id: NotRequired[Uuid]
    reference_id: NotRequired[Text]
    retry_after_s: NotRequired[float]
    budget: NotRequired[BudgetLeft]


class ErrorFrame(TypedDict):
    """The last frame of a request that failed, under the event that its route answers with."""

    route: str | None
    event: ErrorEvent
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
    | GetChatsListFrame
    | UpdateChatFrame
    | DeleteChatFrame
    | DuplicateChatFrame
    | SearchChatsFrame
    | UnsubscribeFrame
    | UpdateMessageFrame
    | GetMetricListFrame
    | GetDashboardsListFrame
    | GetReportsListFrame
    | UpdateMetricStateFrame
    | FetchingDataFrame
    | GetDashboardStateFrame
    | GetReportStateFrame
    | SearchFrame
    | GetUsageFrame
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


class ListPayload(TypedDict):
    """A page of the user's chats; `admin_view` has no effect."""

    page_token: NotRequired[int | None]
    page_size: NotRequired[int | None]
    cursor: NotRequired[Text | None]
    admin_view: NotRequired[bool | None]


class ChatsList(TypedDict):
    """A request for the chats that the user sees."""

    route: Literal["/chats/list"]
    payload: ListPayload
    request_id: NotRequired[Text | None]


class UpdatePayload(TypedDict):
    """A chat's new title, the user's mark on it, or both."""

    id: Uuid
    title: NotRequired[Text | None]
    is_favorited: NotRequired[bool | None]


class ChatsUpdate(TypedDict):
    """A request to rename a chat, or to mark it."""

    route: Literal["/chats/update"]
    payload: UpdatePayload
    request_id: NotRequired[Text | None]


class DeletePayload(TypedDict):
    """A chat to delete."""

    id: Uuid


class ChatsDelete(TypedDict):
    """A request to delete chats: all of them or, where one is refused, none."""

    route: Literal["/chats/delete"]
    payload: list[DeletePayload]
    request_id: NotRequired[Text | None]


class DuplicatePayload(TypedDict):
    """The chat to copy, from a message on."""

    id: Uuid
    message_id: NotRequired[Uuid | None]


class ChatsDuplicate(TypedDict):
    """A request to copy a chat; a duplicate of the same `request_id` makes no second copy."""

    route: Literal["/chats/duplicate"]
    payload: DuplicatePayload
    request_id: NotRequired[Text | None]


class SearchPayload(TypedDict):
    """The words to look for, in `query` or in `prompt`."""

    page_token: NotRequired[int | None]
    page_size: NotRequired[int | None]
    cursor: NotRequired[Text | None]
    query: NotRequired[str | None]
    prompt: NotRequired[str | None]


class ChatsSearch(TypedDict):
    """A request for the user's own chats in whose titles or questions all words occur."""

    route: Literal["/chats/search"]
    payload: SearchPayload
    request_id: NotRequired[Text | None]


class UnsubscribePayload(TypedDict):
    """The chat that is closed."""

    id: Uuid


class ChatsUnsubscribe(TypedDict):
    """A request for no more turns that others start in a chat, on this connection."""

    route: Literal["/chats/unsubscribe"]
    payload: UnsubscribePayload
    request_id: NotRequired[Text | None]


class ShareGrant(TypedDict):
    """A user of one's own organisation, and the role to grant."""

    email: Text
    role: Literal["full_access", "can_edit", "can_filter", "can_view"]


class SharePayload(TypedDict):
    """With whom to share a chat, and with whom no more; `publicly_accessible` must not be true yet."""

    id: Uuid
    users: NotRequired[list[ShareGrant] | None]
    remove: NotRequired[list[Text] | None]
    workspace_sharing: NotRequired[Literal["none", "can_view", "can_edit", "full_access"] | None]
    publicly_accessible: NotRequired[bool | None]
    public_expiry_date: NotRequired[str | None]


class ChatsShare(TypedDict):
    """A request to share a chat within one's own organisation."""

    route: Literal["/chats/share"]
    payload: SharePayload
    request_id: NotRequired[Text | None]


class FeedbackPayload(TypedDict):
    """What the user thinks of an answer; null takes it back."""

    id: Uuid
    chat_id: Uuid
    feedback: Literal["positive", "negative"] | None
    comment: NotRequired[str | None]


class MessagesUpdate(TypedDict):
    """A request to rate an answer."""

    route: Literal["/messages/update"]
    payload: FeedbackPayload
    request_id: NotRequired[Text | None]


class PagePayload(TypedDict):
    """Which page of a list: by `cursor`, the `next_cursor` of the page before, or by number, from 0."""

    page_token: NotRequired[int | None]
    page_size: NotRequired[int | None]
    cursor: NotRequired[Text | None]


class MetricsList(TypedDict):
    """A request for a page of the user's metrics."""

    route: Literal["/metrics/list"]
    payload: PagePayload
    request_id: NotRequired[Text | None]


class DashboardsList(TypedDict):
    """A request for a page of the user's dashboards."""

    route: Literal["/dashboards/list"]
    payload: PagePayload
    request_id: NotRequired[Text | None]


class ReportsList(TypedDict):
    """A request for a page of the user's reports."""

    route: Literal["/reports/list"]
    payload: PagePayload
    request_id: NotRequired[Text | None]


class MetricGetPayload(TypedDict):
    """The metric to return; only its present version is stored, so `version_number` has no effect."""

    id: Uuid
    version_number: NotRequired[int | None]


class MetricsGet(TypedDict):
    """A request for a metric with its rows."""

    route: Literal["/metrics/get"]
    payload: MetricGetPayload
    request_id: NotRequired[Text | None]


class AssetGetPayload(TypedDict):
    """The asset to return."""

    id: Uuid


class DashboardsGet(TypedDict):
    """A request for a dashboard with its metrics."""

    route: Literal["/dashboards/get"]
    payload: AssetGetPayload
    request_id: NotRequired[Text | None]


class ReportsGet(TypedDict):
    """A request for a report."""

    route: Literal["/reports/get"]
    payload: AssetGetPayload
    request_id: NotRequired[Text | None]


class AssetSearchPayload(TypedDict):
    """What to search for, in which types."""

    query: str
    num_results: NotRequired[int | None]
    exclude_metrics: NotRequired[bool | None]
    exclude_dashboards: NotRequired[bool | None]
    exclude_reports: NotRequired[bool | None]


class Search(TypedDict):
    """A request for assets by words of their names and descriptions."""

    route: Literal["/search"]
    payload: AssetSearchPayload
    request_id: NotRequired[Text | None]


class UsageGetPayload(TypedDict):
    """Nothing."""


class UsageGet(TypedDict):
    """A request for what the user has used in this month."""

    route: Literal["/usage/get"]
    payload: UsageGetPayload
    request_id: NotRequired[Text | None]


Request: TypeAlias = (
    ChatsPost
    | ChatsStop
    | ChatsGet
    | ChatsList
    | ChatsUpdate
    | ChatsDelete
    | ChatsDuplicate
    | ChatsSearch
    | ChatsUnsubscribe
    | ChatsShare
    | MessagesUpdate
    | MetricsList
    | DashboardsList
    | ReportsList
    | MetricsGet
    | DashboardsGet
    | ReportsGet
    | Search
    | UsageGet
)


EventName: TypeAlias = Literal[
    "initializeChat",
    "generatingTitle",
    "generatingReasoningMessage",
    "generatingResponseMessage",
    "complete",
    "stopThread",
    "getChat",
    "getChatsList",
    "updateChat",
    "deleteChat",
    "duplicateChat",
    "searchChats",
    "unsubscribe",
    "updateMessage",
    "getMetricList",
    "getDashboardsList",
    "getReportsList",
    "updateMetricState",
    "fetchingData",
    "getDashboardState",
    "getReportState",
    "search",
    "getUsage",
    "postThread",
    "error",
]
