"""Builders of small valid frames, for tests that fold, check, send and modify them."""

from typing import Any

from threadcast_client.folding.placeholders import placeholder_chat, placeholder_message

CHAT_ID = "c0000000-0000-4000-8000-000000000001"
MESSAGE_ID = "a0000000-0000-4000-8000-000000000001"
OTHER_ID = "b0000000-0000-4000-8000-000000000002"
ASSET_ID = "d0000000-0000-4000-8000-000000000003"
TIME = "2026-01-05T10:00:00Z"


def chat(*messages: dict[str, Any], title: str = "") -> dict[str, Any]:
    """Return a chat of these messages."""
    return {
        **placeholder_chat(CHAT_ID),
        "title": title,
        "created_at": TIME,
        "updated_at": TIME,
        "message_ids": [each["id"] for each in messages],
        "messages": {each["id"]: each for each in messages},
    }


def message(
    *responses: dict[str, Any],
    reasoning: tuple[dict[str, Any], ...] = (),
    question: str | None = "Why?",
    message_id: str = MESSAGE_ID,
    **other: Any,
) -> dict[str, Any]:
    """Return a message with these parts; `question=None` makes it prompt-less."""
    sender = {"sender_id": "u-1", "sender_name": "Ann", "sender_avatar": None}
    return {
        **placeholder_message(message_id),
        "created_at": TIME,
        "updated_at": TIME,
        "request_message": None if question is None else {"request": question, **sender},
        "response_message_ids": [each["id"] for each in responses],
        "response_messages": {each["id"]: each for each in responses},
        "reasoning_message_ids": [each["id"] for each in reasoning],
        "reasoning_messages": {each["id"]: each for each in reasoning},
        **other,
    }


def text(message: str | None = None, chunk: str | None = None, part_id: str = "t1") -> dict[str, Any]:
    """Return a response text: open with a chunk, final with a whole message."""
    return {
        "id": part_id,
        "type": "text",
        "message": message,
        "message_chunk": chunk,
        "is_final_message": message is not None,
        "originating_tool_name": None,
    }


def file(name: str = "Revenue", part_id: str = "f1") -> dict[str, Any]:
    """Return a response file."""
    return {
        "id": part_id,
        "type": "file",
        "file_type": "metric",
        "file_name": name,
        "version_number": 1,
        "version_id": ASSET_ID,
        "filter_version_id": None,
        "metadata": [{"status": "completed", "message": "Opened", "timestamp": 1767607200}],
    }


def reasoning_text(
    chunk: str | None = None, message: str | None = None, status: str = "loading", part_id: str = "r1"
) -> dict[str, Any]:
    """Return a reasoning text."""
    return {
        "id": part_id,
        "type": "text",
        "title": "Thinking",
        "secondary_title": None if status == "loading" else "2 s",
        "message": message,
        "message_chunk": chunk,
        "status": status,
        "finished_reasoning": status != "loading",
    }


def pills(*labels: str, status: str = "completed", part_id: str = "p1") -> dict[str, Any]:
    """Return a reasoning step with one row of pills."""
    row = [{"id": label, "text": label, "type": "value"} for label in labels]
    return {
        "id": part_id,
        "type": "pills",
        "title": "Looking up",
        "secondary_title": "0.3 s",
        "pill_containers": [{"title": "Found", "pills": row}],
        "status": status,
    }


def files(
    *, text: str | None = None, chunk: str | None = None, file_id: str = "m1", part_id: str = "s1"
) -> dict[str, Any]:
    """Return a reasoning step that writes one file."""
    one_file = {
        "id": file_id,
        "file_type": "metric",
        "file_name": "Wind only",
        "version_number": 1,
        "version_id": ASSET_ID,
        "status": "loading",
        "file": {"text": text, "text_chunk": chunk, "modified": None},
        "metadata": None,
    }
    return {
        "id": part_id,
        "type": "files",
        "title": "Writing",
        "secondary_title": None,
        "status": "loading",
        "file_ids": [file_id],
        "files": {file_id: one_file},
    }


def frame(event: str, payload: Any, **other: Any) -> dict[str, Any]:
    """Return a frame with the six keys, and `other` keys."""
    return {
        "route": "/chats/post",
        "event": event,
        "payload": payload,
        "sent_by": None,
        "error": None,
        "send_method": "All",
        **other,
    }


def initialize_chat(*messages: dict[str, Any], title: str = "") -> dict[str, Any]:
    """Return `initializeChat` with these messages, by default one new message."""
    return frame("initializeChat", chat(*(messages or (message(),)), title=title))


def complete(*messages: dict[str, Any], title: str = "") -> dict[str, Any]:
    """Return `complete` with these messages."""
    return frame("complete", chat(*messages, title=title))


def _streaming_frame(event: str, **payload: Any) -> dict[str, Any]:
    ids = {"chat_id": CHAT_ID, "message_id": MESSAGE_ID, "progress": "in_progress"}
    return frame(event, {**ids, **payload})


def response_frame(part: dict[str, Any], **payload: Any) -> dict[str, Any]:
    """Return `generatingResponseMessage` with this part."""
    return _streaming_frame("generatingResponseMessage", response_message=part, **payload)


def reasoning_frame(part: dict[str, Any], **payload: Any) -> dict[str, Any]:
    """Return `generatingReasoningMessage` with this part."""
    return _streaming_frame("generatingReasoningMessage", reasoning=part, **payload)


def title_frame(chunk: str | None = None, *, whole: str | None = None, **payload: Any) -> dict[str, Any]:
    """Return `generatingTitle` with a chunk, or with the whole title."""
    progress = "in_progress" if whole is None else "completed"
    return _streaming_frame(
        "generatingTitle", **{"title": whole, "title_chunk": chunk, "progress": progress, **payload}
    )


def error_frame(code: str = "BAD_REQUEST", message: str = "No.", **other: Any) -> dict[str, Any]:
    """Return `postThread` with an error; `other` keys go into the error."""
    error = {"code": code, "message": message, **other}
    return frame("postThread", None, error=error, send_method="SenderOnly")


def gateway_frame(message: str = "Internal server error") -> dict[str, Any]:
    """Return a frame of API Gateway itself."""
    return {"message": message, "connectionId": "L0SM9cOFvHcCIhw=", "requestId": "QpWRIF8gvHcFYRQ="}
