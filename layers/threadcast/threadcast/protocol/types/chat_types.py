"""A chat and its messages in a frame, as TypedDicts."""

from typing import Literal

from typing_extensions import TypedDict

from threadcast.domain.access import Role
from threadcast.protocol.types.part_types import ReasoningMessage, ResponseMessage
from threadcast.protocol.types.value_types import NonEmptyText, Timestamp, Uuid

__all__ = ["ChatPayload", "IndividualPermission", "MessagePayload", "RequestMessage"]


class RequestMessage(TypedDict):
    """What the user asked."""

    request: str | None
    sender_id: NonEmptyText
    sender_name: str | None
    sender_avatar: str | None


class MessagePayload(TypedDict):
    """One turn of a chat: the request (null for a prompt-less turn), the reasoning and the answer."""

    id: Uuid
    request_message: RequestMessage | None
    response_message_ids: list[str]
    response_messages: dict[str, ResponseMessage]
    reasoning_message_ids: list[str]
    reasoning_messages: dict[str, ReasoningMessage]
    created_at: Timestamp
    updated_at: Timestamp
    final_reasoning_message: str | None
    feedback: str | None
    is_completed: bool
    post_processing_message: str | None


class IndividualPermission(TypedDict):
    """The role that one user has on a chat."""

    id: NonEmptyText
    permission: Role


class ChatPayload(TypedDict):
    """A whole chat: `message_ids` orders the keys of `messages`. `public_password` is never in clear."""

    id: Uuid
    title: str
    is_favorited: bool
    message_ids: list[str]
    messages: dict[str, MessagePayload]
    created_at: Timestamp
    updated_at: Timestamp
    created_by: str
    created_by_id: str
    created_by_name: str | None
    created_by_avatar: str | None
    individual_permissions: list[IndividualPermission] | None
    publicly_accessible: bool
    public_expiry_date: Timestamp | None
    public_enabled_by: str | None
    public_password: str | None
    permission: Role | None
    workspace_sharing: Role | Literal["none"] | None
    workspace_sharing_enabled_by: str | None
    workspace_sharing_enabled_at: Timestamp | None
    workspace_member_count: int | None
    feedback: str | None
