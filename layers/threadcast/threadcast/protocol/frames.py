"""Build frames: the one exhaustive mapping from the events of a turn, and the answers to other requests."""

from typing import Any, TypeVar, assert_never

from threadcast.domain.address import Address
from threadcast.domain.message import Outcome, ReasoningText, StepStatus, TextResponse
from threadcast.domain.streamed_parts import (
    AnswerDelta,
    AnswerEnd,
    AnswerSnapshot,
    ReasoningDelta,
    ReasoningSnapshot,
    StepSnapshot,
    TitleDelta,
    TitleEnd,
)
from threadcast.domain.turn_events import ChatOpened, TurnCompleted, TurnEvent, TurnFailed
from threadcast.errors import BudgetUsedUp, ClientFault
from threadcast.ports.push import MAX_FRAME_BYTES
from threadcast.protocol.chat_payload import chat_payload, rfc3339
from threadcast.protocol.part_payloads import (
    reasoning_payload,
    reasoning_text,
    response_payload,
    response_text,
)
from threadcast.protocol.types.chat_types import ChatPayload
from threadcast.protocol.types.frame_types import (
    CompleteFrame,
    ErrorBody,
    ErrorEvent,
    ErrorFrame,
    GeneratingReasoningMessageFrame,
    GeneratingResponseMessageFrame,
    GeneratingTitleFrame,
    InitializeChatFrame,
    ReplyFrame,
    TurnFrame,
)
from threadcast.protocol.types.part_types import ReasoningMessage, ResponseMessage
from threadcast.protocol.types.value_types import Progress

__all__ = [
    "INTERNAL_ERROR_MESSAGE",
    "error_frame",
    "fault_body",
    "internal_error",
    "reply_frame",
    "turn_frame",
]

INTERNAL_ERROR_MESSAGE = "Something went wrong on our side. Please try again."

_AnyFrame = TypeVar("_AnyFrame", bound=TurnFrame | ReplyFrame | ErrorFrame)


def turn_frame(event: TurnEvent, to: Address, max_bytes: int = MAX_FRAME_BYTES) -> TurnFrame | ErrorFrame:  # noqa: C901, PLR0911 - one per event
    """Return the frame of a turn's event; a chat in it is trimmed to `max_bytes`."""
    match event:
        case ChatOpened(view=view):
            return _initialize_chat(to, chat_payload(view, max_bytes))
        case TitleDelta(text=text):
            return _title(to, None, text, "in_progress")
        case TitleEnd(title=title):
            return _title(to, title, None, "completed")
        case ReasoningDelta(id=id_, title=title, text=text):
            begun = ReasoningText(id_, title, None, text, "loading")
            return _reasoning(to, reasoning_text(begun, chunk=text), "loading")
        case ReasoningSnapshot(part=part) | StepSnapshot(part=part):
            return _reasoning(to, reasoning_payload(part), part.status)
        case AnswerDelta(id=id_, text=text, tool=tool):
            return _response(to, response_text(id_, tool, chunk=text), "in_progress")
        case AnswerEnd(id=id_, tool=tool):
            return _response(to, response_text(id_, tool, is_final=True), "completed")
        case AnswerSnapshot(part=response):
            is_open = isinstance(response, TextResponse) and not response.is_final
            return _response(to, response_payload(response), "in_progress" if is_open else "completed")
        case TurnCompleted(view=view):
            return _complete(to, chat_payload(view, max_bytes))
        case TurnFailed(outcome=outcome):
            return error_frame("postThread", to, _outcome_body(outcome))
        case _:
            assert_never(event)


def reply_frame(event: str, payload: Any, to: Address) -> ReplyFrame:
    """Return the answer to a request that opens no turn."""
    frame: ReplyFrame = {
        "route": to.route,
        "event": event,
        "payload": payload,
        "sent_by": None,
        "error": None,
        "send_method": "SenderOnly",
    }
    return _with_request_id(frame, to)


