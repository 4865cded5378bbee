"""The port `ChatLibrary`: chats as an operator or `sweep_turns` lists and deletes them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from threadcast.domain.chat import Chat
from threadcast.domain.feedback import Feedback

__all__ = ["ChatLibrary"]


class ChatLibrary(Protocol):
    """Chats without their users. Every method raises `StoreUnavailable`."""

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

    def unchanged(self, since: datetime, segment: int, segments: int) -> Iterable[str]:
        """Yield the ids of the chats that have not changed since then, of one of `segments` parts of all.

        Read from an index that lags behind: a chat may have been changed or deleted.
        """
        ...

    def delete(self, chat_id: str) -> int:
        """Delete a chat with its messages, replaced ones too, and its roles; return how many messages.

        A turn that runs in it loses its claim: its runner writes nothing any more.
        """
        ...
