"""The ways out: a frame to a client, a turn to its runner."""

from dataclasses import dataclass
from typing import Protocol

from threadcast.domain.user import User
from threadcast.ports.people import Connection

__all__ = ["Handoff", "Pusher", "TurnStarter"]


class Pusher(Protocol):
    """The way to a client."""

    def push(self, connection: Connection, frame: bytes) -> None:
        """Send one frame; returns once API Gateway has taken it. Raises the `PushError` that fits."""
        ...


@dataclass(frozen=True, slots=True)
class Handoff:
    """What the function that runs a turn must know beyond what is stored.

    `reached` are the ids of the connections that have acknowledged `initializeChat`, `in_doubt` those that
    may still get it late. `asker` is the connection that asked: it is told of the turn even where the
    registry does not know it.
    """

    chat_id: str
    message_id: str
    user: User
    reached: tuple[str, ...] = ()
    in_doubt: tuple[str, ...] = ()
    asker: Connection | None = None


class TurnStarter(Protocol):
    """Gets `run_turn` going: in this process, or in a function of its own."""

    def start(self, handoff: Handoff) -> None:
        """Return when the turn is under way or its start is durable; raises `HandoffFailed`."""
        ...
