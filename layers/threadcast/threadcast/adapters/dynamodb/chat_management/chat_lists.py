"""`DynamoChatLists`: the chats that a user owns, and those that are shared with them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from threadcast.adapters.dynamodb import keys
from threadcast.adapters.dynamodb.item_mapping import chat_of, is_favorited_of, role_of
from threadcast.adapters.dynamodb.sdk.table import DynamoTable
from threadcast.adapters.item_lifetimes import KEPT_FOR_EVER, ChatLifetime
from threadcast.domain.access import Principal, Role, strongest
from threadcast.ports import ListedChat

__all__ = ["DynamoChatLists"]

_BATCH = 50
"""Chats of one read: with the user's role on each, what one BatchGetItem returns."""


class DynamoChatLists:
    """A `ChatLists`; a chat whose lifetime is over is in no list."""

    def __init__(self, table: DynamoTable, lifetime: ChatLifetime = KEPT_FOR_EVER) -> None:
        self._table = table
        self._lifetime = lifetime

    def own(self, user_id: str, *, before: str | None, limit: int) -> Sequence[ListedChat]:
        """Return the chats that the user owns, those changed last first, at most `limit`."""
        up_to = None if before is None else before.partition(" ")[0]
        indexed = self._table.query_index(
            keys.user_partition(user_id), up_to=up_to, newest_first=True, page_items=min(limit + 1, _BATCH)
        )
        user = Principal("user", user_id)
        after = (
            listed
            for listed in self._read(indexed, [user])
            if listed.chat.owner.id == user_id and (before is None or listed.chat.position < before)
        )
        return tuple(islice(after, limit))

    def shared(self, principals: Sequence[Principal], *, limit: int) -> Sequence[ListedChat]:
        """Return the chats of others on which one of the principals holds a role, in no order."""
        indexed = dict.fromkeys(
            keys.chat_in(key.pk)
            for principal in principals
            for key in islice(
                self._table.query_index(keys.shared(principal), newest_first=True, page_items=limit), limit
            )
        )
        return tuple(self._read(map(keys.chat, indexed), principals))

    def _read(self, chats: Iterable[keys.Key], principals: Sequence[Principal]) -> Iterator[ListedChat]:
        """Yield the chats that exist and on which a principal has a role, each batch in its order."""
        chats = iter(chats)
        while batch := list(islice(chats, _BATCH)):
            wanted = [each for chat in batch for each in (chat, *_roles(chat, principals))]
            found = self._table.get_many(wanted)
            for chat in batch:
                listed = _listed(chat, found, principals)
                if listed is not None and not self._lifetime.is_over(listed.chat):
                    yield listed


def _roles(chat: keys.Key, principals: Sequence[Principal]) -> list[keys.Key]:
    return [keys.role(chat, principal) for principal in principals]


def _listed(
    key: keys.Key, found: Mapping[keys.Key, Mapping[str, Any]], principals: Sequence[Principal]
) -> ListedChat | None:
    if key not in found:
        return None
    chat, held = chat_of(found[key]), [found.get(role) for role in _roles(key, principals)]
    owner = Role.OWNER if Principal("user", chat.owner.id) in principals else None
    role = strongest([owner, *map(role_of, held)])
    if role is None or chat.deleted_at is not None:
        return None
    return ListedChat(chat, role, is_favorited_of(held[0]))
