"""Every frame and the payload of every event, as TypedDicts."""

from typing import Any, Final, Literal, NotRequired, TypeAlias, get_args

from typing_extensions import TypeAliasType, TypedDict

from threadcast.protocol.types.chat_types import ChatPayload
from threadcast.protocol.types.part_types import ReasoningMessage, ResponseMessage
from threadcast.protocol.types.value_types import (
    ErrorCode,
    NonEmptyText,
    Progress,
    RequestId,
    Route,
    Timestamp,
    Uuid,
)

__all__ = [
    "TURN_FRAMES",
    "AnswerFrame",
    "BudgetLeft",
    "CompleteFrame",
    "ErrorBody",
    "ErrorEvent",
    "ErrorFrame",
    "GeneratingReasoningMessageFrame",
    "GeneratingResponseMessageFrame",
    "GeneratingTitleFrame",
    "GetChatFrame",
    "InitializeChatFrame",
    "PageFrame",
    "ReasoningPayload",
    "ReplyFrame",
    "ResponsePayload",
    "SenderPayload",
    "StopPayload",
    "StopThreadFrame",
    "TitlePayload",
    "TurnFrame",
]

ErrorEvent = TypeAliasType(
    "ErrorEvent",
    Literal[
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
    ],
)
"""The events of refusals: one for each route, and `error` for a message without a known route."""


class SenderPayload(TypedDict):
    """The user who sent the request."""

    id: Uuid
    name: str


class TitlePayload(TypedDict):
    """New text of a title in `title_chunk` while in progress, then the whole title in `title`."""

    title: str | None
    title_chunk: str | None
    chat_id: Uuid
    message_id: Uuid
    progress: Progress


class ReasoningPayload(TypedDict):
    """One step of the agent."""

    reasoning: ReasoningMessage
    chat_id: Uuid
    message_id: Uuid
    progress: Progress


class ResponsePayload(TypedDict):
    """One part of the answer."""

    response_message: ResponseMessage
    chat_id: Uuid
    message_id: Uuid
    progress: Progress


class StopPayload(TypedDict):
    """The answer to a stop; `stopped` is false where nothing was running."""

    id: Uuid
    message_id: Uuid | None
    stopped: bool


class BudgetLeft(TypedDict):
    """What is left of the user's budget of this month; null without such a limit."""

    tokens_left: int | None
    cost_usd_left: float | None
    renews_at: Timestamp


class ErrorBody(TypedDict):
    """What went wrong: `code` for programs, `message` for people, the rest where known."""

    code: ErrorCode
    message: NonEmptyText
    chat_id: NotRequired[Uuid]
    message_id: NotRequired[Uuid]
    reference_id: NotRequired[NonEmptyText]
    retry_after_s: NotRequired[float]
    budget: NotRequired[BudgetLeft]


class InitializeChatFrame(TypedDict):
    """The first frame of a turn: the chat and the new message are stored."""

    route: Route | None
    event: Literal["initializeChat"]
    payload: ChatPayload
    sent_by: SenderPayload | None
    error: None
    send_method: Literal["All"]
    request_id: NotRequired[RequestId]


class GeneratingTitleFrame(TypedDict):
    """A chunk of the chat's title, or the whole title."""

    route: Route | None
    event: Literal["generatingTitle"]
    payload: TitlePayload
    sent_by: None
    error: None
    send_method: Literal["All"]
    request_id: NotRequired[RequestId]


class GeneratingReasoningMessageFrame(TypedDict):
    """A step of the agent, or a chunk of its text."""

    route: Route | None
    event: Literal["generatingReasoningMessage"]
    payload: ReasoningPayload
    sent_by: None
    error: None
    send_method: Literal["All"]
    request_id: NotRequired[RequestId]


class GeneratingResponseMessageFrame(TypedDict):
    """A part of the answer, or a chunk of its text."""

    route: Route | None
    event: Literal["generatingResponseMessage"]
    payload: ResponsePayload
    sent_by: None
    error: None
    send_method: Literal["All"]
    request_id: NotRequired[RequestId]


class CompleteFrame(TypedDict):
    """The terminal frame of a turn that completed or was stopped: the chat in its final state."""

    route: Route | None
    event: Literal["complete"]
    payload: ChatPayload
    sent_by: None
    error: None
    send_method: Literal["All"]
    request_id: NotRequired[RequestId]


class AnswerFrame(TypedDict):
    """What the answers of all routes have in common; each adds an event and a payload of its own."""

    route: Route | None
    sent_by: None
    error: None
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[RequestId]


class PageFrame(AnswerFrame):
    """What the answers with a page of a list have in common; `next_cursor` is null in the last one."""

    next_cursor: str | None


class ReplyFrame(AnswerFrame):
    """The answer of any route."""

    event: str
    payload: Any
    next_cursor: NotRequired[str | None]


class StopThreadFrame(AnswerFrame):
    """The answer to a stop."""

    event: Literal["stopThread"]
    payload: StopPayload


class GetChatFrame(AnswerFrame):
    """The answer to a get: the chat in its present state."""

    event: Literal["getChat"]
    payload: ChatPayload


class ErrorFrame(TypedDict):
    """The last frame of a request that failed, under the event that its route answers with."""

    route: Route | None
    event: ErrorEvent
    payload: None
    sent_by: None
    error: ErrorBody
    send_method: Literal["SenderOnly"]
    request_id: NotRequired[RequestId]


TurnFrame: TypeAlias = (
    InitializeChatFrame
    | GeneratingTitleFrame
    | GeneratingReasoningMessageFrame
    | GeneratingResponseMessageFrame
    | CompleteFrame
)

TURN_FRAMES: Final[tuple[type, ...]] = get_args(TurnFrame)
"""The frames of a turn, in their order; a turn that failed ends in an `ErrorFrame` instead."""
