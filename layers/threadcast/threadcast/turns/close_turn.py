"""Close a turn whose runner is dead, never started, or died between deciding the outcome and telling it."""

import logging
from dataclasses import replace

from threadcast.domain.access import Role
from threadcast.domain.chat import Chat, ChatView, RunningTurn
from threadcast.domain.message import Message, Outcome, TextResponse
from threadcast.errors import ClaimLost
from threadcast.events import AnswerClosed, ChatOpened, TurnCompleted, TurnFailed
from threadcast.ports import Claim, StoredChat
from threadcast.stream.recording import Recording
from threadcast.turns.desk import Desk
from threadcast.turns.telling import address_of, broadcast, record_told

__all__ = ["close_dead_turn", "close_if_dead", "failed", "let_it_be_told", "terminal_event"]

_log = logging.getLogger(__name__)

_LOOK_AGAIN_S = 0.1

DEFAULT_ROUTE = "/chats/post"


def failed(message_id: str, desk: Desk, explanation: str | None = None) -> Outcome:
    """A failure to tell the user: a fixed sentence, and a reference that is in the log too."""
    reference_id = desk.new_id()
    _log.error("turn_failed", extra={"message_id": message_id, "reference_id": reference_id})
    return Outcome("failed", "INTERNAL_SERVER_ERROR", explanation, reference_id)


def close_dead_turn(
    chat_id: str,
    message_id: str,
    desk: Desk,
    *,
    never_started: bool = False,
    route: str | None = DEFAULT_ROUTE,
    request_id: str | None = None,
) -> None:
    """End the turn if nobody has, then tell its outcome if nobody has.

    A runner's lease must have lapsed: one that lives keeps its turn and nothing happens here. With
    `never_started` the caller knows that no runner will come: a turn without a claim is closed at once.
    """
    stored = desk.chats.load(chat_id, (), max_bytes=desk.policy.history_bytes)
    message = None if stored is None else _find(stored, message_id, desk)
    if stored is None or message is None:
        return
    if message.outcome is not None and not message.outcome_sent:
        message = let_it_be_told(chat_id, message_id, desk) or message
    if message.outcome is None:
        decided = _decide(stored, message, desk, never_started=never_started)
        if decided is None:
            return
        stored, message = decided
    if not message.outcome_sent:
        _tell(stored, message, route, request_id, desk)
        record_told(message, desk)


def close_if_dead(chat: Chat, desk: Desk) -> bool:
    """Close the chat's running turn if its lease has lapsed; whether it had."""
    running = chat.running_turn
    if running is None or running.lease_until > desk.clock.now():
        return False
    close_dead_turn(chat.id, running.message_id, desk)
    return True


def let_it_be_told(chat_id: str, message_id: str, desk: Desk) -> Message | None:
    """Wait, within bounds, for whoever ended the turn to have told it; the message as it stands then.

    Two who tell one connection at the same time would mix up their frames: chunks after the last frame.
    """
    give_up_s = desk.clock.monotonic_s() + desk.policy.closing_push_s
    while True:
        message = desk.chats.message(chat_id, message_id)
        if message is None or message.outcome_sent or desk.clock.monotonic_s() >= give_up_s:
            return message
        desk.clock.sleep(_LOOK_AGAIN_S)


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
    stored: StoredChat, message: Message, route: str | None, request_id: str | None, desk: Desk
) -> None:
    user_id = message.sender.id
    view = ChatView(stored.chat, stored.messages, stored.role or Role.OWNER, stored.grants)
    closures = [
        AnswerClosed(part.id, part.text, part.originating_tool_name)
        for part in message.responses
        if isinstance(part, TextResponse)
    ]
    source = Recording([ChatOpened(view)], [*closures, terminal_event(message, view)])
    address = address_of(stored.chat.id, message.id, message.sender, route, request_id)
    with broadcast(source, address, desk) as audience:
        audience.tell(desk.connections.presence(user_id).connections)
        audience.settled(desk.policy.closing_push_s)
