"""Closes turns without a runner: never started, abandoned, or ended without the delivery of their end."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from threadcast.delivery.post_gate import PostGate
from threadcast.delivery.recorded_turn import Recording
from threadcast.delivery.terminal_delivery import TerminalDeliveries
from threadcast.delivery.turn_broadcaster import TurnBroadcaster
from threadcast.delivery.turn_connections import TurnConnections
from threadcast.domain.access import Principal, Role, strongest
from threadcast.domain.address import address_of
from threadcast.domain.chat import ChatView, RunningTurn
from threadcast.domain.message import Message, Outcome, ReasoningText, Sender, TextResponse
from threadcast.domain.streamed_parts import AnswerSnapshot, ReasoningSnapshot, StepSnapshot
from threadcast.domain.turn_events import ChatOpened, TurnCompleted, TurnEvent, TurnFailed
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.errors import ClaimLost
from threadcast.ports import (
    ChatStore,
    Claim,
    Clock,
    Connection,
    IdMaker,
    StoredChat,
    TurnStore,
)

__all__ = ["TurnCloser", "failure_of", "terminal_event"]

_log = logging.getLogger(__name__)


def failure_of(message_id: str, new_id: IdMaker, explanation: str | None = None) -> Outcome:
    """Return the outcome of a failed turn: a fixed sentence, and a reference id that the log has too."""
    reference_id = new_id()
    _log.error("turn_failed", extra={"message_id": message_id, "reference_id": reference_id})
    return Outcome("failed", "INTERNAL_SERVER_ERROR", explanation, reference_id)


def terminal_event(message: Message, view: ChatView) -> TurnCompleted | TurnFailed:
    """Return the last event of a turn whose outcome is decided."""
    if message.outcome is not None and message.outcome.kind == "failed":
        return TurnFailed(message.outcome)
    return TurnCompleted(view)


class TurnCloser:
    """Closes abandoned turns and delivers their ends."""

    def __init__(
        self,
        *,
        chats: ChatStore,
        turns: TurnStore,
        connections: TurnConnections,
        clock: Clock,
        new_id: IdMaker,
        policy: TurnPolicy,
        broadcaster: TurnBroadcaster,
        deliveries: TerminalDeliveries,
    ) -> None:
        self._chats = chats
        self._turns = turns
        self._connections = connections
        self._clock = clock
        self._new_id = new_id
        self._policy = policy
        self._broadcaster = broadcaster
        self._deliveries = deliveries

    def close_abandoned_turn(
        self,
        chat_id: str,
        message_id: str,
        *,
        asker: Connection | None = None,
        in_doubt: frozenset[str] | None = frozenset(),
        never_started: bool = False,
        outcome: Outcome | None = None,
        wait_s: float | None = None,
    ) -> bool:
        """Decide the outcome if it is undecided, then deliver it if nobody does; return whether it was done.

        Nothing happens while the runner's lease lasts. With `never_started` no runner will come: a turn
        without a claim is closed at once. The end goes to the user's open connections, and to `asker` even
        where the registry does not list it; a former post may still reach those `in_doubt` (None: any). An
        undecided turn fails, unless `outcome` is given. With `wait_s` the delivery lasts that long at most,
        in seconds, and the sweeper repeats it for the connections that have not received the end by then.
        """
        stored = self._chats.load(chat_id, (), max_bytes=self._policy.history_bytes)
        message = None if stored is None else self._find(stored, message_id)
        if stored is None or message is None:
            return False
        if message.outcome is None:
            decided = self._decide(stored, message, never_started=never_started, outcome=outcome)
            if decided is None:
                return False
            stored, message = decided
        elif not self.was_never_delivered(message):
            return False
        self._deliver(stored, message, asker, in_doubt, wait_s)
        return True

    def close_if_abandoned(self, stored: StoredChat) -> bool:
        """Close the chat's running turn if its lease has expired; return whether it had.

        Where no turn runs, an end whose delivery nobody has begun in the time for it is delivered now. The
        delivery lasts `opening_push_s` at most: a request waits for it.
        """
        running, wait_s = stored.chat.running_turn, self._policy.opening_push_s
        if running is None:
            newest = stored.newest
            if newest is not None and self.has_no_deliverer(newest):
                self.close_abandoned_turn(stored.chat.id, newest.id, wait_s=wait_s)
            return False
        if not self.is_abandoned(stored):
            return False
        self.close_abandoned_turn(stored.chat.id, running.message_id, wait_s=wait_s)
        return True

    def is_abandoned(self, stored: StoredChat) -> bool:
        """Return whether the lease of the chat's running turn has expired."""
        running = stored.chat.running_turn
        return running is not None and running.has_expired(self._clock.now())

    def was_never_delivered(self, message: Message) -> bool:
        """Return whether the outcome was decided so long ago that its deliverer has died."""
        is_undelivered = message.outcome is not None and not message.outcome_sent
        return is_undelivered and self._clock.now() >= self.delivered_until(message)

    def has_no_deliverer(self, message: Message) -> bool:
        """Return whether no process has begun to deliver the end in the time for it.

        Only then a request delivers it. A delivery that was begun is repeated by the sweeper alone: requests
        that took it over from each other, faster than it can post, would leave it undelivered for ever.
        """
        return message.deliverer is None and self.was_never_delivered(message)

    def delivered_until(self, message: Message) -> datetime:
        """Return until when the process that decided the outcome may deliver it without recording that.

        A runner tries to store it for one lease at most.
        """
        return message.updated_at + timedelta(seconds=self._policy.lease_s + self._policy.closing_push_s)

    def _find(self, stored: StoredChat, message_id: str) -> Message | None:
        return stored.find(message_id) or self._chats.message(stored.chat.id, message_id)

    def _decide(
        self, stored: StoredChat, message: Message, *, never_started: bool, outcome: Outcome | None
    ) -> tuple[StoredChat, Message] | None:
        """Store the outcome, by default a failure; None where the turn is not to be closed, or not ours."""
        running, now = stored.chat.running_turn, self._clock.now()
        if running is None or running.message_id != message.id or self._has_runner(running, never_started):
            return None
        closed = message.close_parts().close(outcome or failure_of(message.id, self._new_id), now)
        titled = replace(stored.chat, title=stored.chat.title_after(message.prompt))
        chat = titled.end_turn(now)
        claim = Claim(chat.id, message.id, running.user_id, running.claim)
        expired_at = max(now, running.lease_until) if running.claim is None and never_started else now
        try:
            self._turns.decide(claim, chat, closed, lease_expired_at=expired_at)
        except ClaimLost:
            return None
        kept = tuple(closed if other.id == closed.id else other for other in stored.messages)
        return replace(stored, chat=chat, messages=kept), closed

    def _has_runner(self, running: RunningTurn, never_started: bool) -> bool:
        if running.claim is None and never_started:
            return False
        return not running.has_expired(self._clock.now())

    def _deliver(
        self,
        stored: StoredChat,
        message: Message,
        asker: Connection | None,
        in_doubt: frozenset[str] | None,
        wait_s: float | None,
    ) -> None:
        present = self._connections.of(stored.chat, message.sender.id)
        listeners = {} if asker is None else {asker.id: asker}
        listeners |= {each.id: each for each in present if _lacks_the_end(each, message)}
        delivery, gate = self._deliveries.of(message, stored.chat), PostGate()
        is_newest = message.number == stored.chat.newest_message_number
        if is_newest:
            delivery.begin(message.updated_at, gate)
        source = _recording(stored, message, is_newest=is_newest)
        with self._broadcaster.broadcast(source, address_of(message), gate) as broadcast:
            if in_doubt is None or message.deliverer is not None:  # another process may still post
                in_doubt = frozenset(listeners)
            broadcast.deliver_to(listeners.values(), in_doubt=in_doubt)
            longest_s = 2 * self._policy.closing_push_s if wait_s is None else wait_s
            if is_newest:
                delivery.await_delivery(broadcast, longest_s)
            else:
                broadcast.wait_until_delivered(longest_s)
                self._turns.record_delivery(message, broadcast.undelivered(), sent=True)


