"""A turn as it is stored, as events."""

from threadcast.domain.turn_events import ChatOpened, TurnEvent
from threadcast.domain.user import User
from threadcast.errors import NotFound
from threadcast.ports import ChatStore
from threadcast.turns.opening.target import visible_chat
from threadcast.turns.recovery.close_turn import terminal_event

__all__ = ["present_state"]


def present_state(
    chat_id: str, message_id: str, user: User, chats: ChatStore, history_bytes: int
) -> tuple[TurnEvent, ...]:
    """Return the chat, with every later message, then the turn's terminal event if it has ended.

    Raises `NotFound`, also where the message was replaced since.
    """
    stored = visible_chat(chat_id, user, chats, history_bytes)
    message = stored.find(message_id) or chats.message(chat_id, message_id)
    if message is None:
        raise NotFound("Message")
    view = stored.view()
    opened = ChatOpened(view)
    return (opened,) if message.outcome is None else (opened, terminal_event(message, view))
