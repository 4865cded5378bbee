"""A chat and its messages as types, key by key."""

from typing import Any, TypedDict

from threadcast_client.protocol.json_types import Text, Time, Uuid
from threadcast_client.protocol.message_parts import ReasoningMessage, ResponseMessage

__all__ = ["Chat", "Message", "RequestMessage"]


class RequestMessage(TypedDict):
    """The user's question and its sender."""

    request: str | None
    sender_id: Text
    sender_name: str | None
    sender_avatar: str | None


class Message(TypedDict):
    """One turn of a chat: the question, the agent's reasoning and its answer."""

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
    post_processing_message: Any


class Chat(TypedDict):
    """A whole chat, as `initializeChat`, `complete` and `getChat` carry it."""

    id: Uuid
    title: str
    is_favorited: bool
    message_ids: list[str]
    messages: dict[str, Message]
    created_at: Time
    updated_at: Time
    created_by: str
    created_by_id: str
    created_by_name: str | None
    created_by_avatar: str | None
    individual_permissions: list[Any] | None
    publicly_accessible: bool
    public_expiry_date: Time | None
    public_enabled_by: str | None
    public_password: str | None
    permission: str | None
    workspace_sharing: str | None
    workspace_sharing_enabled_by: str | None
    workspace_sharing_enabled_at: Time | None
    workspace_member_count: int | None
    feedback: str | None