def _lacks_the_end(connection: Connection, message: Message) -> bool:
    """Return whether it is not recorded that the turn's end has reached this connection."""
    return message.untold is None or connection.id in message.untold


def _recording(stored: StoredChat, message: Message, *, is_newest: bool) -> Recording:
    """Return the turn as it ended; where a newer turn has sent the chat since, only a failure."""
    view = stored.view(_role_of(message.sender, stored))
    end = terminal_event(message, view)
    if not is_newest:
        return Recording([], [end] if isinstance(end, TurnFailed) else [])
    return Recording([ChatOpened(view)], [*_closures(message), end])


def _role_of(sender: Sender, stored: StoredChat) -> Role:
    """Return the sender's role as far as it is known without their organisation; they could edit at least."""
    if stored.chat.owner.id == sender.id:
        return Role.OWNER
    held = [grant.role for grant in stored.grants if grant.principal == Principal("user", sender.id)]
    return strongest([Role.CAN_EDIT, *held]) or Role.CAN_EDIT


def _closures(message: Message) -> Iterator[TurnEvent]:
    """Yield the end of every part, for clients that do not handle `initializeChat` in every connection."""
    for step in message.reasoning:
        yield ReasoningSnapshot(step) if isinstance(step, ReasoningText) else StepSnapshot(step)
    for part in message.responses:
        if isinstance(part, TextResponse):
            yield AnswerSnapshot(part)
