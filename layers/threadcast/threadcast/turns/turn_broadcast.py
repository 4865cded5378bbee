"""How a turn's events reach its audience: the frames' common parts and the broadcast around them."""

import logging
from collections.abc import Callable

from threadcast.delivery.broadcast import Broadcast
from threadcast.delivery.outbox import Renderer
from threadcast.delivery.reader import WaitableSource
from threadcast.domain.message import Message
from threadcast.domain.turn_events import TurnEvent
from threadcast.errors import StoreUnavailable
from threadcast.ports import Connection
from threadcast.protocol.frames import Address, encode, turn_frame
from threadcast.turns.desk import Desk

__all__ = ["address_of", "broadcast", "renderer"]

_log = logging.getLogger(__name__)


def address_of(message: Message) -> Address:
    """What every frame about a message repeats."""
    echo = message.echo
    return Address(echo.route, echo.request_id, message.chat_id, message.id, message.sender)


def renderer(address: Address) -> Renderer:
    """Makes frames of events for one turn."""

    def render(event: TurnEvent, max_bytes: int) -> bytes:
        return encode(turn_frame(event, address, max_bytes))

    return render


def broadcast(
    source: WaitableSource, address: Address, desk: Desk, may_post: Callable[[], bool | None] = lambda: True
) -> Broadcast:
    """A broadcast of this turn that forgets connections which turn out to be gone."""

    def forget(connection: Connection) -> None:
        try:
            desk.connections.forget(connection.user_id, connection.id)
        except StoreUnavailable:  # the registry forgets it by itself within hours
            _log.warning("connection_not_forgotten", extra={"connection_id": connection.id})

    return Broadcast(source, renderer(address), desk.pusher, desk.clock, desk.stream, forget, may_post)
