"""The messages about chats that a client may send, as TypedDicts."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from threadcast.protocol.types.value_types import (
    Comment,
    Cursor,
    Email,
    PageNumber,
    PageSize,
    Query,
    RequestId,
    Title,
    Uuid,
)

__all__ = [
    "ChatsDelete",
    "ChatsDuplicate",
    "ChatsList",
    "ChatsSearch",
    "ChatsShare",
    "ChatsUnsubscribe",
    "ChatsUpdate",
    "DeletePayload",
    "DuplicatePayload",
    "FeedbackPayload",
    "ListPayload",
    "MessagesUpdate",
    "PagePayload",
    "SearchPayload",
    "ShareGrant",
    "SharePayload",
    "UnsubscribePayload",
    "UpdatePayload",
]


class PagePayload(TypedDict):
    """Which page of a list: by `cursor`, the `next_cursor` of the page before, or by number, from 0."""

    page_token: NotRequired[PageNumber | None]
    page_size: NotRequired[PageSize | None]
    cursor: NotRequired[Cursor | None]


class ListPayload(PagePayload):
    """A page of the user's chats; `admin_view` has no effect."""

    admin_view: NotRequired[bool | None]


class UpdatePayload(TypedDict):
    """A chat's new title, the user's mark on it, or both."""

    id: Uuid
    title: NotRequired[Title | None]
    is_favorited: NotRequired[bool | None]


class DeletePayload(TypedDict):
    """A chat to delete."""

    id: Uuid


class UnsubscribePayload(TypedDict):
    """The chat that is closed."""

    id: Uuid


class DuplicatePayload(TypedDict):
    """The chat to copy, from a message on."""

    id: Uuid
    message_id: NotRequired[Uuid | None]


class SearchPayload(PagePayload):
    """The words to look for, in `query` or in `prompt`."""

    query: NotRequired[Query | None]
    prompt: NotRequired[Query | None]


class ShareGrant(TypedDict):
    """A user of one's own organisation, and the role to grant."""

    email: Email
    role: Literal["full_access", "can_edit", "can_filter", "can_view"]


class SharePayload(TypedDict):
    """With whom to share a chat, and with whom no more; `publicly_accessible` must not be true yet."""

    id: Uuid
    users: NotRequired[list[ShareGrant] | None]
    remove: NotRequired[list[Email] | None]
    workspace_sharing: NotRequired[Literal["none", "can_view", "can_edit", "full_access"] | None]
    publicly_accessible: NotRequired[bool | None]
    public_expiry_date: NotRequired[str | None]


class FeedbackPayload(TypedDict):
    """What the user thinks of an answer; null takes it back."""

    id: Uuid
    chat_id: Uuid
    feedback: Literal["positive", "negative"] | None
    comment: NotRequired[Comment | None]


class ChatsList(TypedDict):
    """A request for the chats that the user sees."""

    route: Literal["/chats/list"]
    payload: ListPayload
    request_id: NotRequired[RequestId | None]


class ChatsUpdate(TypedDict):
    """A request to rename a chat, or to mark it."""

    route: Literal["/chats/update"]
    payload: UpdatePayload
    request_id: NotRequired[RequestId | None]


class ChatsDelete(TypedDict):
    """A request to delete chats: all of them or, where one is refused, none."""

    route: Literal["/chats/delete"]
    payload: list[DeletePayload]
    request_id: NotRequired[RequestId | None]


class ChatsDuplicate(TypedDict):
    """A request to copy a chat; a duplicate of the same `request_id` makes no second copy."""

    route: Literal["/chats/duplicate"]
    payload: DuplicatePayload
    request_id: NotRequired[RequestId | None]


class ChatsSearch(TypedDict):
    """A request for the user's own chats in whose titles or questions all words occur."""

    route: Literal["/chats/search"]
    payload: SearchPayload
    request_id: NotRequired[RequestId | None]


class ChatsUnsubscribe(TypedDict):
    """A request for no more turns that others start in a chat, on this connection."""

    route: Literal["/chats/unsubscribe"]
    payload: UnsubscribePayload
    request_id: NotRequired[RequestId | None]


class ChatsShare(TypedDict):
    """A request to share a chat within one's own organisation."""

    route: Literal["/chats/share"]
    payload: SharePayload
    request_id: NotRequired[RequestId | None]


class MessagesUpdate(TypedDict):
    """A request to rate an answer."""

    route: Literal["/messages/update"]
    payload: FeedbackPayload
    request_id: NotRequired[RequestId | None]
