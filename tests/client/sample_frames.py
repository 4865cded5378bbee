"""Good frames, small and complete, for tests to fold, check, send and spoil."""

from typing import Any

from threadcast_client.folding.placeholders import placeholder_chat, placeholder_message

CHAT_ID = "c0000000-0000-4000-8000-000000000001"
MESSAGE_ID = "a0000000-0000-4000-8000-000000000001"
OTHER_ID = "b0000000-0000-4000-8000-000000000002"
ASSET_ID = "d0000000-0000-4000-8000-000000000003"
TIME = "2026-01-05T10:00:00Z"


def chat(*messages: dict[str, Any], title: str = "") -> dict[str, Any]:
    """A chat of these messages."""
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
    asked: str | None = "Why?",
    message_id: str = MESSAGE_ID,
    **other: Any,
) -> dict[str, Any]:
    """A message with these parts; `asked=None` for one without a question."""
    sender = {"sender_id": "u-1", "sender_name": "Ann", "sender_avatar": None}
    return {
        **placeholder_message(message_id),
        "created_at": TIME,
        "updated_at": TIME,
        "request_message": None if asked is None else {"request": asked, **sender},
        "response_message_ids": [each["id"] for each in responses],
        "response_messages": {each["id"]: each for each in responses},
        "reasoning_message_ids": [each["id"] for each in reasoning],
        "reasoning_messages": {each["id"]: each for each in reasoning},
        **other,
    }


def text(message: str | None = None, chunk: str | None = None, part_id: str = "t1") -> dict[str, Any]:
    """A response text: open with a chunk, final with a whole message."""
    return {
        "id": part_id,
        "type": "text",
        "message": message,
        "message_chunk": chunk,
        "is_final_message": message is not None,
        "originating_tool_name": None,
    }


def file(name: str = "Revenue", part_id: str = "f1") -> dict[str, Any]:
    """A response file."""
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


def thought(
    chunk: str | None = None, message: str | None = None, status: str = "loading", part_id: str = "r1"
) -> dict[str, Any]:
    """A reasoning text."""
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
    """A reasoning step of pills in one row."""
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
    """A reasoning step that writes one file."""
    written = {
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
        "files": {file_id: written},
    }


def frame(event: str, payload: Any, **other: Any) -> dict[str, Any]:
    """A frame of the six keys, and others where given."""
    return {
        "route": "/chats/post",
        "event": event,
        "payload": payload,
        "sent_by": None,
        "error": None,
        "send_method": "All",
        **other,
    }


def opened(*messages: dict[str, Any], title: str = "") -> dict[str, Any]:
    """`initializeChat` with these messages, by default one that was just asked."""
    return frame("initializeChat", chat(*(messages or (message(),)), title=title))


def complete(*messages: dict[str, Any], title: str = "") -> dict[str, Any]:
    """`complete` with these messages."""
    return frame("complete", chat(*messages, title=title))


def _step(event: str, **payload: Any) -> dict[str, Any]:
    about = {"chat_id": CHAT_ID, "message_id": MESSAGE_ID, "progress": "in_progress"}
    return frame(event, {**about, **payload})


def said(part: dict[str, Any], **payload: Any) -> dict[str, Any]:
    """`generatingResponseMessage` with this part."""
    return _step("generatingResponseMessage", response_message=part, **payload)


def reasoned(part: dict[str, Any], **payload: Any) -> dict[str, Any]:
    """`generatingReasoningMessage` with this part."""
    return _step("generatingReasoningMessage", reasoning=part, **payload)


def titled(chunk: str | None = None, *, whole: str | None = None, **payload: Any) -> dict[str, Any]:
    """`generatingTitle` with a chunk, or with the whole title."""
    progress = "in_progress" if whole is None else "completed"
    return _step("generatingTitle", **{"title": whole, "title_chunk": chunk, "progress": progress, **payload})


def failed(code: str = "BAD_REQUEST", words: str = "No.", **other: Any) -> dict[str, Any]:
    """`postThread` with an error; `other` goes into the error."""
    error = {"code": code, "message": words, **other}
    return frame("postThread", None, error=error, send_method="SenderOnly")


def gateway(words: str = "Internal server error") -> dict[str, Any]:
    """What API Gateway itself says."""
    return {"message": words, "connectionId": "L0SM9cOFvHcCIhw=", "requestId": "QpWRIF8gvHcFYRQ="}
