"""The ports `FrameEncoder`, `Pusher` and `ConnectionProbe`: frames, and where they go."""

from typing import Protocol

from threadcast.domain.address import Address
from threadcast.domain.turn_events import TurnEvent
from threadcast.ports.connections import Connection

__all__ = ["MAX_FRAME_BYTES", "ConnectionProbe", "FrameEncoder", "Pusher"]

MAX_FRAME_BYTES = 131_072
"""The largest payload that `post_to_connection` takes (its API reference)."""


class FrameEncoder(Protocol):
    """Makes the frames of turns, as the bytes that are posted."""

    def turn_event(self, event: TurnEvent, to: Address, max_bytes: int) -> bytes:
        """Return the frame of a turn's event; a chat in it is trimmed to `max_bytes`."""
        ...


class Pusher(Protocol):
    """Posts frames to connections."""

    def push(self, connection: Connection, frame: bytes) -> None:
        """Post one frame; returns once API Gateway has accepted it. Raises the `PushError` that fits."""
        ...


class ConnectionProbe(Protocol):
    """Asks whether connections are open, without a post."""

    def is_gone(self, connection: Connection) -> bool:
        """Return whether the connection does not exist; raises a `PushError` if that remains unknown."""
        ...
