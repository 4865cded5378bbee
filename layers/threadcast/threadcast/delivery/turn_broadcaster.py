"""Makes broadcasts of turns: frames rendered for one turn, connections forgotten once they are gone."""

import logging

from threadcast.delivery.broadcast import Broadcast
from threadcast.delivery.former_end import FormerEnd, FormerEnds
from threadcast.delivery.post_gate import PostGate
from threadcast.delivery.reader import WaitableSource
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.domain.address import Address, address_of
from threadcast.domain.message import Message
from threadcast.domain.turn_events import TurnEvent
from threadcast.errors import StoreUnavailable
from threadcast.ports import Clock, Connection, ConnectionStore, FrameEncoder, Pusher

__all__ = ["TurnBroadcaster"]

_log = logging.getLogger(__name__)


class TurnBroadcaster:
    """Makes a broadcast for each turn."""

    def __init__(
        self,
        connections: ConnectionStore,
        pusher: Pusher,
        frames: FrameEncoder,
        clock: Clock,
        policy: StreamPolicy,
        former_ends: FormerEnds,
    ) -> None:
        self._connections = connections
        self._pusher = pusher
        self._frames = frames
        self._clock = clock
        self._policy = policy
        self._former_ends = former_ends

    def broadcast(self, source: WaitableSource, address: Address, gate: PostGate | None = None) -> Broadcast:
        """Return a broadcast of this turn, without connections yet; no gate: posts are always permitted."""
        return self._broadcast(source, address, gate, None)

    def broadcast_new(
        self, source: WaitableSource, message: Message, unsettled: frozenset[str] | None
    ) -> Broadcast:
        """Return a broadcast of the turn of a new message, without connections yet.

        The end of the former turn may still reach those that are `unsettled` (None: any): they are held.
        """
        former = self._former_ends.before(message, unsettled)
        return self._broadcast(source, address_of(message), None, former)

    def _broadcast(
        self, source: WaitableSource, address: Address, gate: PostGate | None, former: FormerEnd | None
    ) -> Broadcast:
        def render(event: TurnEvent, max_bytes: int) -> bytes:
            return self._frames.turn_event(event, address, max_bytes)

        return Broadcast(source, render, self._pusher, self._clock, self._policy, self._forget, gate, former)

    def _forget(self, connection: Connection) -> None:
        try:
            self._connections.forget(connection.user_id, connection.id)
        except StoreUnavailable:  # its item expires within hours
            _log.warning("connection_not_forgotten", extra={"connection_id": connection.id})
