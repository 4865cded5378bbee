"""What a client can request about its chats, once the message is parsed and valid."""

from dataclasses import dataclass
from typing import Literal

from threadcast.domain.access import Role
from threadcast.domain.message import Rating
from threadcast.turns.paging import PageRequest

__all__ = [
    "DeleteRequest",
    "DuplicateRequest",
    "FeedbackRequest",
    "ListRequest",
    "SearchRequest",
    "ShareRequest",
    "UnsubscribeRequest",
    "UpdateRequest",
]


@dataclass(frozen=True, slots=True)
class ListRequest:
    """A request for the chats that the user sees."""

    page: PageRequest


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """A request to rename a chat, to mark it, or both; None: unchanged."""

    chat_id: str
    title: str | None = None
    is_favorited: bool | None = None


@dataclass(frozen=True, slots=True)
class DeleteRequest:
    """A request to delete chats: all of them or, where one is refused, none."""

    chat_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DuplicateRequest:
    """A request to copy a chat; with `from_message`, from that message on."""

    chat_id: str
    from_message: str | None = None


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A request for the user's chats in which every word of `text` occurs."""

    text: str
    page: PageRequest


@dataclass(frozen=True, slots=True)
class ShareRequest:
    """A request to share a chat: with users and roles, no more with others, and with the organisation.

    `workspace` None leaves the role of the organisation as it is, `none` revokes it.
    """

    chat_id: str
    users: tuple[tuple[str, Role], ...] = ()
    removed: tuple[str, ...] = ()
    workspace: Role | Literal["none"] | None = None


@dataclass(frozen=True, slots=True)
class UnsubscribeRequest:
    """A request for no more turns that others start in a chat, on this connection."""

    chat_id: str


@dataclass(frozen=True, slots=True)
class FeedbackRequest:
    """A request to rate an answer; `rating` None takes the user's rating back."""

    chat_id: str
    message_id: str
    rating: Rating | None
    comment: str | None = None
