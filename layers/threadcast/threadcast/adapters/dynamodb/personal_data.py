"""`DynamoPersonalDataStore`: everything in the table about one user, and its erasure.

No index leads from a user to messages in chats of others, to roles or to requests: a scan reads them all.
Erasures are rare, and an index would cost every turn two write units.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from threadcast.adapters.dynamodb import keys
from threadcast.adapters.dynamodb.asset_library import DynamoAssetLibrary
from threadcast.adapters.dynamodb.chat_management.chat_library import DynamoChatLibrary
from threadcast.adapters.dynamodb.item_mapping import asset_of, chat_of, message_of, message_values
from threadcast.adapters.dynamodb.sdk.table import DynamoTable
from threadcast.adapters.dynamodb.sdk.write_requests import Write, delete, update
from threadcast.adapters.json_documents import unpack
from threadcast.domain.access import Principal
from threadcast.domain.asset import Asset
from threadcast.domain.chat import Chat
from threadcast.domain.message import Message
from threadcast.ports import PersonalData

__all__ = ["DynamoPersonalDataStore"]

_DOCUMENTS = ("document", "definition")


class DynamoPersonalDataStore:
    """A `PersonalDataStore`."""

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def find(self, user_id: str) -> PersonalData:
        """Return everything that is stored about a user, by a scan."""
        reading = _Reading(user_id)
        for values in self._table.scan():
            reading.add(values)
        return reading.result()

    def erase(self, data: PersonalData) -> None:
        """Erase all of it: single items first, then chats and assets with all of their items."""
        for write in _single_writes(data):
            self._table.write(write)
        chats, assets = DynamoChatLibrary(self._table), DynamoAssetLibrary(self._table)
        for chat in data.chats:
            chats.delete(chat.id)
        for asset in data.assets:
            assets.delete(asset.id)

    def mentions(self, user_id: str) -> int:
        """Return how many items contain the user's id anywhere, by a scan."""
        return sum(user_id in _text_of(values) for values in self._table.scan())


