"""Get the runner of an opened turn going; a turn that can't be started is ended at once."""

import logging

from threadcast.errors import StoreUnavailable
from threadcast.ports import Handoff
from threadcast.turns.desk import Desk
from threadcast.turns.recovery.close_turn import close_abandoned_turn
from threadcast.turns.retry import retry_while_unavailable

__all__ = ["start_runner"]

_log = logging.getLogger(__name__)


def start_runner(handoff: Handoff, desk: Desk) -> bool:
    """Start it; where that fails the turn is closed and its failure told. Whether it was started.

    Where even that fails, the next who meets the turn closes it.
    """
    try:
        desk.starter().start(handoff)
    except Exception:  # noqa: BLE001 - whatever it was, no runner will come
        _log.exception("handoff_failed", extra={"message_id": handoff.message_id})
        _close(handoff, desk)
        return False
    return True


def _close(handoff: Handoff, desk: Desk) -> None:
    def close() -> None:
        close_abandoned_turn(
            handoff.chat_id,
            handoff.message_id,
            desk,
            asker=handoff.asker,
            in_doubt=frozenset(handoff.in_doubt),
            never_started=True,
        )

    try:
        retry_while_unavailable(close, desk)
    except StoreUnavailable:
        _log.error("turn_left_open", extra={"message_id": handoff.message_id})
