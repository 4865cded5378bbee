"""Chats as they are read, and the wish to stop one's running turn."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from threadcast.adapters.dynamo import keys
from threadcast.adapters.dynamo.faults import ConditionFailed
from threadcast.adapters.dynamo.records import chat_of, grant_of, message_of, role_of
from threadcast.adapters.dynamo.table import DynamoTable
from threadcast.adapters.dynamo.writes import put, update
from threadcast.adapters.lifetimes import has_expired
from threadcast.domain.access import Grant, Principal, Role, strongest
from threadcast.domain.chat import Chat
from threadcast.domain.message import Message
from threadcast.ports import StoredChat

__all__ = ["DynamoChatStore"]

_TYPICAL_MESSAGE_BYTES = 4_096
_FIRST_SEARCH_ITEMS = 4
_SEARCH_GROWTH = 4


class DynamoChatStore:
    """A `ChatStore`."""

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def load(self, chat_id: str, principals: Sequence[Principal], *, max_bytes: int) -> StoredChat | None:
        """The chat with its newest visible messages: about `max_bytes` of them as stored, at least one.

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
        for span in _visible_spans(chat_of(found)):
            for values in self._table.query(
                keys.chat(chat_id).pk,
                span,
                newest_first=True,
                where={"message_id": message_id},
                page_items=_FIRST_SEARCH_ITEMS,
                page_growth=_SEARCH_GROWTH,
            ):
                return message_of(values)
        return None

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
        for values in self._backward(chat, max(4, max_bytes // _TYPICAL_MESSAGE_BYTES)):
            if (grant := grant_of(values)) is not None:
                grants.append(grant)
            elif "document" in values and _is_known_to(chat, values):
                left -= len(values["document"])
                if messages and left < 0:
                    break
                messages.append(message_of(values))
        return tuple(reversed(messages)), tuple(reversed(grants))

    def _backward(self, chat: Chat, page_items: int) -> Iterator[Mapping[str, Any]]:
        for span in _visible_spans(chat):
            yield from self._table.query(
                keys.chat(chat.id).pk, span, newest_first=True, page_items=page_items
            )


def _owners_role(chat: Chat, principals: Sequence[Principal]) -> Role | None:
    return Role.OWNER if Principal("user", chat.owner.id) in principals else None


def _is_known_to(chat: Chat, values: Mapping[str, Any]) -> bool:
    """Whether the chat as it was read knows the message: one may have been opened between the two reads."""
    return bool(values["sk"] < keys.message(chat.id, chat.next_message_number).sk)


def _visible_spans(chat: Chat) -> Iterator[tuple[str, str]]:
    """Ranges of sort keys, newest first, that leave removed messages out; the first holds the roles too."""
    above, high = chat.next_message_number, keys.ABOVE_ROLES
    for removed in sorted(chat.removed, key=lambda removed: removed.last, reverse=True):
        if removed.last + 1 < above or high == keys.ABOVE_ROLES:
            yield keys.message(chat.id, removed.last + 1).sk, high
        if removed.first < above:
            above, high = removed.first, keys.message(chat.id, removed.first - 1).sk
    if above > 1 or high == keys.ABOVE_ROLES:
        yield keys.message(chat.id, 1).sk, high
