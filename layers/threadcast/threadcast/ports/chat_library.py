"""The port `ChatLibrary`: chats as an operator lists and deletes them."""

from typing import Protocol

from threadcast.domain.chat import Chat

__all__ = ["ChatLibrary"]


class ChatLibrary(Protocol):
    """Chats as an operator keeps them. Every method raises `StoreUnavailable`."""

    def all(self, owner_id: str | None = None) -> tuple[Chat, ...]:
        """Return the chats, of one owner or of everybody; those changed last come first.

        Everybody's chats are found by reading the whole table.
        """
        ...

    def delete(self, chat_id: str) -> int:
        """Delete a chat with its messages, replaced ones too, and its roles; return how many messages.

        A turn that runs in it loses its claim: its runner writes nothing any more.
        """
        ...
