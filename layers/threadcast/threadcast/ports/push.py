"""The ports `Pusher` and `ConnectionProbe`."""

from typing import Protocol

from threadcast.ports.connections import Connection

__all__ = ["MAX_FRAME_BYTES", "ConnectionProbe", "Pusher"]

MAX_FRAME_BYTES = 131_072
"""The largest payload that `post_to_connection` takes (its API reference)."""


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
