"""`DynamoChatStore`: reads chats and messages, and records requests to stop a turn."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from threadcast.adapters.dynamodb import keys
from threadcast.adapters.dynamodb.item_mapping import (
    chat_of,
    grant_of,
    is_favorited_of,
    message_of,
    role_of,
    sized_message_of,
)
from threadcast.adapters.dynamodb.message_ranges import is_visible, spans_to_read
from threadcast.adapters.dynamodb.sdk.error_translation import ConditionFailed
from threadcast.adapters.dynamodb.sdk.table import DynamoTable
from threadcast.adapters.dynamodb.sdk.write_requests import update
from threadcast.adapters.item_lifetimes import KEPT_FOR_EVER, ChatLifetime, has_expired
from threadcast.domain.access import Grant, Principal, Role, strongest
from threadcast.domain.chat import Chat, RunningTurn
from threadcast.domain.message import Message
from threadcast.ports import RequestRecord, StoredChat

__all__ = ["DynamoChatStore"]

_TYPICAL_MESSAGE_BYTES = 4_096
_FIRST_SEARCH_ITEMS = 4
_PAGE_GROWTH = 3
_SEARCH_PAGES = 5
_SEARCH_SPANS = 3


class DynamoChatStore:
    """A `ChatStore`; a chat whose lifetime is over is loaded for none of its principals."""

    def __init__(self, table: DynamoTable, lifetime: ChatLifetime = KEPT_FOR_EVER) -> None:
        self._table = table
        self._lifetime = lifetime

    def load(self, chat_id: str, principals: Sequence[Principal], *, max_bytes: int) -> StoredChat | None:
        """Return the chat with its newest visible messages: about `max_bytes` of JSON, at least one message.

        If none of the principals holds a role on the chat, it has neither messages nor grants, so that the
        call costs the same single read as for a chat that does not exist. With no principals at all, roles
        are not checked.
        """
        key = keys.chat(chat_id)
        held = {keys.role(key, principal): principal for principal in principals}
        found = self._table.get_many([key, *held])
        if key not in found:
            return None
        chat = chat_of(found[key])
        if principals and self._lifetime.is_over(chat):
            return None
        role = strongest([_owners_role(chat, principals), *(role_of(found.get(role)) for role in held)])
        if principals and role is None:
            return StoredChat(chat, (), None)
        messages, grants = self._newest(chat, max_bytes)
        own = next((found.get(key) for key, held_by in held.items() if held_by.kind == "user"), None)
        return StoredChat(chat, messages, role, grants, is_favorited_of(own))

    def message(self, chat_id: str, message_id: str) -> Message | None:
        """Return one of a chat's newest visible messages; None if there is none, or it is hundreds back.

        There is no index for it: an index would cost two write units for every turn, and nearly always the
        message is among the newest. The search reads backward, in pages of growing size: 484 messages before
        the newest, and before each of the two newest removed ranges: an unknown id has a bounded cost.
        """
        found = self._table.get(keys.chat(chat_id))
        if found is None:
            return None
        chat = chat_of(found)
        candidates = self._backward(
            chat, _FIRST_SEARCH_ITEMS, where=("message_id", message_id), is_bounded=True
        )
        return next((message_of(values) for values in candidates if is_visible(chat, values["sk"])), None)

    def message_at(self, chat_id: str, number: int) -> Message | None:
        """Return a chat's message by its number, replaced or not; None if it does not exist."""
        found = self._table.get(keys.message(chat_id, number))
        return None if found is None else message_of(found)

    def visible_message_at(self, chat_id: str, number: int) -> Message | None:
        """Return the message with this number; None if it was replaced, or does not exist."""
        key = keys.message(chat_id, number)
        found = self._table.get_many([keys.chat(chat_id), key])
        if keys.chat(chat_id) not in found or key not in found:
            return None
        return message_of(found[key]) if is_visible(chat_of(found[keys.chat(chat_id)]), key.sk) else None

    def running_turn(self, chat_id: str) -> RunningTurn | None:
        """Return the chat's running turn, with its stop request, in one small read; None if no turn runs."""
        found = self._table.get(keys.chat(chat_id))
        return None if found is None else chat_of(found).running_turn

    def chats(self, chat_ids: Sequence[str]) -> dict[str, Chat]:
        """Return these chats, by id, in one call for every 100 chats."""
        found = map(chat_of, self._table.get_many(map(keys.chat, chat_ids)).values())
        return {chat.id: chat for chat in found}

    def request_stop(self, chat_id: str, message_id: str) -> bool:
        """Record a request to stop the turn; return False if that turn is not running."""
        stop = update(
            keys.chat(chat_id),
            "SET running_turn.stop_requested = :true",
            condition="running_turn.message_id = :message_id",
            expression_values={"true": True, "message_id": message_id},
        )
        try:
            self._table.write(stop)
        except ConditionFailed:
            return False
        return True

    def find_request(self, request_key: str, now: datetime) -> RequestRecord | None:
        """Return what a request with this key opened; None if unknown or expired."""
        found = self._table.get(keys.request(request_key))
        if found is None or has_expired(found["expires_at"], now):
            return None
        return RequestRecord(found["chat_id"], found["message_id"], found.get("fingerprint"))

    def _newest(self, chat: Chat, max_bytes: int) -> tuple[tuple[Message, ...], tuple[Grant, ...]]:
        """Return the newest messages, oldest first, and the grants, which sort after them, in one query."""
        messages: list[Message] = []
        grants: list[Grant] = []
        left = max_bytes
        for values in self._backward(chat, max(1, max_bytes // _TYPICAL_MESSAGE_BYTES)):
            if (grant := grant_of(values)) is not None:
                grants.append(grant)
            elif is_visible(chat, values["sk"]):
                message, size = sized_message_of(values)
                left -= size
                if messages and left < 0:
                    break
                messages.append(message)
        return tuple(reversed(messages)), tuple(reversed(grants))

    def _backward(
        self,
        chat: Chat,
        page_items: int,
        where: tuple[str, str] | None = None,
        *,
        is_bounded: bool = False,
    ) -> Iterator[Mapping[str, Any]]:
        """Yield the items of grants, then of messages, newest first; removed messages may be among them."""
        for span in islice(spans_to_read(chat), _SEARCH_SPANS if is_bounded else None):
            yield from self._table.query(
                keys.chat(chat.id).pk,
                span,
                newest_first=True,
                where=where,
                page_items=page_items,
                page_growth=_PAGE_GROWTH,
                max_pages=_SEARCH_PAGES if is_bounded else None,
            )


def _owners_role(chat: Chat, principals: Sequence[Principal]) -> Role | None:
    return Role.OWNER if Principal("user", chat.owner.id) in principals else None
