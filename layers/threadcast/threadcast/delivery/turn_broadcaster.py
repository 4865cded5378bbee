"""Makes broadcasts of turns: frames rendered for one turn, connections forgotten once they are gone."""

from dataclasses import replace

from threadcast.delivery.broadcast import Broadcast
from threadcast.delivery.former_end import FormerEnd, FormerEnds
from threadcast.delivery.outbox.outbox import Renderer
from threadcast.delivery.post_gate import PostGate
from threadcast.delivery.reader import WaitableSource
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.delivery.turn_connections import TurnConnections
from threadcast.domain.address import Address, address_of
from threadcast.domain.message import Message
from threadcast.domain.turn_events import ChatOpened, TurnCompleted, TurnEvent
from threadcast.ports import Clock, Connection, FrameEncoder, Pusher

__all__ = ["TurnBroadcaster"]


class TurnBroadcaster:
    """Makes a broadcast for each turn."""

    def __init__(
        self,
        connections: TurnConnections,
        pusher: Pusher,
        frames: FrameEncoder,
        clock: Clock,
        policy: StreamPolicy,
        former_ends: FormerEnds,
    ) -> None:
        self.connections = connections
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
        user_id = None if address.sender is None else address.sender.id

        def renderer(connection: Connection) -> Renderer:
            if user_id is None or connection.user_id == user_id:
                return lambda event, max_bytes: self._frames.turn_event(event, address, max_bytes)
            # The request's id is one of the user who asked: another user's client may use the same.
            to = replace(address, request_id=None)
            return lambda event, max_bytes: self._frames.turn_event(
                _seen_by(connection.user_id, event), to, max_bytes
            )

        def forget(connection: Connection) -> None:
            self.connections.forget(connection, address.chat_id, user_id)

        return Broadcast(source, renderer, self._pusher, self._clock, self._policy, forget, gate, former)


def _seen_by(user_id: str, event: TurnEvent) -> TurnEvent:
    """Return the event with a chat in it as another user sees it."""
    if isinstance(event, ChatOpened | TurnCompleted):
        return replace(event, view=event.view.seen_by(user_id))
    return event
