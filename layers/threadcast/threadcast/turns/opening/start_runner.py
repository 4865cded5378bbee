"""Get the runner of an opened turn going; a turn that can't be started is ended at once."""

import logging

from threadcast.errors import StoreUnavailable
from threadcast.ports import Handover
from threadcast.turns.desk import Desk
from threadcast.turns.recovery.close_turn import close_dead_turn
from threadcast.turns.retry import patiently

__all__ = ["start_runner"]

_log = logging.getLogger(__name__)


def start_runner(handover: Handover, desk: Desk) -> bool:
    """Start it; where that fails the turn is closed and its failure told. Whether it was started.

    Where even that fails, the next who meets the turn closes it.
    """
    try:
        desk.starter().start(handover)
    except Exception:  # noqa: BLE001 - whatever it was, no runner will come
        _log.exception("handover_failed", extra={"message_id": handover.message_id})
        _close(handover, desk)
        return False
    return True


def _close(handover: Handover, desk: Desk) -> None:
    def close() -> None:
        close_dead_turn(
            handover.chat_id,
            handover.message_id,
            desk,
            asker=handover.asker,
            in_doubt=frozenset(handover.in_doubt),
            never_started=True,
        )

    try:
        patiently(close, desk)
    except StoreUnavailable:
        _log.error("turn_left_open", extra={"message_id": handover.message_id})
