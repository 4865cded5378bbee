"""`MemoryChatLibrary`: lists and deletes chats."""

from collections.abc import Iterable
from datetime import datetime
from zlib import crc32

from threadcast.adapters.memory.table import MemoryTable
from threadcast.domain.chat import Chat
from threadcast.domain.feedback import Feedback

__all__ = ["MemoryChatLibrary"]


class MemoryChatLibrary:
    """A `ChatLibrary`."""

    def __init__(self, table: MemoryTable) -> None:
        self._table = table

    def all(self, owner_id: str | None = None) -> tuple[Chat, ...]:
        """Return the chats, of one owner or of everybody; those changed last come first."""
        with self._table.lock:
            found = [
                chat
                for chat in self._table.chats.values()
                if owner_id in (None, chat.owner.id) and chat.deleted_at is None
            ]
        return tuple(sorted(found, key=lambda chat: chat.position, reverse=True))

    def deleted(self, before: datetime) -> Iterable[Chat]:
        """Return the chats that users deleted before a time and that are not erased."""
        with self._table.lock:
            chats = list(self._table.chats.values())
        return [chat for chat in chats if chat.deleted_at is not None and chat.deleted_at < before]

    def feedback(self, asset_id: str) -> tuple[Feedback, ...]:
        """Return the feedback on answers in the chats about an asset, the newest first."""
        with self._table.lock:
            given = [each for each in self._table.feedback.values() if each.asset_id == asset_id]
        return tuple(sorted(given, key=lambda each: each.given_at, reverse=True))

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
            self._table.favorites = {mark for mark in self._table.favorites if mark[0] != chat_id}
            for kept in (self._table.feedback, self._table.open_chats):
                for key in [key for key in kept if key[0] == chat_id]:
                    del kept[key]  # type: ignore[arg-type]
            return len(self._table.messages.pop(chat_id, {}))
