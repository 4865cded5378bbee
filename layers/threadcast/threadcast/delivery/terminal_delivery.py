"""Delivers the end of a turn, records how far it got, and stops once a newer turn has begun."""

import logging
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

from threadcast.delivery.audience import Audience
from threadcast.delivery.post_gate import PostGate
from threadcast.delivery.store_retry import StoreRetry
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.delivery.turn_connections import TurnConnections
from threadcast.domain.chat import Chat
from threadcast.domain.message import Message
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.errors import ClaimLost, StoreError
from threadcast.ports import ChatStore, Clock, Connection, IdMaker, TurnStore

__all__ = ["TerminalDeliveries", "TerminalDelivery"]

_log = logging.getLogger(__name__)

_LAST_RECORD_TIMEOUT_S = 3.0
"""For a record that nothing repeats: without it, the sweeper delivers the end again."""


class TerminalDelivery:
    """The delivery of one turn's terminal frame.

    A newer turn may open as soon as the outcome is decided. It posts nothing to a connection until it is
    recorded that the frame has reached it, or until no post of this turn can arrive. So it is recorded soon
    which connections the frame has not reached, and posts go on for `gate_s` after the decision, and after
    each read that has found no newer turn. Once a read finds one, this turn posts nothing more: the other
    connections learn of the end from the newer turn's `initializeChat`.

    Each process that delivers the frame records it by an id of its own. Once another one has taken over, this
    one posts nothing more, `gate_s` after its last read at the latest. Posts of a late process, or of one
    that takes over, begin only after its first record.

    The frame is recorded as sent, so that no process delivers it again, once all have received it, once a
    newer turn has opened, or `give_up_s` after the decision. Until then the sweeper repeats the delivery to
    the connections that have not received it.
    """

    def __init__(
        self,
        message: Message,
        *,
        chats: ChatStore,
        turns: TurnStore,
        listed: Callable[[], tuple[Connection, ...]],
        clock: Clock,
        policy: TurnPolicy,
        stream: StreamPolicy,
        deliverer: str,
    ) -> None:
        self._message = message
        self._deliverer = deliverer
        self._chats = chats
        self._turns = turns
        self._listed = listed
        self._clock = clock
        self._policy = policy
        self._stream = stream
        self._retry = StoreRetry(clock, policy.store_timeout_s)
        self._began_s: float | None = None
        self._decided_at = message.updated_at
        self._free_until_s = 0.0
        self._recorded: tuple[frozenset[str], bool] | None = None
        self._is_taken_over = False

    def begin(self, decided_at: datetime, gate: PostGate) -> None:
        """Start the delivery of an outcome that was decided at `decided_at`, perhaps some time ago."""
        self._began_s = self._clock.monotonic_s()
        self._decided_at = decided_at
        ago_s = (self._clock.now() - decided_at).total_seconds()
        self._free_until_s = self._began_s - ago_s + self._stream.gate_s
        if self._message.deliverer is not None:
            self._free_until_s = self._began_s
        gate.open_until(self._free_until_s)

    def await_delivery(self, audience: Audience, timeout_s: float, *, is_known: bool = False) -> bool:
        """Wait until all have received the end, at most `timeout_s` seconds; record and return whether.

        Nothing is recorded before it is read who all are; `is_known` means that it was, since the decision.
        """
        is_over: bool | None = False
        wait_s = min(self._policy.poll_s / 2, self._free_for_s(), timeout_s)
        while True:
            is_known = is_known or audience.refresh()
            delivered = audience.wait_until_delivered(max(wait_s, 0.0)) and is_known
            if not delivered:
                self._stop_delivery_to_those_who_left(audience)
            if delivered or self._waited_s() >= timeout_s:
                break
            if is_known:
                self._record(audience.undelivered(), sent=False)
            if self._free_for_s() <= 0:
                is_over = self._update_gate(audience.gate)
            if is_over or self._is_taken_over:
                break
            wait_s = min(self._policy.poll_s, timeout_s - self._waited_s())
            if self._free_for_s() > 0:
                wait_s = min(wait_s, self._free_for_s())
        if is_known:
            is_last = delivered or bool(is_over) or self._is_given_up()
            self._record_last(audience.undelivered(), sent=is_last)
        return delivered

    def _update_gate(self, gate: PostGate) -> bool | None:
        """Return whether this turn's posts are over (None: unknown), and set the gate accordingly."""
        read_s = self._clock.monotonic_s()
        is_over = self._is_over()
        if is_over:
            gate.close()
        elif is_over is False and self._recorded is not None:
            gate.open_until(read_s + self._stream.gate_s)
        return is_over

    def _stop_delivery_to_those_who_left(self, audience: Audience) -> None:
        try:
            listed = self._listed()
        except StoreError:
            return
        audience.keep_listed([connection.id for connection in listed])

    def _record(self, undelivered: Collection[str], *, sent: bool, timeout_s: float = 0.0) -> None:
        """Record how far the delivery has got, retried for `timeout_s`; a failure does not change the end."""
        state = (frozenset(undelivered), sent)
        if state == self._recorded or self._is_taken_over:
            return

        def record() -> None:
            self._turns.record_delivery(self._message, undelivered, sent=sent, deliverer=self._deliverer)

        try:
            self._retry(record, timeout_s)
        except ClaimLost:
            self._is_taken_over = True
        except StoreError as error:
            facts = {"message_id": self._message.id, "reason": type(error).__name__}
            _log.warning("delivery_not_recorded", extra=facts)
        else:
            self._recorded = state

    def _record_last(self, undelivered: Collection[str], *, sent: bool) -> None:
        timeout_s = min(_LAST_RECORD_TIMEOUT_S, self._policy.store_timeout_s)
        self._record(undelivered, sent=sent, timeout_s=timeout_s)

    def _is_given_up(self) -> bool:
        age_s = (self._clock.now() - self._decided_at).total_seconds()
        return age_s >= self._policy.give_up_s

    def _free_for_s(self) -> float:
        """Return for how long posts go on without a read."""
        return self._free_until_s - self._clock.monotonic_s()

    def _waited_s(self) -> float:
        return 0.0 if self._began_s is None else self._clock.monotonic_s() - self._began_s

    def _is_over(self) -> bool | None:
        """Return whether a newer turn has opened, or another process delivers; None if that is unknown."""
        chat_id, number = self._message.chat_id, self._message.number
        try:
            stored = self._chats.load(chat_id, (), max_bytes=1)
            message = self._chats.message_at(chat_id, number)
        except StoreError:
            return None
        is_followed = stored is not None and stored.chat.newest_message_number > number
        recorded = None if message is None else message.deliverer
        return is_followed or recorded not in {None, self._deliverer, self._message.deliverer}


class TerminalDeliveries:
    """Makes the terminal delivery of each turn."""

    def __init__(
        self,
        *,
        chats: ChatStore,
        turns: TurnStore,
        connections: TurnConnections,
        clock: Clock,
        policy: TurnPolicy,
        stream: StreamPolicy,
        new_id: IdMaker,
    ) -> None:
        self._new_id = new_id
        self._chats = chats
        self._turns = turns
        self._connections = connections
        self._clock = clock
        self._policy = policy
        self._stream = stream

    def of(self, message: Message, chat: Chat) -> TerminalDelivery:
        """Return the delivery of the end of this message of the chat."""
        return TerminalDelivery(
            message,
            chats=self._chats,
            turns=self._turns,
            listed=partial(self._connections.of, chat, message.sender.id),
            clock=self._clock,
            policy=self._policy,
            stream=self._stream,
            deliverer=self._new_id()[:8],
        )
