"""The port `Pusher`."""

from typing import Protocol

from threadcast.ports.connections import Connection

__all__ = ["MAX_FRAME_BYTES", "Pusher"]

MAX_FRAME_BYTES = 131_072
"""The largest payload that `post_to_connection` takes (its API reference)."""


class Pusher(Protocol):
    """Posts frames to connections."""

    def push(self, connection: Connection, frame: bytes) -> None:
        """Post one frame; returns once API Gateway has accepted it. Raises the `PushError` that fits."""
        ...
