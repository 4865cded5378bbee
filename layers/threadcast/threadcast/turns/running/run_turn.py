"""Runs a claimed turn: the agent answers, the run loop watches, the outcome is decided and delivered."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum, auto
from typing import assert_never

from threadcast.delivery.audience import Audience
from threadcast.delivery.outbox.outbox import OutboxCounts
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.delivery.terminal_delivery import TerminalDeliveries
from threadcast.domain.chat import Chat
from threadcast.domain.message import Message, Outcome
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.errors import ClaimLost, StoreError, StoreUnavailable
from threadcast.ports import ChatStore, Clock, IdMaker, TurnStore
from threadcast.turns.recovery.close_turn import failure_of, terminal_event
from threadcast.turns.running.agent_runner import AgentRunners
from threadcast.turns.running.claim import ClaimedTurn

__all__ = ["TurnReport", "TurnRunner"]

_log = logging.getLogger(__name__)

OUT_OF_TIME = "The answer took too long and was cut short. What was said so far is kept."

_AGENT_STOP_S = 0.5
_RETRY_DECISION_S = 0.25


class _Ending(Enum):
    ANSWERED = auto()
    STOPPED = auto()
    NOBODY_LEFT = auto()
    OUT_OF_TIME = auto()
    LOST = auto()


@dataclass(frozen=True, slots=True)
class TurnReport:
    """How a turn went; times in seconds.

    `outcome` and `answered` (the message with its answer) are None where the claim was lost.
    """

    outcome: Outcome | None
    ending: str
    duration_s: float
    first_event_s: float | None
    settled: bool
    counts: OutboxCounts = field(default_factory=OutboxCounts)
    worst_lag_s: float = 0.0
    answered: Message | None = None


class TurnRunner:
    """Runs claimed turns."""

    def __init__(
        self,
        *,
        chats: ChatStore,
        turns: TurnStore,
        agents: AgentRunners,
        clock: Clock,
        new_id: IdMaker,
        policy: TurnPolicy,
        deliveries: TerminalDeliveries,
        stream: StreamPolicy,
    ) -> None:
        self.chats = chats
        self.turns = turns
        self.agents = agents
        self.clock = clock
        self.new_id = new_id
        self.policy = policy
        self.deliveries = deliveries
        self.stream = stream

    def run(self, turn: ClaimedTurn, audience: Audience, remaining_s: Callable[[], float]) -> TurnReport:
        """Answer a claimed turn, up to its one terminal event.

        `remaining_s` returns for how long this process may still run: shortly before that ends, the turn is
        cut short. Raises `StoreUnavailable` if the outcome could not be stored; the failure handler closes
        the turn then.

        Afterwards the messages that the chat's turns have replaced get an expiry, where they have none.
        """
        report = _Run(self, turn, audience, remaining_s).run()
        self._expire_replaced(turn.view.chat)
        return report

    def _expire_replaced(self, chat: Chat) -> None:
        """Give replaced messages their expiry; where that fails, the chat's next turn does it."""
        if not chat.removed:
            return
        expires_at = self.clock.now() + timedelta(days=self.policy.replaced_kept_days)
        try:
            self.turns.expire_replaced(chat, expires_at)
        except StoreError as error:
            facts = {"chat_id": chat.id, "reason": type(error).__name__}
            _log.warning("replaced_messages_not_expired", extra=facts)


