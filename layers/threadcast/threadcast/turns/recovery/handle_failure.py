"""The failure handler: closes the turn of a runner that Lambda reports as failed."""

from collections.abc import Callable
from datetime import datetime, timedelta

from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.ports import ChatStore, Clock, Handoff
from threadcast.turns.recovery.close_turn import TurnCloser

__all__ = ["FailureHandler"]

_SKEW_S = 0.5


class FailureHandler:
    """Closes turns whose runner has failed and is not started again."""

    def __init__(
        self, chats: ChatStore, closer: TurnCloser, clock: Clock, policy: TurnPolicy, retry: StoreRetry
    ) -> None:
        self._chats = chats
        self._closer = closer
        self._clock = clock
        self._policy = policy
        self._retry = retry

    def handle(self, handoff: Handoff, remaining_s: Callable[[], float]) -> None:
        """Close the turn; a claimed one after its lease has expired, as far as `remaining_s()` permits.

        Where the runner has decided the outcome, its delivery is given the time for it before it is repeated.
        A runner that still works goes on undisturbed: one event can be delivered twice, and only one delivery
        fail.
        """
        timeout_s = min(self._policy.failure_handler_timeout_s, remaining_s() / 3)
        running = self._retry(lambda: self._chats.running_turn(handoff.chat_id), timeout_s)
        if running is not None and running.message_id == handoff.message_id and running.claim is not None:
            self._sleep_until(running.lease_until + timedelta(seconds=_SKEW_S), remaining_s)
        message = self._retry(lambda: self._chats.message(handoff.chat_id, handoff.message_id), timeout_s)
        if message is not None and message.outcome is not None and not message.outcome_sent:
            self._sleep_until(self._closer.delivered_until(message), remaining_s)
        self._retry(lambda: self._close(handoff), timeout_s)

    def _sleep_until(self, time: datetime, remaining_s: Callable[[], float]) -> None:
        wait_s = (time - self._clock.now()).total_seconds()
        self._clock.sleep(max(min(wait_s, remaining_s() - self._policy.closing_push_s), 0.0))

    def _close(self, handoff: Handoff) -> None:
        self._closer.close_abandoned_turn(
            handoff.chat_id, handoff.message_id, asker=handoff.asker, never_started=True
        )
