"""Close a turn whose runner is dead, never started, or died between deciding the outcome and telling it."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from threadcast.delivery.recorded_turn import Recording
from threadcast.domain.access import Principal, Role, strongest
from threadcast.domain.chat import ChatView, RunningTurn
from threadcast.domain.message import (
    FilesStep,
    Message,
    Outcome,
    PillsStep,
    ReasoningText,
    Sender,
    TextResponse,
)
from threadcast.domain.turn_events import (
    AnswerClosed,
    ChatOpened,
    FilesChanged,
    PillsChanged,
    ReasoningClosed,
    TurnCompleted,
    TurnEvent,
    TurnFailed,
)
from threadcast.errors import ClaimLost
from threadcast.ports import Claim, Connection, StoredChat
from threadcast.turns.desk import Desk
from threadcast.turns.terminal_delivery import TerminalDelivery
from threadcast.turns.turn_broadcast import address_of, broadcast

__all__ = [
    "close_abandoned_turn",
    "close_if_abandoned",
    "failed",
    "is_abandoned",
    "terminal_event",
    "wait_for_delivery",
]

_log = logging.getLogger(__name__)

_LOOK_AGAIN_S = 0.1


def failed(message_id: str, desk: Desk, explanation: str | None = None) -> Outcome:
    """A failure to tell the user: a fixed sentence, and a reference that is in the log too."""
    reference_id = desk.new_id()
    _log.error("turn_failed", extra={"message_id": message_id, "reference_id": reference_id})
    return Outcome("failed", "INTERNAL_SERVER_ERROR", explanation, reference_id)


def close_abandoned_turn(
    chat_id: str,
    message_id: str,
    desk: Desk,
    *,
    asker: Connection | None = None,
    in_doubt: frozenset[str] = frozenset(),
    never_started: bool = False,
) -> bool:
    """End the turn if nobody has, then tell its outcome if nobody has; whether it was told here.

    A runner's lease must have lapsed: one that lives keeps its turn and nothing happens here. With
    `never_started` the caller knows that no runner will come: a turn without a claim is closed at once.
    Told are the user's open connections, and `asker` even where the registry does not know it; to those
    `in_doubt` a post may still be on its way.
    """
    stored = desk.chats.load(chat_id, (), max_bytes=desk.policy.history_bytes)
    message = None if stored is None else _find(stored, message_id, desk)
    if stored is None or message is None:
        return False
    if message.outcome is not None and not message.outcome_sent:
        message = wait_for_delivery(chat_id, message_id, desk) or message
    if message.outcome is None:
        decided = _decide(stored, message, desk, never_started=never_started)
        if decided is None:
            return False
        stored, message = decided
    if message.outcome_sent:
        return False
    _tell(stored, message, asker, in_doubt, desk)
    return True


def close_if_abandoned(stored: StoredChat, desk: Desk) -> bool:
    """Close the chat's running turn if its lease has lapsed; whether it had.

    Where none runs, an end that nobody has told in all the time there was for it is told now.
    """
    running = stored.chat.running_turn
    if running is None:
        newest = stored.messages[-1] if stored.messages else None
        if newest is not None and _was_never_delivered(newest, desk):
            close_abandoned_turn(stored.chat.id, newest.id, desk)
        return False
    if not is_abandoned(stored, desk):
        return False
    close_abandoned_turn(stored.chat.id, running.message_id, desk)
    return True


def is_abandoned(stored: StoredChat, desk: Desk) -> bool:
    """Whether the chat's running turn is one whose lease has lapsed."""
    running = stored.chat.running_turn
    return running is not None and running.lease_until <= desk.clock.now()


def wait_for_delivery(
    chat_id: str, message_id: str, desk: Desk, within_s: float | None = None
) -> Message | None:
    """Wait, within bounds, for whoever ended the turn to have told it; the message as it stands then.

    Two who tell one connection at the same time would mix up their frames: chunks after the last frame.
    """
    patience_s = desk.policy.closing_push_s if within_s is None else within_s
    give_up_s = desk.clock.monotonic_s() + patience_s
    while True:
        message = desk.chats.message(chat_id, message_id)
        if message is None or message.outcome_sent or desk.clock.monotonic_s() >= give_up_s:
            return message
        if _was_never_delivered(message, desk):
            return message
        desk.clock.sleep(_LOOK_AGAIN_S)


