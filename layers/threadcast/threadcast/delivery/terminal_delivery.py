"""Delivers the end of a turn, records how far it got, and stops once a newer turn has begun."""

import logging
from collections.abc import Collection
from datetime import datetime

from threadcast.delivery.audience import Audience
from threadcast.delivery.post_gate import PostGate
from threadcast.delivery.store_retry import StoreRetry
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.domain.message import Message
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.errors import StoreError
from threadcast.ports import ChatStore, Clock, ConnectionStore, TurnStore

__all__ = ["TerminalDeliveries", "TerminalDelivery"]

_log = logging.getLogger(__name__)

_LAST_RECORD_TIMEOUT_S = 3.0
"""For a record that nothing repeats: without it, the next request for the chat delivers the end again."""


class TerminalDelivery:
    """The delivery of one turn's terminal frame.

    A newer turn may open as soon as the outcome is decided. It posts nothing to a connection until it is
    recorded that the frame has reached it, or until no post of this turn can arrive. So it is recorded soon
    which connections the frame has not reached, and posts go on for `gate_s` after the decision, and after
    each read that has found no newer turn. Once a read finds one, this turn posts nothing more: the other
    connections learn of the end from the newer turn's `initializeChat`.

    After `closing_push_s` the frame is recorded as sent, so that no other process delivers it again; slow
    connections still receive it while no newer turn opens.
    """

    def __init__(
        self,
        message: Message,
        *,
        chats: ChatStore,
        turns: TurnStore,
        connections: ConnectionStore,
        clock: Clock,
        policy: TurnPolicy,
        stream: StreamPolicy,
    ) -> None:
        self._message = message
        self._chats = chats
        self._turns = turns
        self._connections = connections
        self._clock = clock
        self._policy = policy
        self._stream = stream
        self._retry = StoreRetry(clock, policy.store_timeout_s)
        self._began_s: float | None = None
        self._free_until_s = 0.0
        self._recorded: tuple[frozenset[str], bool] | None = None

    def begin(self, decided_at: datetime, gate: PostGate) -> None:
        """Start the delivery of an outcome that was decided at `decided_at`, perhaps some time ago."""
        self._began_s = self._clock.monotonic_s()
        ago_s = (self._clock.now() - decided_at).total_seconds()
        self._free_until_s = self._began_s - ago_s + self._stream.gate_s
        gate.open_until(self._free_until_s)

    def await_delivery(self, audience: Audience, timeout_s: float, *, is_final: bool = True) -> bool:
        """Wait until all have received the end, at most `timeout_s` seconds; record and return whether.

        Then it is recorded as sent: no other process delivers it again. Where the delivery is not final, only
        if all have received it.
        """
        wait_s = min(self._policy.poll_s / 2, self._free_for_s(), timeout_s)
        while True:
            delivered = audience.wait_until_delivered(max(wait_s, 0.0))
            if not delivered:
                self._stop_delivery_to_those_who_left(audience)
            if delivered or self._waited_s() >= timeout_s:
                break
            self._record(audience.undelivered(), sent=self._waited_s() >= self._policy.closing_push_s)
            if self._free_for_s() <= 0 and self._update_gate(audience.gate):
                break
            wait_s = min(self._policy.poll_s, timeout_s - self._waited_s())
            if self._free_for_s() > 0:
                wait_s = min(wait_s, self._free_for_s())
        self._record_last(audience.undelivered(), sent=is_final or delivered)
        return delivered

    def _update_gate(self, gate: PostGate) -> bool | None:
        """Return whether a newer turn has opened, None if that is unknown, and set the gate accordingly."""
        read_s = self._clock.monotonic_s()
        followed = self._is_followed()
        if followed:
            gate.close()
        elif followed is False and self._may_go_on():
            gate.open_until(read_s + self._stream.gate_s)
        return followed

    def _may_go_on(self) -> bool:
        """Return whether no other process delivers this end: it is early, or recorded as sent."""
        if self._recorded is None:
            return False
        _, is_sent = self._recorded
        return is_sent or self._waited_s() < self._policy.closing_push_s

    def _stop_delivery_to_those_who_left(self, audience: Audience) -> None:
        try:
            listed = self._connections.presence(self._message.sender.id).connections
        except StoreError:
            return
        audience.keep_listed([connection.id for connection in listed])

    def _record(self, undelivered: Collection[str], *, sent: bool, timeout_s: float = 0.0) -> None:
        """Record how far the delivery has got, retried for `timeout_s`; a failure does not change the end."""
        state = (frozenset(undelivered), sent)
        if state == self._recorded:
            return
        try:
            self._retry(lambda: self._turns.record_delivery(self._message, undelivered, sent=sent), timeout_s)
        except StoreError as error:
            facts = {"message_id": self._message.id, "reason": type(error).__name__}
            _log.warning("delivery_not_recorded", extra=facts)
        else:
            self._recorded = state

    def _record_last(self, undelivered: Collection[str], *, sent: bool) -> None:
        timeout_s = min(_LAST_RECORD_TIMEOUT_S, self._policy.store_timeout_s)
        self._record(undelivered, sent=sent, timeout_s=timeout_s)

    def _free_for_s(self) -> float:
        """Return for how long posts go on without a read."""
        return self._free_until_s - self._clock.monotonic_s()

    def _waited_s(self) -> float:
        return 0.0 if self._began_s is None else self._clock.monotonic_s() - self._began_s

    def _is_followed(self) -> bool | None:
        """Return whether a newer turn has opened; None if the store does not say."""
        try:
            stored = self._chats.load(self._message.chat_id, (), max_bytes=1)
        except StoreError:
            return None
        return stored is not None and stored.chat.newest_message_number > self._message.number


class TerminalDeliveries:
    """Makes the terminal delivery of each turn."""

    def __init__(
        self,
        *,
        chats: ChatStore,
        turns: TurnStore,
        connections: ConnectionStore,
        clock: Clock,
        policy: TurnPolicy,
        stream: StreamPolicy,
    ) -> None:
        self._chats = chats
        self._turns = turns
        self._connections = connections
        self._clock = clock
        self._policy = policy
        self._stream = stream

    def of(self, message: Message) -> TerminalDelivery:
        """Return the delivery of this message's end."""
        return TerminalDelivery(
            message,
            chats=self._chats,
            turns=self._turns,
            connections=self._connections,
            clock=self._clock,
            policy=self._policy,
            stream=self._stream,
        )
