"""Starts the runner of an opened turn; a turn that cannot be started is ended at once."""

import logging
from collections.abc import Callable

from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.error_report import error_facts
from threadcast.errors import StoreUnavailable
from threadcast.ports import Handoff, TurnStarter
from threadcast.turns.recovery.close_turn import TurnCloser

__all__ = ["RunnerStart"]

_log = logging.getLogger(__name__)


class RunnerStart:
    """Starts runners; `starter` is called on first use, since only some functions may start runners."""

    def __init__(self, starter: Callable[[], TurnStarter], closer: TurnCloser, retry: StoreRetry) -> None:
        self._starter = starter
        self._closer = closer
        self._retry = retry

    def start(self, handoff: Handoff) -> bool:
        """Start the runner; where that fails, close the turn and deliver its failure. Return whether it runs.

        Where the failure cannot be stored either, the next request for the chat closes the turn.
        """
        try:
            self._starter().start(handoff)
        except Exception as error:  # noqa: BLE001 - whatever it was, no runner will come
            _log.error("handoff_failed", extra={"message_id": handoff.message_id, **error_facts(error)})
            self._close(handoff)
            return False
        return True

    def _close(self, handoff: Handoff) -> None:
        def close() -> None:
            self._closer.close_abandoned_turn(
                handoff.chat_id,
                handoff.message_id,
                asker=handoff.asker,
                in_doubt=_in_doubt(handoff),
                never_started=True,
            )

        try:
            self._retry(close)
        except StoreUnavailable:
            _log.error("turn_left_open", extra={"message_id": handoff.message_id})


def _in_doubt(handoff: Handoff) -> frozenset[str] | None:
    if handoff.unsettled is None:
        return None
    return frozenset(handoff.in_doubt) | frozenset(handoff.unsettled)
