"""Answers a post: opens the turn and delivers it, or hands it off to its runner."""

import logging
from functools import partial
from typing import Never

from threadcast.delivery.broadcast import Broadcast
from threadcast.delivery.recorded_turn import Recording
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.delivery.terminal_delivery import TerminalDeliveries
from threadcast.delivery.turn_broadcaster import TurnBroadcaster
from threadcast.domain.chat import Chat
from threadcast.domain.error_report import error_facts
from threadcast.domain.turn_events import ChatOpened
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.errors import AlreadyOpened, StoreError
from threadcast.ports import Clock, Connection, Handoff
from threadcast.turns.commands import PostRequest
from threadcast.turns.message_quota import MessageQuota
from threadcast.turns.opening.open_turn import OpenedTurn, TurnOpener
from threadcast.turns.opening.start_runner import RunnerStart
from threadcast.turns.recovery.replay import TurnReplay
from threadcast.turns.request_context import RequestContext
from threadcast.turns.running.registered_audience import RegisteredAudience

__all__ = ["PostThread"]

_log = logging.getLogger(__name__)


class PostThread:
    """The use case of `/chats/post`."""

    def __init__(
        self,
        *,
        opener: TurnOpener,
        quota: MessageQuota,
        replay: TurnReplay,
        start: RunnerStart,
        broadcaster: TurnBroadcaster,
        deliveries: TerminalDeliveries,
        clock: Clock,
        policy: TurnPolicy,
        stream: StreamPolicy,
    ) -> None:
        self._opener = opener
        self._quota = quota
        self._replay = replay
        self._start = start
        self._broadcaster = broadcaster
        self._deliveries = deliveries
        self._clock = clock
        self._policy = policy
        self._stream = stream

    def serve(self, request: PostRequest, context: RequestContext) -> tuple[Never, ...]:
        """Open the turn and deliver all of it, or hand it off to its runner; there is no other result.

        Raises the `ClientFault` that fits, nothing written then, `OutOfTime` or `StoreUnavailable`.
        """
        try:
            opened = self._opener.open(
                request,
                context.user,
                context.request_key,
                context.echo,
                context.remaining_s,
                context.presence,
            )
        except AlreadyOpened as former:
            if context.presence is not None:
                self._quota.charge(context.user, context.presence)
            self._replay.replay_turn(former, context)
            return ()
        try:
            self._subscribe(opened.view.chat, context)
            if opened.rest:
                self._deliver_all(opened, context)
            else:
                self._hand_off(opened, context)
        except Exception as error:  # noqa: BLE001 - an opened turn has its own end: a refusal would be a second one
            _log.error("delivery_raised", extra={"message_id": opened.message.id, **error_facts(error)})
        return ()

    def _subscribe(self, chat: Chat, context: RequestContext) -> None:
        """Let this connection receive the turns that others start in a chat that is shared with the user."""
        try:
            self._broadcaster.connections.subscribe(chat, context.connection, context.user)
        except StoreError as error:
            _log.warning("chat_not_opened", extra={"chat_id": chat.id, "reason": type(error).__name__})

    def _deliver_all(self, opened: OpenedTurn, context: RequestContext) -> None:
        """Deliver a prompt-less turn, whose outcome was stored as it was opened."""
        source = Recording([ChatOpened(opened.view)], opened.rest)
        delivery = self._deliveries.of(opened.message, opened.view.chat)
        with self._broadcaster.broadcast_new(source, opened.message, opened.unsettled) as broadcast:
            delivery.begin(opened.message.updated_at, broadcast.gate)
            broadcast.deliver_to(_asker_first(opened, context))
            time_left_s = max(context.remaining_s() - 1, 0.0)
            delivery.await_delivery(
                self._audience(broadcast, opened, context),
                min(2 * self._policy.closing_push_s, time_left_s),
            )

    def _audience(
        self, broadcast: Broadcast, opened: OpenedTurn, context: RequestContext
    ) -> RegisteredAudience:
        """Return the audience of a prompt-less turn: it gains the connections stored since admission."""
        message = opened.message
        request = Handoff(message.chat_id, message.id, context.user, asker=context.connection)
        # The chat is new, so nobody else sees it yet.
        listed = partial(self._broadcaster.connections.of, opened.view.chat, context.user.id)
        return RegisteredAudience(broadcast, request, message.created_at, listed)

    def _hand_off(self, opened: OpenedTurn, context: RequestContext) -> None:
        """Deliver `initializeChat` for `opening_push_s` at most, then start the runner in any case.

        The runner brings connections up to date that have not received it by then. No post starts later than
        `gate_s` after the turn has opened: from then on a stop may close it at once, and another turn begin.
        """
        source = Recording([ChatOpened(opened.view)])
        with self._broadcaster.broadcast_new(source, opened.message, opened.unsettled) as broadcast:
            age_s = (self._clock.now() - opened.message.created_at).total_seconds()
            broadcast.gate.open_until(self._clock.monotonic_s() - age_s + self._stream.gate_s)
            try:
                broadcast.deliver_to(_asker_first(opened, context))
                broadcast.wait_until_opened(self._policy.opening_push_s)
            finally:
                broadcast.stop_posting()
                # Read in this order: what is accepted in between has certainly arrived.
                in_doubt = broadcast.in_doubt()
                reached = broadcast.acknowledged()
                self._start.start(
                    Handoff(
                        opened.view.chat.id,
                        opened.message.id,
                        context.user,
                        reached=tuple(reached),
                        in_doubt=tuple(in_doubt - reached),
                        asker=context.connection,
                        unsettled=broadcast.unsettled(),
                    )
                )


def _asker_first(opened: OpenedTurn, context: RequestContext) -> tuple[Connection, ...]:
    others = (each for each in opened.connections if each.id != context.connection.id)
    return (context.connection, *others)