def error_frame(event: ErrorEvent, to: Address, body: ErrorBody) -> ErrorFrame:
    """Return the last frame of a request that failed."""
    known = body.copy()
    if to.chat_id is not None:
        known["chat_id"] = to.chat_id
    if to.message_id is not None:
        known["message_id"] = to.message_id
    frame: ErrorFrame = {
        "route": to.route,
        "event": event,
        "payload": None,
        "sent_by": None,
        "error": known,
        "send_method": "SenderOnly",
    }
    return _with_request_id(frame, to)


def fault_body(fault: ClientFault) -> ErrorBody:
    """Return the error of a refused request."""
    body: ErrorBody = {"code": fault.code, "message": fault.message}
    if fault.retry_after_s is not None:
        body["retry_after_s"] = round(fault.retry_after_s, 1)
    if fault.chat_id is not None:
        body["chat_id"] = fault.chat_id
    if isinstance(fault, BudgetUsedUp):
        body["budget"] = {
            "tokens_left": fault.tokens_left,
            "cost_usd_left": None if fault.usd_left is None else float(fault.usd_left),
            "renews_at": rfc3339(fault.renews_at),
        }
    return body


def internal_error(reference_id: str) -> ErrorBody:
    """Return the error of an unforeseen failure: a fixed sentence, and the reference that the log has."""
    return {"code": "INTERNAL_SERVER_ERROR", "message": INTERNAL_ERROR_MESSAGE, "reference_id": reference_id}


def _outcome_body(outcome: Outcome) -> ErrorBody:
    body: ErrorBody = {
        "code": outcome.code or "INTERNAL_SERVER_ERROR",
        "message": outcome.explanation or INTERNAL_ERROR_MESSAGE,
    }
    if outcome.reference_id is not None:
        body["reference_id"] = outcome.reference_id
    return body


def _initialize_chat(to: Address, chat: ChatPayload) -> InitializeChatFrame:
    frame: InitializeChatFrame = {
        "route": to.route,
        "event": "initializeChat",
        "payload": chat,
        "sent_by": None if to.sender is None else {"id": to.sender.id, "name": to.sender.name},
        "error": None,
        "send_method": "All",
    }
    return _with_request_id(frame, to)


def _title(to: Address, title: str | None, chunk: str | None, progress: Progress) -> GeneratingTitleFrame:
    chat_id, message_id = to.turn_ids
    frame: GeneratingTitleFrame = {
        "route": to.route,
        "event": "generatingTitle",
        "payload": {
            "title": title,
            "title_chunk": chunk,
            "chat_id": chat_id,
            "message_id": message_id,
            "progress": progress,
        },
        "sent_by": None,
        "error": None,
        "send_method": "All",
    }
    return _with_request_id(frame, to)


def _reasoning(
    to: Address, reasoning: ReasoningMessage, status: StepStatus
) -> GeneratingReasoningMessageFrame:
    chat_id, message_id = to.turn_ids
    progress: Progress = "in_progress" if status == "loading" else "completed"
    frame: GeneratingReasoningMessageFrame = {
        "route": to.route,
        "event": "generatingReasoningMessage",
        "payload": {
            "reasoning": reasoning,
            "chat_id": chat_id,
            "message_id": message_id,
            "progress": progress,
        },
        "sent_by": None,
        "error": None,
        "send_method": "All",
    }
    return _with_request_id(frame, to)


def _response(to: Address, response: ResponseMessage, progress: Progress) -> GeneratingResponseMessageFrame:
    chat_id, message_id = to.turn_ids
    frame: GeneratingResponseMessageFrame = {
        "route": to.route,
        "event": "generatingResponseMessage",
        "payload": {
            "response_message": response,
            "chat_id": chat_id,
            "message_id": message_id,
            "progress": progress,
        },
        "sent_by": None,
        "error": None,
        "send_method": "All",
    }
    return _with_request_id(frame, to)


def _complete(to: Address, chat: ChatPayload) -> CompleteFrame:
    frame: CompleteFrame = {
        "route": to.route,
        "event": "complete",
        "payload": chat,
        "sent_by": None,
        "error": None,
        "send_method": "All",
    }
    return _with_request_id(frame, to)


def _with_request_id(frame: _AnyFrame, to: Address) -> _AnyFrame:
    """Add the request's id, which a frame holds only where the request had one."""
    if to.request_id is not None:
        frame["request_id"] = to.request_id
    return frame