class _Run:
    """One run of one turn: its loop watches the agent, the lease, the stop request, the audience, time."""

    def __init__(
        self, runner: TurnRunner, turn: ClaimedTurn, audience: Audience, remaining_s: Callable[[], float]
    ) -> None:
        self._turn = turn
        self._audience = audience
        self._chats = runner.chats
        self._turns = runner.turns
        self._clock = runner.clock
        self._new_id = runner.new_id
        self._policy = runner.policy
        self._remaining_s = remaining_s
        self._agent = runner.agents.of(turn)
        self._delivery = runner.deliveries.of(turn.message, turn.view.chat)
        self._lease_until = turn.lease_until
        self._posting_s = runner.policy.lease_s - runner.stream.arrival_s
        audience.gate.open_until(turn.claimed_s + self._posting_s)
        self._began_s = self._next_checkpoint_s = self._listened_s = self._clock.monotonic_s()
        self._next_checkpoint_s += self._policy.checkpoint_s
        self._next_poll_s = self._began_s + self._policy.poll_s

    def run(self) -> TurnReport:
        self._agent.start()
        try:
            return self._run()
        finally:  # whatever became of the turn, its agent does not work on
            self._agent.stop(_AGENT_STOP_S)

    def _run(self) -> TurnReport:
        ending = self._watch()
        if ending is _Ending.LOST:
            self._turn.live.abandon()
            self._agent.stop(_AGENT_STOP_S)
            return self._report(ending, None, settled=False)
        outcome = self._outcome(ending)
        self._turn.live.close("failed" if outcome.kind == "failed" else "completed")
        self._agent.stop(_AGENT_STOP_S)
        return self._finish(ending, outcome)

    def _watch(self) -> _Ending:
        while True:
            now_s = self._clock.monotonic_s()
            due_s = min(self._next_poll_s, self._next_checkpoint_s) - now_s
            if self._agent.ended.wait(max(due_s, 0.0)):
                return _Ending.ANSWERED
            ending = self._check_all()
            if ending is not None:
                return ending

    def _check_all(self) -> _Ending | None:
        now_s = self._clock.monotonic_s()
        if self._remaining_s() <= self._policy.reserve_s:
            return _Ending.OUT_OF_TIME
        if now_s >= self._next_checkpoint_s:
            self._next_checkpoint_s = now_s + self._policy.checkpoint_s
            if not self._renew_lease():
                return _Ending.LOST
        if now_s >= self._next_poll_s:
            self._next_poll_s = now_s + self._policy.poll_s
            return self._poll(now_s)
        return None

    def _renew_lease(self) -> bool:
        """Renew the lease and store what is new; False if the claim is lost, or the lease has expired."""
        message = self._turn.live.checkpoint()
        renewed_s = self._clock.monotonic_s()
        lease_until = self._clock.now() + timedelta(seconds=self._policy.lease_s)
        try:
            self._turns.checkpoint(self._turn.claim, message, lease_until)
        except ClaimLost:
            return False
        except StoreUnavailable:
            self._turn.live.changed = True
            _log.warning("checkpoint_failed", extra={"message_id": self._turn.message.id})
            return self._clock.now() < self._lease_until
        self._lease_until = lease_until
        self._audience.gate.open_until(renewed_s + self._posting_s)
        return True

    def _poll(self, now_s: float) -> _Ending | None:
        self._audience.refresh()
        if self._audience.listeners:
            self._listened_s = now_s
        elif now_s - self._listened_s >= self._policy.grace_s:
            return _Ending.NOBODY_LEFT
        try:
            running = self._chats.running_turn(self._turn.claim.chat_id)
        except StoreUnavailable:
            return None
        if running is None or running.claim != self._turn.claim.token:
            return _Ending.LOST
        return _Ending.STOPPED if running.stop_requested else None

    def _outcome(self, ending: _Ending) -> Outcome:
        match ending:
            case _Ending.ANSWERED:
                failure = self._agent.failure
                return (
                    Outcome("completed")
                    if failure is None
                    else failure_of(self._turn.message.id, self._new_id, failure or None)
                )
            case _Ending.STOPPED | _Ending.NOBODY_LEFT:
                return Outcome("stopped")
            case _Ending.OUT_OF_TIME:
                return failure_of(self._turn.message.id, self._new_id, OUT_OF_TIME)
            case _Ending.LOST:
                raise ClaimLost(self._turn.message.id)
            case _:
                assert_never(ending)

    def _finish(self, ending: _Ending, outcome: Outcome) -> TurnReport:
        view = self._turn.live.decide(outcome)
        message = view.messages[-1]
        try:
            self._store_outcome(lambda: self._turns.decide(self._turn.claim, view.chat, message))
        except ClaimLost:
            if not self._is_stored(outcome):
                return self._report(_Ending.LOST, None, settled=False)
        is_known = self._audience.refresh()
        self._delivery.begin(message.updated_at, self._audience.gate)
        self._turn.live.end(terminal_event(message, view))
        timeout_s = min(self._policy.terminal_s, max(self._remaining_s() - 1, 0.5))
        settled = self._await_delivery(timeout_s, is_known=is_known)
        report = self._report(ending, outcome, settled=settled)
        return replace(report, answered=message)

    def _await_delivery(self, timeout_s: float, *, is_known: bool) -> bool:
        """Wait for slow connections; meanwhile the turn counts as running, which bounds a user's runners.

        The decision has freed its place, since a client may ask again as soon as it has the terminal frame.
        """
        if self._audience.wait_until_delivered(min(self._policy.place_free_s, timeout_s)):
            return self._delivery.await_delivery(self._audience, timeout_s, is_known=is_known)
        claim, until = self._turn.claim, self._clock.now() + timedelta(seconds=timeout_s)
        self._write_place(lambda: self._turns.hold_place(claim, until))
        try:
            return self._delivery.await_delivery(self._audience, timeout_s, is_known=is_known)
        finally:
            self._write_place(lambda: self._turns.release_place(claim))

    def _write_place(self, write: Callable[[], None]) -> None:
        """Write the turn's place in the quota; a failure does not change the end, since the place expires."""
        try:
            write()
        except StoreError as error:
            facts = {"message_id": self._turn.message.id, "reason": type(error).__name__}
            _log.warning("place_not_written", extra=facts)

    def _is_stored(self, outcome: Outcome) -> bool:
        """Return whether this very outcome is stored: an attempt without an answer may have written it."""
        claim = self._turn.claim
        stored = self._chats.message(claim.chat_id, claim.message_id)
        return stored is not None and stored.outcome == outcome

    def _store_outcome(self, decide: Callable[[], None]) -> None:
        """Retry until the outcome is stored; after the lease or the time limit, others close the turn."""
        while True:
            try:
                decide()
            except StoreUnavailable:
                if self._remaining_s() < 1 or self._clock.now() >= self._lease_until:
                    raise
                self._clock.sleep(_RETRY_DECISION_S)
            else:
                return

    def _report(self, ending: _Ending, outcome: Outcome | None, *, settled: bool) -> TurnReport:
        return TurnReport(
            outcome=outcome,
            ending=ending.name.lower(),
            duration_s=self._clock.monotonic_s() - self._began_s,
            first_event_s=self._agent.first_event_s,
            settled=settled,
        )
