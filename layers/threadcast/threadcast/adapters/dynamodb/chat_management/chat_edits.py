"""`DynamoChatEdits`: renames, shares, hides and copies chats, and stores marks and feedback."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from threadcast.adapters.dynamodb import keys
from threadcast.adapters.dynamodb.item_mapping import NO_ROLE, chat_values, feedback_values, message_values
from threadcast.adapters.dynamodb.sdk.error_translation import ConditionFailed, WriteConflict
from threadcast.adapters.dynamodb.sdk.table import DynamoTable
from threadcast.adapters.dynamodb.sdk.write_requests import Write, delete, put, update, update_expression
from threadcast.adapters.json_documents import timestamp
from threadcast.domain.access import Grant, Principal
from threadcast.domain.chat import Chat
from threadcast.domain.feedback import Feedback
from threadcast.domain.message import Message
from threadcast.errors import StaleRead

__all__ = ["DynamoChatEdits"]

_CHANGED = ("title", "own_title", "updated_at", "shared_at", "deleted_at", "version", "gsi1pk", "gsi1sk")


class DynamoChatEdits:
    """A `ChatEdits`."""

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def change(self, chat: Chat) -> None:
        """Store a chat's changes; raises `StaleRead` if it is not current."""
        values = chat_values(chat)
        present = [name for name in _CHANGED if name in values]
        settings = [f"{name} = :{name}" for name in present]
        named: dict[str, Any] = {name: values[name] for name in present}
        if chat.running_turn is not None and chat.running_turn.stop_requested:
            settings.append("running_turn.stop_requested = :true")
            named["true"] = True
        # Every opening and every end of a turn increases the version, so the turn that was read runs.
        self._write(
            update(
                keys.chat(chat.id),
                update_expression(settings, [name for name in _CHANGED if name not in values]),
                condition="version = :read_version",
                expression_values={**named, "read_version": chat.version - 1},
            )
        )

    def set_favorite(self, chat_id: str, user_id: str, *, is_favorited: bool) -> None:
        """Set the user's mark, beside the user's role on the chat, which every reading of a chat reads."""
        self._table.write(
            update(
                keys.role(keys.chat(chat_id), Principal("user", user_id)),
                "SET is_favorited = :value, #role = if_not_exists(#role, :none)",
                expression_values={"value": is_favorited, "none": NO_ROLE},
                expression_names={"role": "role"},
            )
        )

    def copy(self, chat: Chat, messages: Sequence[Message]) -> bool:
        """Store a new chat, hidden until its last message is stored; False if it exists already."""
        hidden = replace(chat, deleted_at=chat.created_at)
        try:
            self._table.write(
                put(keys.chat(chat.id), chat_values(hidden), condition="attribute_not_exists(pk)")
            )
        except ConditionFailed:
            return False
        for message in messages:
            self._table.write(put(keys.message(chat.id, message.number), message_values(message)))
        self._write(
            update(
                keys.chat(chat.id),
                "SET gsi1pk = :owner REMOVE deleted_at",
                condition="attribute_exists(pk)",
                expression_values={"owner": chat_values(chat)["gsi1pk"]},
            )
        )
        return True

    def give_feedback(self, feedback: Feedback) -> None:
        """Store a user's feedback as an item of its own, and its rating beside the message."""
        key = keys.feedback(feedback.chat_id, feedback.number, feedback.user_id)
        self._table.write(delete(key) if feedback.rating is None else put(key, feedback_values(feedback)))
        self._write(
            update(
                keys.message(feedback.chat_id, feedback.number),
                "REMOVE feedback" if feedback.rating is None else "SET feedback = :rating",
                condition="message_id = :message_id",
                expression_values={"rating": feedback.rating, "message_id": feedback.message_id},
            )
        )

    def grant(self, chat_id: str, grant: Grant, now: datetime) -> None:
        """Grant a role; its item is in the index of the chats that are shared with the principal."""
        self._table.write(
            update(
                keys.role(keys.chat(chat_id), grant.principal),
                "SET #role = :role, gsi1pk = :shared, gsi1sk = if_not_exists(gsi1sk, :now)",
                expression_values={
                    "role": grant.role.value,
                    "shared": keys.shared(grant.principal),
                    "now": timestamp(now),
                },
                expression_names={"role": "role"},
            )
        )

    def revoke(self, chat_id: str, principal: Principal) -> None:
        """Revoke the principal's role, and with it the user's mark."""
        self._table.write(delete(keys.role(keys.chat(chat_id), principal)))

    def _write(self, write: Write) -> None:
        try:
            self._table.write(write)
        except (ConditionFailed, WriteConflict) as error:
            raise StaleRead from error
