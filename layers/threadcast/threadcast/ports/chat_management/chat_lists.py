"""The port `ChatLists`: the chats that a user sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from threadcast.domain.access import Principal, Role
from threadcast.domain.chat import Chat

__all__ = ["ChatLists", "ListedChat"]


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