@dataclass(slots=True)
class _Reading:
    """Collects what belongs to a user; what depends on other items is decided at the end."""

    user_id: str
    connections: list[str] = field(default_factory=list)
    has_quota: bool = False
    spending: list[str] = field(default_factory=list)
    chats: list[Chat] = field(default_factory=list)
    message_counts: dict[str, int] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    roles: list[keys.Key] = field(default_factory=list)
    assets: list[Asset] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    feedback: list[tuple[str, int]] = field(default_factory=list)
    addresses: list[tuple[str, str]] = field(default_factory=list)
    open_chats: list[tuple[str, str]] = field(default_factory=list)

    def add(self, values: Mapping[str, Any]) -> None:
        """Read one item."""
        key = keys.Key(values["pk"], values["sk"])
        match key.pk.partition("#")[0]:
            case "USER":
                self._add_of_user(key)
            case "CHAT":
                self._add_of_chat(key, values)
            case "ASSET":
                self._add_of_asset(key, values)
            case "DIRECTORY" if values["user_id"] == self.user_id:
                self.addresses.append(keys.directory_entry(key))
            case "REQUEST":
                self.requests.append((keys.request_key(key.pk), values["chat_id"]))

    def result(self) -> PersonalData:
        """Return what was found."""
        own_chats, own_assets = {chat.id for chat in self.chats}, {asset.id for asset in self.assets}
        return PersonalData(
            self.user_id,
            connections=tuple(self.connections),
            has_quota=self.has_quota,
            spending=tuple(self.spending),
            chats=tuple(self.chats),
            message_count=sum(self.message_counts.get(chat_id, 0) for chat_id in own_chats),
            messages=tuple(message for message in self.messages if message.chat_id not in own_chats),
            chat_roles=tuple(id_ for id_ in self._role_ids("CHAT") if id_ not in own_chats),
            asset_roles=tuple(id_ for id_ in self._role_ids("ASSET") if id_ not in own_assets),
            assets=tuple(self.assets),
            requests=tuple(
                key for key, chat_id in self.requests if chat_id in own_chats or self.user_id in key
            ),
            addresses=tuple(self.addresses),
            open_chats=tuple(opened for opened in self.open_chats if opened[0] not in own_chats),
            feedback=tuple(given for given in self.feedback if given[0] not in own_chats),
        )

    def _add_of_user(self, key: keys.Key) -> None:
        if key.pk != keys.user_partition(self.user_id):
            return
        if key in (keys.rate(self.user_id), keys.made_metrics(self.user_id)):
            self.has_quota = True
        elif key.sk.startswith(keys.CONNECTION):
            self.connections.append(key.sk.partition("#")[2])
        else:
            self.spending.append(key.sk)

    def _add_of_chat(self, key: keys.Key, values: Mapping[str, Any]) -> None:
        if key.sk == keys.CHAT_ITEM:
            chat = chat_of(values)
            if chat.owner.id == self.user_id:
                self.chats.append(chat)
        elif (given := keys.feedback_by(key.sk)) is not None:
            if given[1] == self.user_id:
                self.feedback.append((keys.chat_in(key.pk), given[0]))
        elif (viewer := keys.viewer_of(key.sk)) is not None:
            if values["user_id"] == self.user_id:
                self.open_chats.append((keys.chat_in(key.pk), viewer))
        elif keys.message_number(key.sk) is None:
            self._add_role(key)
        else:
            chat_id = key.pk.removeprefix(keys.CHAT)
            self.message_counts[chat_id] = self.message_counts.get(chat_id, 0) + 1
            message = message_of(values)
            if message.sender.id == self.user_id:
                self.messages.append(message)

    def _add_of_asset(self, key: keys.Key, values: Mapping[str, Any]) -> None:
        self._add_role(key)
        if "owner_id" in values and values["owner_id"] == self.user_id:
            self.assets.append(asset_of(values))

    def _add_role(self, key: keys.Key) -> None:
        if keys.principal_of(key.sk) == Principal("user", self.user_id):
            self.roles.append(key)

    def _role_ids(self, kind: str) -> Iterator[str]:
        parts = (key.pk.partition("#") for key in self.roles)
        return (id_ for found, _, id_ in parts if found == kind)


def _single_writes(data: PersonalData) -> Iterator[Write]:
    user = Principal("user", data.user_id)
    for message in data.messages:
        yield _redaction(message)
    for request in data.requests:
        yield delete(keys.request(request))
    for chat_id in data.chat_roles:
        yield delete(keys.role(keys.chat(chat_id), user))
    for asset_id in data.asset_roles:
        yield delete(keys.role(keys.asset(asset_id), user))
    for chat_id, number in data.feedback:
        yield delete(keys.feedback(chat_id, number, data.user_id))
    for organization_id, email in data.addresses:
        yield delete(keys.directory(organization_id, email))
    for chat_id, connection in data.open_chats:
        yield delete(keys.viewer(chat_id, connection))
    yield from map(delete, _keys_of_user(data))


def _keys_of_user(data: PersonalData) -> Iterator[keys.Key]:
    """Yield the keys of the items in the user's own partition."""
    for connection in data.connections:
        yield keys.connection(data.user_id, connection)
    for sort_key in data.spending:
        yield keys.Key(keys.user_partition(data.user_id), sort_key)
    if data.has_quota:
        yield keys.rate(data.user_id)
        yield keys.made_metrics(data.user_id)


def _redaction(message: Message) -> Write:
    return update(
        keys.message(message.chat_id, message.number),
        "SET document = :document",
        condition="message_id = :message_id",
        expression_values={
            "document": message_values(message.redact())["document"],
            "message_id": message.id,
        },
    )


def _text_of(values: Mapping[str, Any]) -> str:
    """Return everything in an item as one text, with its documents unpacked."""
    plain = {name: value for name, value in values.items() if not isinstance(value, bytes)}
    documents = [unpack(values[name]).decode("utf-8", "replace") for name in _DOCUMENTS if name in values]
    return "\n".join([json.dumps(plain), *documents])
