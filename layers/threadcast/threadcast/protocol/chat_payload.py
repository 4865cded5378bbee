"""Build the chat and the messages of a frame, within the frame's size."""

import json
from datetime import UTC, datetime
from typing import Literal, assert_never

from threadcast.domain.access import Role
from threadcast.domain.chat import ChatView
from threadcast.domain.message import Message
from threadcast.protocol.message_fitting import shortened
from threadcast.protocol.part_payloads import reasoning_payload, response_payload
from threadcast.protocol.types.chat_types import ChatPayload, MessagePayload, RequestMessage

__all__ = ["ENVELOPE_BYTES", "chat_payload", "fitted_message_payload", "message_payload", "rfc3339"]

ENVELOPE_BYTES = 1_536
"""The most that a frame holds around a chat: route, request id, and sender's name in 4-byte characters."""


def chat_payload(view: ChatView, max_bytes: int) -> ChatPayload:
    """Return the chat for a frame of at most `max_bytes`.

    Old reasoning is left out first, then whole old messages, never the newest: if that one is too large by
    itself, its texts are cut. `message_ids` always holds exactly the keys of `messages`.
    """
    chat = _without_messages(view)
    left_bytes = max_bytes - ENVELOPE_BYTES - _size(chat)
    messages = _fitting([message_payload(message) for message in view.messages], left_bytes)
    return {
        **chat,
        "message_ids": [message["id"] for message in messages],
        "messages": {message["id"]: message for message in messages},
    }


def fitted_message_payload(message: Message, max_bytes: int) -> MessagePayload:
    """Return the message for a frame of at most `max_bytes`, shortened as the newest of a chat is."""
    (payload,) = _fitting([message_payload(message)], max_bytes - ENVELOPE_BYTES)
    return payload


def message_payload(message: Message) -> MessagePayload:
    """Return the whole message."""
    reasoning = [reasoning_payload(part) for part in message.reasoning]
    responses = [response_payload(part) for part in message.responses]
    return {
        "id": message.id,
        "request_message": _request_message(message),
        "response_message_ids": [part["id"] for part in responses],
        "response_messages": {part["id"]: part for part in responses},
        "reasoning_message_ids": [part["id"] for part in reasoning],
        "reasoning_messages": {part["id"]: part for part in reasoning},
        "created_at": rfc3339(message.created_at),
        "updated_at": rfc3339(message.updated_at),
        "final_reasoning_message": message.final_reasoning,
        "feedback": message.feedback,
        "is_completed": message.outcome is not None,
        "post_processing_message": _outcome_note(message),
    }


def _without_messages(view: ChatView) -> ChatPayload:
    chat = view.chat
    return {
        "id": chat.id,
        "title": chat.title,
        "is_favorited": view.is_favorited,
        "message_ids": [],
        "messages": {},
        "created_at": rfc3339(chat.created_at),
        "updated_at": rfc3339(chat.updated_at),
        "created_by": chat.owner.id,
        "created_by_id": chat.owner.id,
        "created_by_name": chat.owner.name,
        "created_by_avatar": chat.owner.avatar,
        "individual_permissions": [
            {"id": grant.principal.id, "permission": grant.role}
            for grant in view.grants
            if grant.principal.kind == "user"
        ],
        "publicly_accessible": False,
        "public_expiry_date": None,
        "public_enabled_by": None,
        "public_password": None,
        "permission": view.role,
        "workspace_sharing": _workspace_sharing(view),
        "workspace_sharing_enabled_by": None,
        "workspace_sharing_enabled_at": None,
        "workspace_member_count": None,
        "feedback": None,
    }


def _workspace_sharing(view: ChatView) -> Role | Literal["none"]:
    return next((grant.role for grant in view.grants if grant.principal.kind == "org"), "none")


def _request_message(message: Message) -> RequestMessage | None:
    if message.prompt is None:
        return None
    return {
        "request": message.prompt,
        "sender_id": message.sender.id,
        "sender_name": message.sender.name,
        "sender_avatar": message.sender.avatar,
    }


def _outcome_note(message: Message) -> str | None:
    """Return how the turn ended; None while it runs and after a success."""
    if message.outcome is None:
        return None
    match message.outcome.kind:
        case "completed":
            return None
        case "stopped":
            return "Stopped"
        case "failed":
            return message.outcome.explanation
        case _:
            assert_never(message.outcome.kind)


def rfc3339(moment: datetime) -> str:
    """Return the time as RFC 3339 in UTC, to the millisecond: `2026-03-01T12:00:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _fitting(messages: list[MessagePayload], max_bytes: int) -> list[MessagePayload]:
    sizes = [_size(message) for message in messages]
    for index, message in enumerate(messages):
        if sum(sizes) <= max_bytes:
            return messages
        messages[index] = {**message, "reasoning_message_ids": [], "reasoning_messages": {}}
        sizes[index] = _size(messages[index])
    while len(messages) > 1 and sum(sizes) > max_bytes:
        messages, sizes = messages[1:], sizes[1:]
    excess_bytes = sum(sizes) - max_bytes
    return [shortened(message, excess_bytes) for message in messages] if excess_bytes > 0 else messages


def _size(payload: ChatPayload | MessagePayload) -> int:
    """Return the bytes of a chat or a message in a frame, with its id as a list's entry and as a key."""
    return len(json.dumps(payload, ensure_ascii=False).encode()) + 2 * len(payload["id"]) + 8
