"""Determines from an event what must be stored before it is run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from threadcast.assets.kinds.definition_checks import is_uuid
from threadcast.domain.user import User

__all__ = ["OTHER_CONNECTION", "RequiredChat", "Requirements", "TurnState", "requirements_of"]

OTHER_CONNECTION = "L0SM-f8FvHcAbcd="
"""A second connection of the same user."""

TurnState = Literal["answered", "waiting", "running", "abandoned"]
"""Answered; waiting for `run_turn`; claimed, its lease valid; claimed, its lease expired."""


@dataclass(frozen=True, slots=True)
class RequiredChat:
    """A chat with one message; `message_id` is None if the event does not name one."""

    chat_id: str
    message_id: str | None
    state: TurnState


@dataclass(frozen=True, slots=True)
class Requirements:
    """The open connections of `user` by id, and the chat that the event refers to."""

    user: User | None = None
    connections: tuple[str, ...] = ()
    chat: RequiredChat | None = None


_ABOUT_ASSETS = ("/metrics/", "/dashboards/", "/reports/")
"""Beginnings of the routes whose `id` is an asset's: the samples are stored in any case."""

_SWEPT = Requirements(
    User(
        "ada10000-0000-4000-8000-000000000001",
        "Ada",
        "ada@example.com",
        "0a900000-0000-4000-8000-000000000001",
    ),
    ("L0SM9cOFvHcCIhw=", OTHER_CONNECTION),
    RequiredChat("c4a70000-0000-4000-8000-000000000004", "5a9e0000-0000-4000-8000-000000000004", "abandoned"),
)
"""A turn for a sweep to close; a schedule's event refers to none."""


def requirements_of(payload: Mapping[str, Any]) -> Requirements:
    """Return what an event refers to; events of `$connect` and the authorizer require nothing."""
    match payload:
        case {"requestPayload": {"chat_id": _} as handoff}:
            was_run = "responseContext" in payload
            return _of_handoff(handoff, "abandoned" if was_run else "waiting")
        case {"detail-type": "Scheduled Event"}:
            return _SWEPT
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
    claims = context["authorizer"]
    return User(claims["user_id"], claims["user_name"], claims["user_email"], claims["organization_id"])


def _chat_in(body: Any) -> RequiredChat | None:
    """Return the chat that a message names; None if it names none, or no valid id."""
    try:
        message = json.loads(body)
        payload = message["payload"]
        payload = payload[0] if isinstance(payload, list) else payload
        chat_id, message_id = payload.get("chat_id") or payload.get("id"), payload.get("message_id")
        route = str(message.get("route"))
        if "feedback" in payload:
            message_id = payload.get("id")
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None
    if not is_uuid(chat_id) or route.startswith(_ABOUT_ASSETS):
        return None
    state: TurnState = "running" if "stop" in route else "answered"
    return RequiredChat(chat_id, message_id if is_uuid(message_id) else None, state)
