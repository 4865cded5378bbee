"""Get the runner of an opened turn going; a turn that can't be started is ended at once."""

import logging

from threadcast.errors import HandoverFailed, StoreUnavailable
from threadcast.ports import Handover
from threadcast.turns.close_turn import close_dead_turn
from threadcast.turns.desk import Desk
from threadcast.turns.patience import patiently

__all__ = ["start_runner"]

_log = logging.getLogger(__name__)


def start_runner(handover: Handover, desk: Desk) -> None:
    """Start it, or close the turn and tell its failure; where even that fails, the next who meets it will."""
    try:
        desk.starter().start(handover)
    except HandoverFailed:
        _log.exception("handover_failed", extra={"message_id": handover.message_id})
        _close(handover, desk)


def _close(handover: Handover, desk: Desk) -> None:
    chat_id, message_id, asker = handover.chat_id, handover.message_id, handover.asker
    try:
        patiently(lambda: close_dead_turn(chat_id, message_id, desk, asker=asker, never_started=True), desk)
    except StoreUnavailable:
        _log.error("turn_left_open", extra={"message_id": message_id})
