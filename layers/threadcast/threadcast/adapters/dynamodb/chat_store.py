"""Chats as they are read, and the wish to stop one's running turn."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from threadcast.adapters.dynamodb import keys
from threadcast.adapters.dynamodb.error_translation import ConditionFailed
from threadcast.adapters.dynamodb.item_mapping import chat_of, grant_of, message_of, role_of, sized_message_of
from threadcast.adapters.dynamodb.message_ranges import is_visible, spans_to_read
from threadcast.adapters.dynamodb.table import DynamoTable
from threadcast.adapters.dynamodb.write_requests import put, update
from threadcast.adapters.item_lifetimes import has_expired
from threadcast.domain.access import Grant, Principal, Role, strongest
from threadcast.domain.chat import Chat, RunningTurn
from threadcast.domain.message import Message
from threadcast.ports import StoredChat

__all__ = ["DynamoChatStore"]

_TYPICAL_MESSAGE_BYTES = 4_096
_FIRST_SEARCH_ITEMS = 4
_PAGE_GROWTH = 3


class DynamoChatStore:
    """A `ChatStore`."""

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def load(self, chat_id: str, principals: Sequence[Principal], *, max_bytes: int) -> StoredChat | None:
        """The chat with its newest visible messages: about `max_bytes` of JSON, at least one.

        A chat on which none of the principals holds a role comes without messages and grants, so that it
        costs what a missing one does: the one read that looks for the chat and their roles. Without any
        principals, nobody's right is asked.
        """
        key = keys.chat(chat_id)
        held = {keys.role(key, principal): principal for principal in principals}
        found = self._table.get_many([key, *held])
        if key not in found:
            return None
        chat = chat_of(found[key])
        role = strongest([_owners_role(chat, principals), *(role_of(found.get(role)) for role in held)])
        if principals and role is None:
            return StoredChat(chat, (), None)
        messages, grants = self._newest(chat, max_bytes)
        return StoredChat(chat, messages, role, grants)

    def message(self, chat_id: str, message_id: str) -> Message | None:
        """One visible message of a chat, however long ago it was; None if there is none.

        No index leads to it: one would cost two units at every opening, and nearly always the message is
        among the newest. The search reads backward, in pages that grow.
        """
        found = self._table.get(keys.chat(chat_id))
        if found is None:
            return None
        chat = chat_of(found)
        candidates = self._backward(chat, _FIRST_SEARCH_ITEMS, where=("message_id", message_id))
        return next((message_of(values) for values in candidates if is_visible(chat, values["sk"])), None)

    def running_turn(self, chat_id: str) -> RunningTurn | None:
        """The turn that is under way in a chat, and whether it shall stop; one small read."""
        found = self._table.get(keys.chat(chat_id))
        return None if found is None else chat_of(found).running_turn

    def request_stop(self, chat_id: str, message_id: str) -> bool:
        """Ask the running turn to stop; False if that turn is not running (any more)."""
        stop = update(
            keys.chat(chat_id),
            "SET running_turn.stop_requested = :true",
            condition="running_turn.message_id = :message_id",
            given={"true": True, "message_id": message_id},
        )
        try:
            self._table.write(stop)
        except ConditionFailed:
            return False
        return True

    def find_request(self, request_key: str, now: datetime) -> tuple[str, str] | None:
        """The chat's and the message's id that this request has opened, unless that has expired."""
        found = self._table.get(keys.request(request_key))
        if found is None or has_expired(found["expires_at"], now):
            return None
        return found["chat_id"], found["message_id"]

    def share(self, chat_id: str, grant: Grant) -> None:
        """Give a role on a chat; beyond the port, since no route of the wire does it yet."""
        self._table.write(put(keys.role(keys.chat(chat_id), grant.principal), {"role": grant.role.value}))

    def _newest(self, chat: Chat, max_bytes: int) -> tuple[tuple[Message, ...], tuple[Grant, ...]]:
        """The newest messages, oldest first, and the grants, which sort after them: one walk backward."""
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
        self, chat: Chat, page_items: int, where: tuple[str, str] | None = None
    ) -> Iterator[Mapping[str, Any]]:
        """Grants, then messages, newest first, in pages that grow; some of the messages may be removed."""
        for span in spans_to_read(chat):
            yield from self._table.query(
                keys.chat(chat.id).pk,
                span,
                newest_first=True,
                where=where,
                page_items=page_items,
                page_growth=_PAGE_GROWTH,
            )


def _owners_role(chat: Chat, principals: Sequence[Principal]) -> Role | None:
    return Role.OWNER if Principal("user", chat.owner.id) in principals else None
