"""A turn as it is stored, as events."""

from threadcast.domain.turn_events import ChatOpened, TurnCompleted, TurnEvent
from threadcast.domain.user import User
from threadcast.ports import ChatStore
from threadcast.turns.opening.target import visible_chat
from threadcast.turns.recovery.close_turn import terminal_event

__all__ = ["TurnState", "present_state"]

TurnState = tuple[ChatOpened, *tuple[TurnEvent, ...]]
"""The events of a turn as stored: the chat, then the terminal event if the turn has ended."""


def present_state(
    chat_id: str,
    message_id: str,
    user: User,
    chats: ChatStore,
    history_bytes: int,
    *,
    has_runner_frames: bool = False,
) -> TurnState:
    """Return the chat, with every later message, then the turn's terminal event if it has ended.

    With `has_runner_frames`, an answer under way is left to the frames of its runner.

    A turn whose message was replaced since has ended: its terminal event is the chat as it is now. Raises
    `NotFound` where the user may not see the chat any more.
    """
    stored = visible_chat(chat_id, user, chats, history_bytes)
    message = stored.find(message_id) or chats.message(chat_id, message_id)
    view = stored.view().without_running_answer(user.id) if has_runner_frames else stored.view()
    opened = ChatOpened(view)
    if message is None:
        return (opened, TurnCompleted(view))
    return (opened,) if message.outcome is None else (opened, terminal_event(message, view))
