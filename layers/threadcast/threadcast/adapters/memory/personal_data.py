"""`MemoryPersonalDataStore`: everything that is stored about one user, and its erasure."""

from collections.abc import Iterable, Iterator
from typing import Any

from threadcast.adapters.memory.asset_store import MemoryAssetLibrary
from threadcast.adapters.memory.chat_management.chat_library import MemoryChatLibrary
from threadcast.adapters.memory.table import MemoryTable
from threadcast.domain.access import Principal
from threadcast.domain.message import Message
from threadcast.ports import PersonalData

__all__ = ["MemoryPersonalDataStore"]


class MemoryPersonalDataStore:
    """A `PersonalDataStore`."""

    def __init__(self, table: MemoryTable) -> None:
        self._table = table

    def find(self, user_id: str) -> PersonalData:
        """Return everything that is stored about a user."""
        user, table = Principal("user", user_id), self._table
        with table.lock:
            chats = tuple(chat for chat in table.chats.values() if chat.owner.id == user_id)
            own_chats = {chat.id for chat in chats}
            assets = tuple(asset for asset in table.assets.values() if asset.owner_id == user_id)
            own_assets = {asset.id for asset in assets}
            messages = tuple(self._sent(user_id, own_chats))
            return PersonalData(
                user_id,
                connections=tuple(id_ for holder, id_ in table.connections if holder == user_id),
                spending=tuple(self._spending(user_id)),
                has_quota=any(user_id in kept for kept in _quotas(table)),
                chats=chats,
                message_count=sum(len(table.messages.get(chat_id, {})) for chat_id in own_chats),
                messages=messages,
                chat_roles=_held(user, table.chat_roles, own_chats),
                asset_roles=_held(user, table.asset_roles, own_assets),
                assets=assets,
                requests=tuple(
                    key
                    for key, request in table.requests.items()
                    if request.record.chat_id in own_chats or user_id in key
                ),
                addresses=tuple(entry for entry, (holder, _) in table.directory.items() if holder == user_id),
                open_chats=tuple(
                    key
                    for key, (connection, _) in table.open_chats.items()
                    if connection.user_id == user_id and key[0] not in own_chats
                ),
                feedback=tuple(
                    (chat_id, number)
                    for chat_id, number, giver in table.feedback
                    if giver == user_id and chat_id not in own_chats
                ),
            )

    def erase(self, data: PersonalData) -> None:
        """Erase all of it."""
        user, table = Principal("user", data.user_id), self._table
        with table.lock:
            for message in data.messages:
                table.messages[message.chat_id][message.number] = message.redact()
            single: tuple[tuple[dict[Any, Any], Iterable[Any]], ...] = (
                (table.requests, data.requests),
                (table.feedback, ((*given, data.user_id) for given in data.feedback)),
                (table.open_chats, data.open_chats),
                (table.directory, data.addresses),
                (table.connections, ((data.user_id, connection) for connection in data.connections)),
            )
            for kept, entries in single:
                for entry in entries:
                    kept.pop(entry, None)
            table.favorites = {mark for mark in table.favorites if mark[1] != data.user_id}
            for roles in (*table.chat_roles.values(), *table.asset_roles.values()):
                roles.pop(user, None)
            for chat in data.chats:
                MemoryChatLibrary(table).delete(chat.id)
            for asset in data.assets:
                MemoryAssetLibrary(table).delete(asset.id)
            for of_users in _quotas(table) if data.has_quota else ():
                of_users.pop(data.user_id, None)
            self._erase_spending(data)

    def mentions(self, user_id: str) -> int:
        """Return how many stored objects contain the user's id anywhere; rows of assets are not read."""
        with self._table.lock:
            return sum(user_id in repr(stored) for stored in self._everything())

    def _erase_spending(self, data: PersonalData) -> None:
        self._table.budgets.pop(data.user_id, None)
        for month in data.spending:
            self._table.usage.pop((data.user_id, month), None)
            self._table.last_calls.pop((data.user_id, month), None)

    def _spending(self, user_id: str) -> Iterator[str]:
        yield from ("budget" for holder in self._table.budgets if holder == user_id)
        yield from (month for holder, month in self._table.usage if holder == user_id)

    def _sent(self, user_id: str, own_chats: set[str]) -> Iterator[Message]:
        for chat_id, messages in self._table.messages.items():
            if chat_id not in own_chats:
                yield from (message for message in messages.values() if message.sender.id == user_id)

    def _everything(self) -> Iterator[Any]:
        table = self._table
        for kept in _quotas(table):
            yield from kept.items()
        yield from (*table.budgets.items(), *table.usage.items(), *table.last_calls.items())
        yield from (*table.connections.items(), *table.requests.items())
        yield from (*table.chats.items(), *table.assets.items(), *table.feedback.items(), *table.favorites)
        yield from (*table.directory.items(), *table.open_chats.items())
        for nested in (table.messages, table.chat_roles, table.asset_roles):
            for of, inner in nested.items():
                yield from ((of, entry) for entry in inner.items())


def _quotas(table: MemoryTable) -> tuple[dict[str, Any], ...]:
    return table.quotas, table.paid_until, table.leases, table.made_metrics


def _held(user: Principal, roles: Any, own: set[str]) -> tuple[str, ...]:
    return tuple(id_ for id_, holders in roles.items() if user in holders and id_ not in own)
