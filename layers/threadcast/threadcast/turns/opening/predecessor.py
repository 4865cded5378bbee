"""What to do about the turn before, in a chat where another wants to begin."""

from collections.abc import Collection

from threadcast.domain.chat import RunningTurn
from threadcast.domain.message import Message
from threadcast.errors import Conflict
from threadcast.ports import StoredChat
from threadcast.turns.desk import Desk
from threadcast.turns.recovery.close_turn import close_if_abandoned, wait_for_delivery

__all__ = ["wait_for_running_turn", "wait_for_terminal_delivery"]

_LOOK_AGAIN_S = 0.1


def wait_for_running_turn(stored: StoredChat, desk: Desk, *, replacing: bool) -> None:
    """Return once the chat's running turn is over; raises `Conflict`.

    A turn whose lease has lapsed is closed here. One that lives is only ended for a replacement, which waits
    for it a few seconds at most.
    """
    chat, running = stored.chat, stored.chat.running_turn
    if running is None or close_if_abandoned(stored, desk):
        return
    if not replacing:
        raise Conflict(chat.id)
    desk.chats.request_stop(chat.id, running.message_id)
    give_up_s = desk.clock.monotonic_s() + desk.policy.replace_wait_s
    while not _over(chat.id, running, desk):
        if desk.clock.monotonic_s() >= give_up_s:
            raise Conflict(chat.id)
        desk.clock.sleep(_LOOK_AGAIN_S)


def wait_for_terminal_delivery(newest: Message | None, desk: Desk) -> Collection[str] | None:
    """Wait until the newest message's end was told: its `complete` must not follow the next turn's start.

    A few seconds at most: whoever tells it gives the slow up once the next turn has begun (they hear of the
    end from its `initializeChat`), and one that died is left to its undertaker. Gives the ids of the
    connections that a frame of that end may still be on its way to, None where that may be any of them.
    """
    if newest is None or newest.outcome is None:
        return ()
    told = newest
    if not newest.outcome_sent:
        told = wait_for_delivery(newest.chat_id, newest.id, desk, desk.policy.replace_wait_s) or newest
    return () if told.outcome_sent and told.untold is None else told.untold


def _over(chat_id: str, running: RunningTurn, desk: Desk) -> bool:
    now_running = desk.chats.running_turn(chat_id)
    return now_running is None or now_running.message_id != running.message_id
