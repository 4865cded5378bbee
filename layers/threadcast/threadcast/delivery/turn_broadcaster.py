"""Makes broadcasts of turns: frames rendered for one turn, connections forgotten once they are gone."""

import logging

from threadcast.delivery.broadcast import Broadcast
from threadcast.delivery.outbox import Renderer
from threadcast.delivery.post_gate import PostGate
from threadcast.delivery.reader import WaitableSource
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.domain.message import Message
from threadcast.domain.turn_events import TurnEvent
from threadcast.errors import StoreUnavailable
from threadcast.ports import Clock, Connection, ConnectionStore, Pusher
from threadcast.protocol.frames import Address, encode, turn_frame

__all__ = ["TurnBroadcaster", "address_of", "renderer"]

_log = logging.getLogger(__name__)


def address_of(message: Message) -> Address:
    """Return the fields that every frame about a message repeats."""
    echo = message.echo
    return Address(echo.route, echo.request_id, message.chat_id, message.id, message.sender)


def renderer(address: Address) -> Renderer:
    """Return the function that makes the frames of one turn."""

    def render(event: TurnEvent, max_bytes: int) -> bytes:
        return encode(turn_frame(event, address, max_bytes))

    return render


class TurnBroadcaster:
    """Makes a broadcast for each turn."""

    def __init__(
        self, connections: ConnectionStore, pusher: Pusher, clock: Clock, policy: StreamPolicy
    ) -> None:
        self._connections = connections
        self._pusher = pusher
        self._clock = clock
        self._policy = policy

    def broadcast(self, source: WaitableSource, address: Address, gate: PostGate | None = None) -> Broadcast:
        """Return a broadcast of this turn, without connections yet; no gate: posts are always permitted."""
        return Broadcast(
            source, renderer(address), self._pusher, self._clock, self._policy, self._forget, gate
        )

    def _forget(self, connection: Connection) -> None:
        try:
            self._connections.forget(connection.user_id, connection.id)
        except StoreUnavailable:  # its item expires within hours
            _log.warning("connection_not_forgotten", extra={"connection_id": connection.id})
