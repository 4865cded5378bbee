"""Makes broadcasts of turns: frames rendered for one turn, connections forgotten once they are gone."""

import logging

from threadcast.delivery.broadcast import Broadcast
from threadcast.delivery.post_gate import PostGate
from threadcast.delivery.reader import WaitableSource
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.domain.address import Address
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
    ) -> None:
        self._connections = connections
        self._pusher = pusher
        self._frames = frames
        self._clock = clock
        self._policy = policy

    def broadcast(self, source: WaitableSource, address: Address, gate: PostGate | None = None) -> Broadcast:
        """Return a broadcast of this turn, without connections yet; no gate: posts are always permitted."""

        def render(event: TurnEvent, max_bytes: int) -> bytes:
            return self._frames.turn_event(event, address, max_bytes)

        return Broadcast(source, render, self._pusher, self._clock, self._policy, self._forget, gate)

    def _forget(self, connection: Connection) -> None:
        try:
            self._connections.forget(connection.user_id, connection.id)
        except StoreUnavailable:  # its item expires within hours
            _log.warning("connection_not_forgotten", extra={"connection_id": connection.id})
