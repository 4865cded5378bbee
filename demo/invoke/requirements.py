"""What must be stored before an event arrives, read from the event itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from threadcast.assets.kinds.definition_checks import is_uuid
from threadcast.domain.user import User

__all__ = ["OTHER_CONNECTION", "RequiredChat", "Requirements", "TurnState", "requirements_of"]

OTHER_CONNECTION = "L0SM-f8FvHcAbcd="
"""A second connection of the same user, such as another browser tab."""

TurnState = Literal["answered", "waiting", "running", "abandoned"]
"""Answered; waiting for `run_turn`; claimed, its lease valid; claimed, its lease expired."""


@dataclass(frozen=True, slots=True)
class RequiredChat:
    """A chat with one message; `message_id` is None where the event does not name one."""

    chat_id: str
    message_id: str | None
    state: TurnState


@dataclass(frozen=True, slots=True)
class Requirements:
    """The open connections of `user` by id, and the chat that the event refers to."""

    user: User | None = None
    connections: tuple[str, ...] = ()
    chat: RequiredChat | None = None


def requirements_of(payload: Mapping[str, Any]) -> Requirements:
    """Return what an event refers to. `$connect` and the authorizer come before anything is stored."""
    match payload:
        case {"requestPayload": {"chat_id": _} as handoff}:
            was_run = "responseContext" in payload
            return _of_handoff(handoff, "abandoned" if was_run else "waiting")
        case {"chat_id": _, "message_id": _}:
            return _of_handoff(payload, "waiting")
        case {"requestContext": {"eventType": "DISCONNECT", "connectionId": connection_id} as context}:
            return Requirements(_user(context), (connection_id,))
        case {"requestContext": {"eventType": "MESSAGE", "connectionId": connection_id} as context}:
            chat = _chat_in(payload.get("body"))
            return Requirements(_user(context), (connection_id, OTHER_CONNECTION), chat)
    return Requirements()


def _of_handoff(handoff: Mapping[str, Any], state: TurnState) -> Requirements:
    known = (*handoff["reached"], *handoff["in_doubt"])
    chat = RequiredChat(handoff["chat_id"], handoff["message_id"], state)
    return Requirements(User(**handoff["user"]), (*known, OTHER_CONNECTION), chat)


def _user(context: Mapping[str, Any]) -> User:
    told = context["authorizer"]
    return User(told["user_id"], told["user_name"], told["user_email"], told["organization_id"])


def _chat_in(body: Any) -> RequiredChat | None:
    """Return the chat that a message names; None where it names none, or nothing that could be one."""
    try:
        message = json.loads(body)
        payload = message["payload"]
        chat_id, message_id = payload.get("chat_id") or payload.get("id"), payload.get("message_id")
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    if not is_uuid(chat_id):
        return None
    state: TurnState = "running" if "stop" in str(message.get("route")) else "answered"
    return RequiredChat(chat_id, message_id if is_uuid(message_id) else None, state)
