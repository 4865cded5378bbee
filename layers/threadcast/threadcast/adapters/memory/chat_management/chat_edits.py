"""`MemoryChatEdits`: renames, shares, hides and copies chats, and stores marks and feedback."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from threadcast.adapters.memory.table import MemoryTable
from threadcast.domain.access import Grant, Principal
from threadcast.domain.chat import Chat
from threadcast.domain.feedback import Feedback
from threadcast.domain.message import Message
from threadcast.errors import StaleRead

__all__ = ["MemoryChatEdits"]


class MemoryChatEdits:
    """A `ChatEdits`."""

    def __init__(self, table: MemoryTable) -> None:
        self._table = table

    def change(self, chat: Chat) -> None:
        """Store a chat's changes; raises `StaleRead` if it is not current."""
        with self._table.lock:
            stored = self._table.chats.get(chat.id)
            if stored is None or stored.version != chat.version - 1:
                raise StaleRead
            turn = stored.running_turn
            if turn is not None and chat.running_turn is not None and chat.running_turn.stop_requested:
                turn = replace(turn, stop_requested=True)
            self._table.chats[chat.id] = replace(chat, running_turn=turn)

    def set_favorite(self, chat_id: str, user_id: str, *, is_favorited: bool) -> None:
        """Set the user's mark on a chat."""
        with self._table.lock:
            if is_favorited:
                self._table.favorites.add((chat_id, user_id))
            else:
                self._table.favorites.discard((chat_id, user_id))

    def copy(self, chat: Chat, messages: Sequence[Message]) -> bool:
        """Store a new chat with messages that have ended; False if it exists already."""
        with self._table.lock:
            if chat.id in self._table.chats:
                return False
            self._table.chats[chat.id] = chat
            self._table.messages[chat.id] = {message.number: message for message in messages}
        return True

    def give_feedback(self, feedback: Feedback) -> None:
        """Store a user's feedback, and its rating in the message."""
        key = (feedback.chat_id, feedback.number, feedback.user_id)
        with self._table.lock:
            message = self._table.messages.get(feedback.chat_id, {}).get(feedback.number)
            if message is None or message.id != feedback.message_id:
                raise StaleRead
            self._table.messages[feedback.chat_id][feedback.number] = replace(
                message, feedback=feedback.rating
            )
            if feedback.rating is None:
                self._table.feedback.pop(key, None)
            else:
                self._table.feedback[key] = feedback

    def grant(self, chat_id: str, grant: Grant, now: datetime) -> None:  # noqa: ARG002 - the order of insertion
        """Grant a role on a chat, replacing the one that the principal holds."""
        with self._table.lock:
            self._table.chat_roles.setdefault(chat_id, {})[grant.principal] = grant.role

    def revoke(self, chat_id: str, principal: Principal) -> None:
        """Revoke the principal's role, and with it the user's mark."""
        with self._table.lock:
            self._table.chat_roles.get(chat_id, {}).pop(principal, None)
            self._table.favorites.discard((chat_id, principal.id))
