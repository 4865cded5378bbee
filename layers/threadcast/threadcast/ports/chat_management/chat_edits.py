"""The port `ChatEdits`: what changes chats outside their turns."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from threadcast.domain.access import Grant, Principal
from threadcast.domain.chat import Chat
from threadcast.domain.feedback import Feedback
from threadcast.domain.message import Message

__all__ = ["ChatEdits"]


class ChatEdits(Protocol):
    """Changes chats. Every method raises `StoreUnavailable`."""

    def change(self, chat: Chat) -> None:
        """Store what `Chat.rename`, `share` or `delete` has changed; raises `StaleRead` if it is not current.

        `chat.version` is one more than was read.
        """
        ...

    def set_favorite(self, chat_id: str, user_id: str, *, is_favorited: bool) -> None:
        """Set the user's mark on a chat."""
        ...

    def copy(self, chat: Chat, messages: Sequence[Message]) -> bool:
        """Store a new chat with messages that have ended; False if a chat of this id exists already.

        A copy that fails half way is never seen, and is erased like a deleted chat.
        """
        ...

    def give_feedback(self, feedback: Feedback) -> None:
        """Store a user's feedback on a message, replacing their former one."""
        ...

    def grant(self, chat_id: str, grant: Grant, now: datetime) -> None:
        """Grant a role on a chat, replacing the one that the principal holds."""
        ...

    def revoke(self, chat_id: str, principal: Principal) -> None:
        """Revoke the principal's role, if any."""
        ...
