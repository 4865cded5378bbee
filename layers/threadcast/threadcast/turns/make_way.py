"""What to do about a turn that is already running in a chat where another wants to begin."""

from threadcast.domain.chat import Chat, RunningTurn
from threadcast.errors import Conflict
from threadcast.turns.close_turn import close_if_dead
from threadcast.turns.desk import Desk

__all__ = ["make_way"]

_LOOK_AGAIN_S = 0.1


def make_way(chat: Chat, desk: Desk, *, replacing: bool) -> None:
    """Return once the chat's running turn is over and its terminal frame is out; raises `Conflict`.

    A turn whose lease has lapsed is closed here. One that lives is only ended for a replacement, which waits
    for it a few seconds at most.
    """
    running = chat.running_turn
    if running is None or close_if_dead(chat, desk):
        return
    if not replacing:
        raise Conflict(chat.id)
    desk.chats.request_stop(chat.id, running.message_id)
    give_up_s = desk.clock.monotonic_s() + desk.policy.replace_wait_s
    while not _over(chat.id, running, desk):
        if desk.clock.monotonic_s() >= give_up_s:
            raise Conflict(chat.id)
        desk.clock.sleep(_LOOK_AGAIN_S)


def _over(chat_id: str, running: RunningTurn, desk: Desk) -> bool:
    now_running = desk.chats.running_turn(chat_id)
    if now_running is not None and now_running.message_id == running.message_id:
        return False
    message = desk.chats.message(chat_id, running.message_id)
    return message is None or message.outcome_sent
