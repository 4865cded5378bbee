"""Runs the turn of a handoff and delivers it to the user's connections."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from threadcast.delivery.turn_broadcaster import TurnBroadcaster
from threadcast.delivery.turn_connections import TurnConnections
from threadcast.ports import Handoff
from threadcast.turns.running.claim import TurnClaimer
from threadcast.turns.running.registered_audience import RegisteredAudience
from threadcast.turns.running.run_turn import TurnReport, TurnRunner

__all__ = ["HandoffRunner"]

_log = logging.getLogger(__name__)


class HandoffRunner:
    """Runs handoffs."""

    def __init__(
        self,
        claimer: TurnClaimer,
        runner: TurnRunner,
        broadcaster: TurnBroadcaster,
        connections: TurnConnections,
    ) -> None:
        self._claimer = claimer
        self._runner = runner
        self._broadcaster = broadcaster
        self._connections = connections

    def run(self, handoff: Handoff, remaining_s: Callable[[], float]) -> TurnReport | None:
        """Run the turn and deliver it to every open connection of its user, and of others who see the chat.

        None if the turn is claimed already, or has ended. Raises `StoreUnavailable`.
        """
        turn = self._claimer.claim_turn(handoff.chat_id, handoff.message_id, handoff.user)
        if turn is None:
            _log.info("claim_not_acquired", extra={"message_id": handoff.message_id})
            return None
        unsettled = None if handoff.unsettled is None else frozenset(handoff.unsettled)
        with self._broadcaster.broadcast_new(turn.live, turn.message, unsettled) as broadcast:
            opened_at = turn.message.created_at
            listed = partial(self._connections.of, turn.view.chat, handoff.user.id)
            audience = RegisteredAudience(broadcast, handoff, opened_at, listed)
            audience.refresh()
            report = self._runner.run(turn, audience, remaining_s)
        return replace(report, counts=broadcast.counts(), worst_lag_s=broadcast.worst_lag_s())
