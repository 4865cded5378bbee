"""Frames out: the one exhaustive mapping from what a turn produces to what clients are told."""

import json
from dataclasses import dataclass
from typing import Any, Literal, NotRequired, TypedDict, assert_never

from threadcast.domain import turn_events
from threadcast.domain.chat import ChatView
from threadcast.domain.message import Outcome, ReasoningText, Sender
from threadcast.errors import ClientFault, ErrorCode
from threadcast.protocol.chat_payload import chat_payload
from threadcast.protocol.envelope import Action
from threadcast.protocol.part_payloads import (
    reasoning_payload,
    reasoning_text,
    response_payload,
    response_text,
)

__all__ = [
    "INTERNAL_ERROR_MESSAGE",
    "MAX_FRAME_BYTES",
    "Address",
    "ErrorBody",
    "EventName",
    "Frame",
    "chat_frame",
    "encode",
    "error_frame",
    "fault_body",
    "internal_error",
    "stop_frame",
    "turn_frame",
]

MAX_FRAME_BYTES = 131_072
"""The largest payload that `post_to_connection` takes (its API reference)."""

INTERNAL_ERROR_MESSAGE = "Something went wrong on our side. Please try again."

EventName = Literal[
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
SendMethod = Literal["All", "SenderOnly", "AllButSender"]


class ErrorBody(TypedDict):
    """What went wrong: `code` for programs, `message` for people, the rest where known."""

    code: ErrorCode
    message: str
    chat_id: NotRequired[str]
    message_id: NotRequired[str]
    reference_id: NotRequired[str]
    retry_after_s: NotRequired[float]


class Frame(TypedDict):
    """One message to a client; `request_id` only where the request had one."""

    route: str | None
    event: EventName
    payload: dict[str, Any] | None
    sent_by: dict[str, str] | None
    error: ErrorBody | None
    send_method: SendMethod
    request_id: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Address:
    """What every frame that answers a request repeats of it; the ids are None before a turn is opened."""

    route: str | None
    request_id: str | None = None
    chat_id: str | None = None
    message_id: str | None = None
    asker: Sender | None = None


def turn_frame(event: turn_events.TurnEvent, to: Address, max_bytes: int = MAX_FRAME_BYTES) -> Frame:  # noqa: C901, PLR0911, PLR0912 - one per event
    """The frame that tells an event of a turn; a chat in it is trimmed to `max_bytes`."""
    match event:
        case turn_events.ChatOpened(view=view):
            return _frame("initializeChat", to, chat_payload(view, max_bytes), sent_by=to.asker)
        case turn_events.TitleExtended(text=text):
            return _title(to, chunk=text)
        case turn_events.TitleDecided(title=title):
            return _title(to, title=title)
        case turn_events.ReasoningExtended(id=id_, title=title, text=text):
            thought = ReasoningText(id_, title, None, text, "loading")
            return _reasoning(to, reasoning_text(thought, chunk=text), "loading")
        case turn_events.ReasoningClosed(reasoning=reasoning):
            return _reasoning(to, reasoning_payload(reasoning), reasoning.status)
        case turn_events.PillsChanged(step=step) | turn_events.FilesChanged(step=step):
            return _reasoning(to, reasoning_payload(step), step.status)
        case turn_events.AnswerExtended(id=id_, text=text, tool=tool):
            return _response(to, response_text(id_, tool, chunk=text), "in_progress")
        case turn_events.AnswerSoFar(id=id_, text=text, tool=tool):
            return _response(to, response_text(id_, tool, message=text), "in_progress")
        case turn_events.AnswerClosed(id=id_, text=whole, tool=tool):
            return _response(to, response_text(id_, tool, message=whole, is_final=True), "completed")
        case turn_events.FileAttached(file=file):
            return _response(to, response_payload(file), "completed")
        case turn_events.TurnCompleted(view=view):
            return _frame("complete", to, chat_payload(view, max_bytes))
        case turn_events.TurnFailed(outcome=outcome):
            return error_frame("post", to, _outcome_body(outcome))
        case _:
            assert_never(event)


def chat_frame(view: ChatView, to: Address, max_bytes: int = MAX_FRAME_BYTES) -> Frame:
    """The answer to `/chats/get`, trimmed to `max_bytes`."""
    return _frame("getChat", to, chat_payload(view, max_bytes), send_method="SenderOnly")


def stop_frame(chat_id: str, message_id: str, to: Address, *, stopped: bool) -> Frame:
    """The answer to a stop; `stopped` is false where nothing was running."""
    payload = {"id": chat_id, "message_id": message_id, "stopped": stopped}
    return _frame("stopThread", to, payload, send_method="SenderOnly")


def error_frame(action: Action | None, to: Address, body: ErrorBody) -> Frame:
    """The last frame of a request that failed, under the event that its route answers with."""
    event: EventName
    match action:
        case "post":
            event = "postThread"
        case "stop":
            event = "stopThread"
        case "get":
            event = "getChat"
        case None:
            event = "error"
        case _:
            assert_never(action)
    known: ErrorBody = body.copy()
    if to.chat_id is not None:
        known["chat_id"] = to.chat_id
    if to.message_id is not None:
        known["message_id"] = to.message_id
    return _frame(event, to, None, error=known, send_method="SenderOnly")


def fault_body(fault: ClientFault) -> ErrorBody:
    """What a client is told of a refusal."""
    body: ErrorBody = {"code": fault.code, "message": fault.message}
    if fault.retry_after_s is not None:
        body["retry_after_s"] = round(fault.retry_after_s, 1)
    if fault.chat_id is not None:
        body["chat_id"] = fault.chat_id
    return body


def internal_error(reference_id: str) -> ErrorBody:
    """What a client is told of everything else: nothing but where to look it up."""
    return {"code": "INTERNAL_SERVER_ERROR", "message": INTERNAL_ERROR_MESSAGE, "reference_id": reference_id}


def encode(frame: Frame) -> bytes:
    """The frame as it goes over the wire."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()


def _outcome_body(outcome: Outcome) -> ErrorBody:
    body: ErrorBody = {
        "code": outcome.code or "INTERNAL_SERVER_ERROR",
        "message": outcome.explanation or INTERNAL_ERROR_MESSAGE,
    }
    if outcome.reference_id is not None:
        body["reference_id"] = outcome.reference_id
    return body


def _title(to: Address, *, title: str | None = None, chunk: str | None = None) -> Frame:
    progress = "in_progress" if title is None else "completed"
    return _part(to, "generatingTitle", {"title": title, "title_chunk": chunk}, progress)


def _reasoning(to: Address, reasoning: dict[str, Any], status: str) -> Frame:
    progress = "in_progress" if status == "loading" else "completed"
    return _part(to, "generatingReasoningMessage", {"reasoning": reasoning}, progress)


def _response(to: Address, response: dict[str, Any], progress: str) -> Frame:
    return _part(to, "generatingResponseMessage", {"response_message": response}, progress)


def _part(to: Address, event: EventName, content: dict[str, Any], progress: str) -> Frame:
    ids = {"chat_id": to.chat_id, "message_id": to.message_id, "progress": progress}
    return _frame(event, to, content | ids)


def _frame(
    event: EventName,
    to: Address,
    payload: dict[str, Any] | None,
    *,
    error: ErrorBody | None = None,
    sent_by: Sender | None = None,
    send_method: SendMethod = "All",
) -> Frame:
    frame: Frame = {
        "route": to.route,
        "event": event,
        "payload": payload,
        "sent_by": None if sent_by is None else {"id": sent_by.id, "name": sent_by.name},
        "error": error,
        "send_method": send_method,
    }
    if to.request_id is not None:
        frame["request_id"] = to.request_id
    return frame
