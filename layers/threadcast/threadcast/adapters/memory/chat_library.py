"""`MemoryChatLibrary`: lists and deletes chats."""

from threadcast.adapters.memory.table import MemoryTable
from threadcast.domain.chat import Chat

__all__ = ["MemoryChatLibrary"]


class MemoryChatLibrary:
    """A `ChatLibrary`."""

    def __init__(self, table: MemoryTable) -> None:
        self._table = table

    def all(self, owner_id: str | None = None) -> tuple[Chat, ...]:
        """Return the chats, of one owner or of everybody; those changed last come first."""
        with self._table.lock:
            found = [chat for chat in self._table.chats.values() if owner_id in (None, chat.owner.id)]
        return tuple(sorted(found, key=lambda chat: (chat.updated_at, chat.id), reverse=True))

    def delete(self, chat_id: str) -> int:
        """Delete a chat with its messages and roles; return how many messages."""
        with self._table.lock:
            self._table.chats.pop(chat_id, None)
            self._table.chat_roles.pop(chat_id, None)
            return len(self._table.messages.pop(chat_id, {}))
