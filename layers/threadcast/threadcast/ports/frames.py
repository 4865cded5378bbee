"""The port `FrameEncoder`."""

from typing import Protocol

from threadcast.domain.address import Address
from threadcast.domain.turn_events import TurnEvent

__all__ = ["FrameEncoder"]


class FrameEncoder(Protocol):
    """Makes the frames of turns, as the bytes that are posted."""

    def turn_event(self, event: TurnEvent, to: Address, max_bytes: int) -> bytes:
        """Return the frame of a turn's event; a chat in it is trimmed to `max_bytes`."""
        ...
