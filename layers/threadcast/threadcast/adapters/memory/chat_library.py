"""`MemoryChatLibrary`: lists and deletes chats."""

from collections.abc import Iterable
from datetime import datetime
from zlib import crc32

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

    def unchanged(self, since: datetime, segment: int, segments: int) -> Iterable[str]:
        """Return the ids of the chats of one segment, by their owners, that have not changed since then."""
        return [
            chat.id
            for chat in self.all()
            if chat.updated_at < since and crc32(chat.owner.id.encode()) % segments == segment
        ]

    def delete(self, chat_id: str) -> int:
        """Delete a chat with its messages and roles; return how many messages."""
        with self._table.lock:
            self._table.chats.pop(chat_id, None)
            self._table.chat_roles.pop(chat_id, None)
            return len(self._table.messages.pop(chat_id, {}))
