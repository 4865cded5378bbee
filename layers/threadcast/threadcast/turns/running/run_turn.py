"""Run a claimed turn: the agent answers, the watch is kept, the outcome is decided, told and recorded."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum, auto
from typing import Protocol, assert_never

from threadcast.delivery.outbox import OutboxCounts
from threadcast.domain.message import Message, Outcome
from threadcast.errors import ClaimLost, StoreUnavailable
from threadcast.turns.desk import Desk
from threadcast.turns.recovery.close_turn import failed, terminal_event
from threadcast.turns.running.agent_runner import AgentRunner
from threadcast.turns.running.claim import ClaimedTurn
from threadcast.turns.terminal_delivery import Hearers

__all__ = ["Audience", "TurnReport", "run_turn"]

_log = logging.getLogger(__name__)

OUT_OF_TIME = "The answer took too long and was cut short. What was said so far is kept."

_AGENT_PATIENCE_S = 0.5
_RETRY_DECISION_S = 0.25


class Audience(Hearers, Protocol):
    """Whoever hears the turn, as its watch sees them."""

    def look_up(self) -> None:
        """Find out who listens now, and bring newcomers up to date; never raises."""
        ...

    @property
    def listeners(self) -> int:
        """How many listen."""
        ...


class _Ending(Enum):
    ANSWERED = auto()
    STOPPED = auto()
    NOBODY_LEFT = auto()
    OUT_OF_TIME = auto()
    LOST = auto()


@dataclass(frozen=True, slots=True)
class TurnReport:
    """How a turn went; times in seconds.

    `outcome` is None where the turn was lost to somebody else, and so is the message as it was `answered`.
    """

    outcome: Outcome | None
    ending: str
    duration_s: float
    first_event_s: float | None
    settled: bool
    counts: OutboxCounts = field(default_factory=OutboxCounts)
    worst_lag_s: float = 0.0
    answered: Message | None = None


def run_turn(
    turn: ClaimedTurn, audience: Audience, desk: Desk, remaining_s: Callable[[], float]
) -> TurnReport:
    """Answer a claimed turn up to its one terminal event.

    `remaining_s` tells how long this process may still run: shortly before its end the turn is cut short.
    Raises `StoreUnavailable` if the outcome could not be stored; somebody else has to close the turn then.
    """
    return _Run(turn, audience, desk, remaining_s).run()


class _Run:
    """One run of one turn: the watch over agent, lease, stop, audience and time."""

    def __init__(
        self, turn: ClaimedTurn, audience: Audience, desk: Desk, remaining_s: Callable[[], float]
    ) -> None:
        self._turn = turn
        self._audience = audience
        self._desk = desk
        self._policy = desk.policy
        self._remaining_s = remaining_s
        self._answering = AgentRunner(turn, desk)
        self._lease_until = turn.lease_until
        self._began_s = self._next_checkpoint_s = self._heard_s = desk.clock.monotonic_s()
        self._next_checkpoint_s += self._policy.checkpoint_s
        self._next_poll_s = self._began_s + self._policy.poll_s

    def run(self) -> TurnReport:
        self._answering.start()
        try:
            return self._run()
        finally:  # whatever became of the turn, no agent works on behind it
            self._answering.stop(_AGENT_PATIENCE_S)

    def _run(self) -> TurnReport:
        ending = self._watch()
        if ending is _Ending.LOST:
            self._turn.live.abandon()
            self._answering.stop(_AGENT_PATIENCE_S)
            return self._report(ending, None, settled=False)
        outcome = self._outcome(ending)
        self._turn.live.close("failed" if outcome.kind == "failed" else "completed")
        self._answering.stop(_AGENT_PATIENCE_S)
        return self._finish(ending, outcome)

    def _watch(self) -> _Ending:
        while True:
            now_s = self._desk.clock.monotonic_s()
            due_s = min(self._next_poll_s, self._next_checkpoint_s) - now_s
            if self._answering.ended.wait(max(due_s, 0.0)):
                return _Ending.ANSWERED
            ending = self._look_round()
            if ending is not None:
                return ending

    def _look_round(self) -> _Ending | None:
        now_s = self._desk.clock.monotonic_s()
        if self._remaining_s() <= self._policy.reserve_s:
            return _Ending.OUT_OF_TIME
        if now_s >= self._next_checkpoint_s:
            self._next_checkpoint_s = now_s + self._policy.checkpoint_s
            if not self._renewed():
                return _Ending.LOST
        if now_s >= self._next_poll_s:
            self._next_poll_s = now_s + self._policy.poll_s
            return self._polled(now_s)
        return None

    def _renewed(self) -> bool:
        """Whether the turn is still ours: a store that is away for a while costs it only with the lease."""
        message = self._turn.live.checkpoint()
        lease_until = self._desk.clock.now() + timedelta(seconds=self._policy.lease_s)
        try:
            self._desk.turns.checkpoint(self._turn.claim, message, lease_until)
        except ClaimLost:
            return False
        except StoreUnavailable:
            self._turn.live.changed = True
            _log.warning("checkpoint_failed", extra={"message_id": self._turn.message.id})
            return self._desk.clock.now() < self._lease_until
        self._lease_until = lease_until
        return True

    def _polled(self, now_s: float) -> _Ending | None:
        self._audience.look_up()
        if self._audience.listeners:
            self._heard_s = now_s
        elif now_s - self._heard_s >= self._policy.grace_s:
            return _Ending.NOBODY_LEFT
        try:
            running = self._desk.chats.running_turn(self._turn.claim.chat_id)
        except StoreUnavailable:
            return None
        if running is None or running.claim != self._turn.claim.token:
            return _Ending.LOST
        return _Ending.STOPPED if running.stop_requested else None

    def _outcome(self, ending: _Ending) -> Outcome:
        match ending:
            case _Ending.ANSWERED:
                failure = self._answering.failure
                return (
                    Outcome("completed")
                    if failure is None
                    else failed(self._turn.message.id, self._desk, failure or None)
                )
            case _Ending.STOPPED | _Ending.NOBODY_LEFT:
                return Outcome("stopped")
            case _Ending.OUT_OF_TIME:
                return failed(self._turn.message.id, self._desk, OUT_OF_TIME)
            case _Ending.LOST:
                raise ClaimLost(self._turn.message.id)
            case _:
                assert_never(ending)

    def _finish(self, ending: _Ending, outcome: Outcome) -> TurnReport:
        view = self._turn.live.decide(outcome)
        message = view.messages[-1]
        try:
            self._decided(lambda: self._desk.turns.decide(self._turn.claim, view.chat, message))
        except ClaimLost:
            if not self._stands(outcome):
                return self._report(_Ending.LOST, None, settled=False)
        self._audience.look_up()
        self._turn.ending.begin(message.updated_at)
        self._turn.live.end(terminal_event(message, view))
        patience_s = min(self._policy.grace_s, max(self._remaining_s() - 1, 0.5))
        settled = self._turn.ending.await_delivery(self._audience, patience_s)
        report = self._report(ending, outcome, settled=settled)
        return replace(report, answered=message)

    def _stands(self, outcome: Outcome) -> bool:
        """Whether this very outcome is stored: what is tried again may have been written the first time."""
        claim = self._turn.claim
        stored = self._desk.chats.message(claim.chat_id, claim.message_id)
        return stored is not None and stored.outcome == outcome

    def _decided(self, decide: Callable[[], None]) -> None:
        """Try until it is stored, the lease is over or time is: then it is for others to close the turn."""
        while True:
            try:
                decide()
            except StoreUnavailable:
                if self._remaining_s() < 1 or self._desk.clock.now() >= self._lease_until:
                    raise
                self._desk.clock.sleep(_RETRY_DECISION_S)
            else:
                return

    def _report(self, ending: _Ending, outcome: Outcome | None, *, settled: bool) -> TurnReport:
        return TurnReport(
            outcome=outcome,
            ending=ending.name.lower(),
            duration_s=self._desk.clock.monotonic_s() - self._began_s,
            first_event_s=self._answering.first_event_s,
            settled=settled,
        )
