"""Closes turns that no other process ends, and delivers ends that no other process delivers."""

import contextvars
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from itertools import islice

from threadcast.domain.chat import Chat
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.errors import StoreError
from threadcast.ports import ChatStore, Clock, TurnStore, UnfinishedTurn
from threadcast.turns.recovery.close_turn import TurnCloser

__all__ = ["SweepReport", "TurnSweeper"]

_log = logging.getLogger(__name__)

_BATCH = 100
_WORKERS = 16


class _Result(Enum):
    NOT_DUE = auto()
    CLOSED = auto()
    LEFT = auto()


@dataclass(frozen=True, slots=True)
class SweepReport:
    """How many turns had not ended, how many were closed, and how many are left for the next sweep."""

    unfinished: int
    closed: int
    left: int


class TurnSweeper:
    """Finds turns that have not ended, by the store's index, and closes those whose lease has expired.

    Every step is safe to repeat: an outcome is decided once, by a conditional write, and a turn stays in the
    index until the delivery of its end is recorded.
    """

    def __init__(
        self, chats: ChatStore, turns: TurnStore, closer: TurnCloser, clock: Clock, policy: TurnPolicy
    ) -> None:
        self._chats = chats
        self._turns = turns
        self._closer = closer
        self._clock = clock
        self._policy = policy

    def sweep(self, remaining_s: Callable[[], float]) -> SweepReport:
        """Close every turn that is due, as far as `remaining_s()` permits. Raises `StoreUnavailable`."""
        opened_before = self._clock.now() - timedelta(seconds=self._policy.lease_s)
        unfinished = iter(self._turns.unfinished(opened_before))
        with ThreadPoolExecutor(_WORKERS, "sweep") as workers:
            results: list[Future[_Result]] = []
            while batch := list(islice(unfinished, _BATCH)):
                chats = self._chats.chats([turn.chat_id for turn in batch])
                results += [
                    workers.submit(
                        contextvars.copy_context().run,  # the invocation's log keys
                        self._close,
                        turn,
                        chats.get(turn.chat_id),
                        remaining_s,
                    )
                    for turn in batch
                ]
        ended = [result.result() for result in results]
        return SweepReport(len(ended), ended.count(_Result.CLOSED), ended.count(_Result.LEFT))

    def _close(self, turn: UnfinishedTurn, chat: Chat | None, remaining_s: Callable[[], float]) -> _Result:
        if chat is not None and self._has_runner(turn, chat):
            return _Result.NOT_DUE
        if remaining_s() < self._policy.sweep_reserve_s:
            return _Result.LEFT
        try:
            return self._finish(turn)
        except StoreError as error:
            facts = {"chat_id": turn.chat_id, "number": turn.number, "reason": type(error).__name__}
            _log.warning("turn_not_swept", extra=facts)
            return _Result.LEFT

    def _has_runner(self, turn: UnfinishedTurn, chat: Chat) -> bool:
        """Return whether the turn runs: only a chat's newest one can."""
        running, is_newest = chat.running_turn, chat.newest_message_number == turn.number
        return is_newest and running is not None and not running.has_expired(self._clock.now())

    def _finish(self, turn: UnfinishedTurn) -> _Result:
        message = self._chats.visible_message_at(turn.chat_id, turn.number)
        if message is None:  # it was replaced, so that a newer turn has delivered the chat's state since
            self._turns.remove_unfinished(turn)
            return _Result.CLOSED
        if message.outcome is not None and not self._closer.was_never_delivered(message):
            return _Result.NOT_DUE
        closed = self._closer.close_abandoned_turn(turn.chat_id, message.id)
        return _Result.CLOSED if closed else _Result.NOT_DUE
