"""`MemoryChatStore`: reads chats and messages, and records requests to stop a turn."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from threadcast.adapters.item_lifetimes import KEPT_FOR_EVER, ChatLifetime, has_expired
from threadcast.adapters.json_documents import dump, to_document
from threadcast.adapters.memory.table import MemoryTable
from threadcast.domain.access import Grant, Principal, Role, strongest
from threadcast.domain.chat import Chat, RunningTurn, visible_messages
from threadcast.domain.message import Message
from threadcast.ports import RequestRecord, StoredChat

__all__ = ["MemoryChatStore"]


class MemoryChatStore:
    """A `ChatStore`; a chat whose lifetime is over is loaded for none of its principals."""

    def __init__(self, table: MemoryTable, lifetime: ChatLifetime = KEPT_FOR_EVER) -> None:
        self._table = table
        self._lifetime = lifetime

    def load(self, chat_id: str, principals: Sequence[Principal], *, max_bytes: int) -> StoredChat | None:
        """Return the chat with its newest visible messages: about `max_bytes` of JSON, at least one message.

        If none of the principals holds a role on the chat, it has neither messages nor grants. With no
        principals at all, roles are not checked.
        """
        with self._table.lock:
            chat = self._table.chats.get(chat_id)
            if chat is None or (principals and self._lifetime.is_over(chat)):
                return None
            roles = dict(self._table.chat_roles.get(chat_id, {}))
            messages = self._visible(chat)
            is_favorited = any(
                (chat_id, each.id) in self._table.favorites for each in principals if each.kind == "user"
            )
        owner = Role.OWNER if Principal("user", chat.owner.id) in principals else None
        role = strongest([owner, *map(roles.get, principals)])
        if principals and role is None:
            return StoredChat(chat, (), None)
        return StoredChat(chat, _newest(messages, max_bytes), role, _grants(roles), is_favorited)

    def message(self, chat_id: str, message_id: str) -> Message | None:
        """Return one visible message of a chat; None if there is none."""
        with self._table.lock:
            chat = self._table.chats.get(chat_id)
            messages = () if chat is None else self._visible(chat)
        return next((message for message in messages if message.id == message_id), None)

    def message_at(self, chat_id: str, number: int) -> Message | None:
        """Return a chat's message by its number, replaced or not; None if it does not exist."""
        with self._table.lock:
            return self._table.messages.get(chat_id, {}).get(number)

    def visible_message_at(self, chat_id: str, number: int) -> Message | None:
        """Return the message with this number; None if it was replaced, or does not exist."""
        with self._table.lock:
            chat = self._table.chats.get(chat_id)
            messages = () if chat is None else self._visible(chat)
        return next((message for message in messages if message.number == number), None)

    def running_turn(self, chat_id: str) -> RunningTurn | None:
        """Return the chat's running turn, with its stop request; None if no turn runs."""
        with self._table.lock:
            chat = self._table.chats.get(chat_id)
        return None if chat is None else chat.running_turn

    def chats(self, chat_ids: Sequence[str]) -> dict[str, Chat]:
        """Return these chats, by id."""
        with self._table.lock:
            return {
                chat_id: self._table.chats[chat_id] for chat_id in chat_ids if chat_id in self._table.chats
            }

    def request_stop(self, chat_id: str, message_id: str) -> bool:
        """Record a request to stop the turn; return False if that turn is not running."""
        with self._table.lock:
            chat = self._table.chats.get(chat_id)
            turn = None if chat is None else chat.running_turn
            if chat is None or turn is None or turn.message_id != message_id:
                return False
            self._table.chats[chat_id] = replace(chat, running_turn=replace(turn, stop_requested=True))
        return True

    def find_request(self, request_key: str, now: datetime) -> RequestRecord | None:
        """Return what a request with this key opened; None if unknown or expired."""
        with self._table.lock:
            found = self._table.requests.get(request_key)
        if found is None or has_expired(found.expires_at_epoch_s, now):
            return None
        return found.record

    def _visible(self, chat: Chat) -> tuple[Message, ...]:
        stored = self._table.messages.get(chat.id, {})
        return visible_messages(chat, (stored[number] for number in sorted(stored)))


def _newest(messages: Sequence[Message], max_bytes: int) -> tuple[Message, ...]:
    left, newest = max_bytes, list[Message]()
    for message in reversed(messages):
        stored = replace(message, outcome_sent=False, untold=None, deliverer=None, feedback=None)
        left -= len(dump(to_document(stored)))
        if newest and left < 0:
            break
        newest.append(message)
    return tuple(reversed(newest))


def _grants(roles: dict[Principal, Role]) -> tuple[Grant, ...]:
    found: Iterable[Grant] = (Grant(principal, role) for principal, role in roles.items())
    return tuple(sorted(found, key=lambda grant: str(grant.principal)))
