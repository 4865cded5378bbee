"""Answers a duplicate request with its turn's present state, instead of opening a second turn."""

import logging
from dataclasses import replace

from threadcast.delivery.former_end import unsettled
from threadcast.delivery.recorded_turn import Recording
from threadcast.delivery.store_retry import StoreRetry
from threadcast.delivery.turn_broadcaster import TurnBroadcaster
from threadcast.domain.chat import Chat, RunningTurn
from threadcast.domain.message import Message
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.errors import AlreadyOpened, StoreError
from threadcast.ports import ChatStore, Clock, Connection, ConnectionStore, Handoff
from threadcast.turns.opening.open_turn import sender_of
from threadcast.turns.opening.start_runner import RunnerStart
from threadcast.turns.recovery.chat_sender import ChatSender
from threadcast.turns.recovery.close_turn import TurnCloser
from threadcast.turns.recovery.present_state import TurnState, present_state
from threadcast.turns.request_context import RequestContext

__all__ = ["TurnReplay"]

_LOOK_AGAIN_S = 0.1

_log = logging.getLogger(__name__)


class TurnReplay:
    """Answers duplicate requests."""

    def __init__(
        self,
        *,
        chats: ChatStore,
        connections: ConnectionStore,
        clock: Clock,
        policy: TurnPolicy,
        closer: TurnCloser,
        start: RunnerStart,
        broadcaster: TurnBroadcaster,
        sender: ChatSender,
        retry: StoreRetry,
    ) -> None:
        self._chats = chats
        self._connections = connections
        self._clock = clock
        self._policy = policy
        self._closer = closer
        self._start = start
        self._broadcaster = broadcaster
        self._sender = sender
        self._retry = retry

    def replay_turn(self, former: AlreadyOpened, context: RequestContext) -> None:
        """Deliver the state of the turn that this request opened before; raises `NotFound`.

        Where the store fails, or is unavailable for too long, nothing is sent: the turn has its own end, and
        a refusal would be a second one.
        """
        try:
            self._retry(lambda: self._replay(former, context))
        except StoreError as error:
            facts = {"message_id": former.message_id, "reason": type(error).__name__}
            _log.warning("duplicate_request_not_answered", extra=facts)

    def _replay(self, former: AlreadyOpened, context: RequestContext) -> None:
        """While the turn runs, only its runner knows what this connection has received: request a catch-up.

        The runner looks for such requests once more after the turn has ended in the store, so it finds every
        one that is written while the turn runs.
        """
        running = self._running(former)
        if running is not None and running.has_expired(self._clock.now()):
            asker = context.connection
            if self._closer.close_abandoned_turn(former.chat_id, former.message_id, asker=asker):
                return
        elif running is not None:
            self._connections.add(replace(context.connection, catch_up_at=self._clock.now()))
            if running.claim is None and not self._start_again(former, context):
                return
            if self._running(former) is not None:
                return
        message = self._wait_for_record(former)
        if message is not None and self._closer.has_no_deliverer(message):
            self._closer.close_abandoned_turn(former.chat_id, former.message_id, asker=context.connection)
        elif message is None or not _may_reach(message, context.connection):
            for events in self._sender.answers(context, lambda: self._present_state(former, context)):
                self._deliver(events, former, context)

    def _wait_for_record(self, former: AlreadyOpened) -> Message | None:
        """Wait until it is recorded whom the turn's end has reached; return the message, None if replaced.

        A process that delivers the end makes the first record within half of `poll_s`. Two processes that
        post to one connection at the same time would mix their frames.
        """
        deadline_s = self._clock.monotonic_s() + 2 * self._policy.poll_s
        while True:
            message = self._chats.message(former.chat_id, former.message_id)
            if unsettled(message) is not None or self._clock.monotonic_s() >= deadline_s:
                return message
            self._clock.sleep(_LOOK_AGAIN_S)

    def _present_state(self, former: AlreadyOpened, context: RequestContext) -> tuple[Chat, TurnState]:
        state = present_state(
            former.chat_id,
            former.message_id,
            context.user,
            self._chats,
            self._policy.history_bytes,
            has_runner_frames=True,
        )
        return state[0].view.chat, state

    def _deliver(self, state: TurnState, former: AlreadyOpened, context: RequestContext) -> None:
        opened, *rest = state
        address = replace(
            context.address,
            chat_id=former.chat_id,
            message_id=former.message_id,
            sender=sender_of(context.user),
        )
        with self._broadcaster.broadcast(Recording([opened], rest), address) as broadcast:
            broadcast.deliver_to([context.connection])
            broadcast.wait_until_delivered(self._policy.closing_push_s)

    def _start_again(self, turn: AlreadyOpened, context: RequestContext) -> bool:
        """Start a runner for an unclaimed turn: the process that opened it may have died before.

        If another runner starts all the same, only one of the two can claim the turn. Return whether the
        runner was started.
        """
        listening = self._connections.presence(context.user.id).connections
        in_doubt = tuple(connection.id for connection in listening)
        return self._start.start(
            Handoff(turn.chat_id, turn.message_id, context.user, in_doubt=in_doubt, asker=context.connection)
        )

    def _running(self, turn: AlreadyOpened) -> RunningTurn | None:
        running = self._chats.running_turn(turn.chat_id)
        return running if running is not None and running.message_id == turn.message_id else None


def _may_reach(message: Message, connection: Connection) -> bool:
    """Return whether the process that delivers the turn's end may still post to this connection."""
    reaches = unsettled(message)
    return reaches is None or connection.id in reaches
