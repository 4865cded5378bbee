"""The ports `ChatLists` and `ChatLibrary`: the chats that a user sees, and those that an operator keeps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from threadcast.domain.access import Principal, Role
from threadcast.domain.chat import Chat
from threadcast.domain.feedback import Feedback

__all__ = ["ChatLibrary", "ChatLists", "ListedChat"]


@dataclass(frozen=True, slots=True)
class ListedChat:
    """A chat in a user's list, with the user's role on it and their own mark."""

    chat: Chat
    role: Role
    is_favorited: bool = False


class ChatLists(Protocol):
    """Lists chats, found by an index that lags a moment behind and read consistently.

    Deleted chats are left out. Every method raises `StoreUnavailable`.
    """

    def own(self, user_id: str, *, before: str | None, limit: int) -> Sequence[ListedChat]:
        """Return the chats that the user owns, those changed last first, at most `limit`.

        With `before`, only those after that position (`Chat.position`) in the list.
        """
        ...

    def shared(self, principals: Sequence[Principal], *, limit: int) -> Sequence[ListedChat]:
        """Return the chats of others on which one of the principals holds a role, in no order.

        The first principal is the user. At most the `limit` chats that were shared last with each principal.
        """
        ...


class ChatLibrary(Protocol):
    """Chats as an operator, or the sweep, lists and deletes them. Every method raises `StoreUnavailable`."""

    def all(self, owner_id: str | None = None) -> tuple[Chat, ...]:
        """Return the chats, of one owner or of everybody; those changed last come first.

        Everybody's chats are found by reading the whole table.
        """
        ...

    def deleted(self, before: datetime) -> Iterable[Chat]:
        """Yield the chats that users deleted before a time and that are not erased, in no order.

        Read from an index that lags a moment behind.
        """
        ...

    def feedback(self, asset_id: str) -> tuple[Feedback, ...]:
        """Return the feedback on answers in the chats about an asset, the newest first."""
        ...

    def delete(self, chat_id: str) -> int:
        """Delete a chat with its messages, replaced ones too, and its roles; return how many messages.

        A turn that runs in it loses its claim: its runner writes nothing any more.
        """
        ...
