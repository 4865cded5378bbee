"""`MemoryChatLists`: the chats that a user owns, and those that are shared with them."""

from collections.abc import Sequence

from threadcast.adapters.item_lifetimes import KEPT_FOR_EVER, ChatLifetime
from threadcast.adapters.memory.table import MemoryTable
from threadcast.domain.access import Principal, Role, strongest
from threadcast.domain.chat import Chat
from threadcast.ports import ListedChat

__all__ = ["MemoryChatLists"]


class MemoryChatLists:
    """A `ChatLists`; a chat whose lifetime is over is in no list."""

    def __init__(self, table: MemoryTable, lifetime: ChatLifetime = KEPT_FOR_EVER) -> None:
        self._table = table
        self._lifetime = lifetime

    def own(self, user_id: str, *, before: str | None, limit: int) -> Sequence[ListedChat]:
        """Return the chats that the user owns, those changed last first, at most `limit`."""
        with self._table.lock:
            found = [
                ListedChat(chat, Role.OWNER, (chat.id, user_id) in self._table.favorites)
                for chat in self._table.chats.values()
                if chat.owner.id == user_id and self._is_visible(chat)
            ]
        found.sort(key=lambda listed: listed.chat.position, reverse=True)
        return [listed for listed in found if before is None or listed.chat.position < before][:limit]

    def shared(self, principals: Sequence[Principal], *, limit: int) -> Sequence[ListedChat]:
        """Return the chats of others on which one of the principals holds a role, in no order."""
        user, found = principals[0], dict[str, ListedChat]()
        with self._table.lock:
            for principal in principals:
                # Both mappings keep the order of insertion: the chats that were shared last come last.
                granted = [id_ for id_, roles in self._table.chat_roles.items() if principal in roles]
                for chat_id in granted[-limit:]:
                    role = strongest(map(self._table.chat_roles[chat_id].get, principals))
                    chat = self._table.chats.get(chat_id)
                    if chat is not None and role is not None and self._is_visible(chat):
                        mark = (chat_id, user.id) in self._table.favorites
                        found[chat_id] = ListedChat(chat, role, mark)
        return list(found.values())

    def _is_visible(self, chat: Chat) -> bool:
        return chat.deleted_at is None and not self._lifetime.is_over(chat)
