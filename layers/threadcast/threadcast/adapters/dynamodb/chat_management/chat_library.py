"""`DynamoChatLibrary`: lists and deletes chats."""

from collections.abc import Iterator
from datetime import datetime

from threadcast.adapters.dynamodb import keys
from threadcast.adapters.dynamodb.item_mapping import chat_of, feedback_of
from threadcast.adapters.dynamodb.sdk.table import DynamoTable
from threadcast.adapters.dynamodb.sdk.write_requests import delete
from threadcast.adapters.json_documents import timestamp
from threadcast.domain.chat import Chat
from threadcast.domain.feedback import Feedback

__all__ = ["DynamoChatLibrary"]


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

    def unchanged(self, since: datetime, segment: int, segments: int) -> Iterator[str]:
        """Yield the ids of the chats of one segment of the index that have not changed since then.

        The index has the keys only: about 150 bytes for each chat.
        """
        for key in self._table.scan_index(keys.USER, timestamp(since), segment, segments):
            yield key.pk.removeprefix(keys.CHAT)

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
