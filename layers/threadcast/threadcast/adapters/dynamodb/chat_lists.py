"""`DynamoChatLists`, the chats that a user sees, and `DynamoChatLibrary`, which lists and deletes chats."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from threadcast.adapters.dynamodb import keys
from threadcast.adapters.dynamodb.item_mapping import chat_of, feedback_of, is_favorited_of, role_of
from threadcast.adapters.dynamodb.sdk.table import DynamoTable
from threadcast.adapters.dynamodb.sdk.write_requests import delete
from threadcast.domain.access import Principal, Role, strongest
from threadcast.domain.chat import Chat
from threadcast.domain.feedback import Feedback
from threadcast.ports import ListedChat

__all__ = ["DynamoChatLibrary", "DynamoChatLists"]

_BATCH = 50
"""Chats of one read: with the user's role on each, what one BatchGetItem returns."""


class DynamoChatLists:
    """A `ChatLists`."""

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

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
                if (listed := _listed(chat, found, principals)) is not None:
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


class DynamoChatLibrary:
    """A `ChatLibrary`."""

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def all(self, owner_id: str | None = None) -> tuple[Chat, ...]:
        """Return the chats, of one owner or of everybody; those changed last come first.

        An owner's chats come from the index, which lags a moment behind.
        """
        if owner_id is None:
            found = self._table.scan(sort_key=keys.CHAT_ITEM)
        else:
            owned = self._table.query_index(keys.user_partition(owner_id))
            found = iter(self._table.get_many(owned).values())
        chats = (chat for chat in map(chat_of, found) if chat.deleted_at is None)
        return tuple(sorted(chats, key=lambda chat: chat.position, reverse=True))

    def deleted(self, before: datetime) -> Iterator[Chat]:
        """Yield the chats that users deleted before a time and that are not erased."""
        for chat in map(chat_of, self._table.get_many(self._table.query_index(keys.DELETED)).values()):
            if chat.deleted_at is not None and chat.deleted_at < before:
                yield chat

    def feedback(self, asset_id: str) -> tuple[Feedback, ...]:
        """Return the feedback on answers in the chats about an asset, the newest first."""
        found = self._table.get_many(self._table.query_index(keys.feedback_on(asset_id))).values()
        given = (feedback_of(values) for values in found)
        return tuple(sorted(given, key=lambda each: each.given_at, reverse=True))

    def delete(self, chat_id: str) -> int:
        """Delete a chat with its messages and roles; return how many messages.

        The chat's own item is deleted last, so that a deletion that fails half way can be repeated. From
        then on no writer of a turn can write, because each has a condition on that item; what was written
        just before is deleted by the second reading of the partition.
        """
        chat = keys.chat(chat_id)
        messages = self._delete_all_but(chat)
        self._table.write(delete(chat))
        return messages + self._delete_all_but(chat)

    def _delete_all_but(self, kept: keys.Key) -> int:
        found = [
            keys.Key(values["pk"], values["sk"]) for values in self._table.query(kept.pk, keys.EVERYTHING)
        ]
        for key in found:
            if key != kept:
                self._table.write(delete(key))
        return sum(keys.message_number(key.sk) is not None for key in found)