def _was_never_delivered(message: Message, desk: Desk) -> bool:
    """Whether an outcome was decided so long ago that whoever wanted to tell it must have died.

    A runner tries to store it for a lease at most, then records that it was told after `closing_push_s`.
    """
    recorded_by = message.updated_at + timedelta(seconds=desk.policy.lease_s + desk.policy.closing_push_s)
    return message.outcome is not None and not message.outcome_sent and desk.clock.now() >= recorded_by


def terminal_event(message: Message, view: ChatView) -> TurnCompleted | TurnFailed:
    """The last event of a turn whose outcome is decided."""
    if message.outcome is not None and message.outcome.kind == "failed":
        return TurnFailed(message.outcome)
    return TurnCompleted(view)


def _find(stored: StoredChat, message_id: str, desk: Desk) -> Message | None:
    loaded = next((message for message in stored.messages if message.id == message_id), None)
    return loaded or desk.chats.message(stored.chat.id, message_id)


def _decide(
    stored: StoredChat, message: Message, desk: Desk, *, never_started: bool
) -> tuple[StoredChat, Message] | None:
    running = stored.chat.running_turn
    now = desk.clock.now()
    if running is None or running.message_id != message.id or _alive(running, never_started, desk):
        return None
    outcome = failed(message.id, desk)
    closed = replace(_closed(message), outcome=outcome, updated_at=now)
    chat = replace(stored.chat, running_turn=None, updated_at=now, version=stored.chat.version + 1)
    claim = Claim(chat.id, message.id, running.user_id, running.claim)
    lapsed_at = max(now, running.lease_until) if running.claim is None and never_started else now
    try:
        desk.turns.decide(claim, chat, closed, lease_lapsed_at=lapsed_at)
    except ClaimLost:
        return None
    kept = tuple(closed if other.id == closed.id else other for other in stored.messages)
    return replace(stored, chat=chat, messages=kept), closed


def _alive(running: RunningTurn, never_started: bool, desk: Desk) -> bool:
    if running.claim is None and never_started:
        return False
    return running.lease_until > desk.clock.now()


def _closed(message: Message) -> Message:
    """The message with nothing left open: what was said is kept, what was being thought has failed."""
    return replace(
        message,
        responses=tuple(
            replace(part, is_final=True) if isinstance(part, TextResponse) else part
            for part in message.responses
        ),
        reasoning=tuple(
            replace(part, status="failed") if part.status == "loading" else part for part in message.reasoning
        ),
    )


def _tell(
    stored: StoredChat, message: Message, asker: Connection | None, in_doubt: frozenset[str], desk: Desk
) -> None:
    listeners = {each.id: each for each in desk.connections.presence(message.sender.id).connections}
    if asker is not None:
        listeners.setdefault(asker.id, asker)
    ending = TerminalDelivery(message, desk)
    may_post = ending.may_post if _is_newest(message, stored) else lambda: True
    ending.begin(message.updated_at)
    with broadcast(_recording(stored, message), address_of(message), desk, may_post) as told:
        told.tell(listeners.values(), in_doubt=in_doubt)
        ending.await_delivery(told, 2 * desk.policy.closing_push_s)


def _is_newest(message: Message, stored: StoredChat) -> bool:
    return message.number == stored.chat.next_message_number - 1


def _recording(stored: StoredChat, message: Message) -> Recording:
    """The turn as it ended. Where a newer turn has told the chat since, only a failure is left to be told."""
    view = ChatView(stored.chat, stored.messages, _role_of(message.sender, stored), stored.grants)
    end = terminal_event(message, view)
    if not _is_newest(message, stored):
        return Recording([], [end] if isinstance(end, TurnFailed) else [])
    return Recording([ChatOpened(view)], [*_closures(message), end])


def _role_of(sender: Sender, stored: StoredChat) -> Role:
    """What is known of the sender's role without asking for their organisation; they could edit at least."""
    if stored.chat.owner.id == sender.id:
        return Role.OWNER
    held = [grant.role for grant in stored.grants if grant.principal == Principal("user", sender.id)]
    return strongest([Role.CAN_EDIT, *held]) or Role.CAN_EDIT


def _closures(message: Message) -> Iterator[TurnEvent]:
    """The end of everything that may still be open in a tab that does not listen to `initializeChat`."""
    for step in message.reasoning:
        match step:
            case ReasoningText():
                yield ReasoningClosed(step)
            case PillsStep():
                yield PillsChanged(step)
            case FilesStep():
                yield FilesChanged(step)
            case _:
                assert_never(step)
    for part in message.responses:
        if isinstance(part, TextResponse):
            yield AnswerClosed(part.id, part.text, part.originating_tool_name)
