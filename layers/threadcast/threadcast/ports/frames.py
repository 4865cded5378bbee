"""The port `FrameEncoder`."""

from typing import Protocol

from threadcast.domain.address import Address
from threadcast.domain.chat import ChatView
from threadcast.domain.turn_events import TurnEvent

__all__ = ["FrameEncoder"]


class FrameEncoder(Protocol):
    """Makes the frames that the use cases send, as the bytes that are posted."""

    def turn_event(self, event: TurnEvent, to: Address, max_bytes: int) -> bytes:
        """Return the frame of a turn's event; a chat in it is trimmed to `max_bytes`."""
        ...

    def chat(self, view: ChatView, to: Address, max_bytes: int) -> bytes:
        """Return the answer to a get, trimmed to `max_bytes`."""
        ...

    def stop(self, chat_id: str, message_id: str, to: Address, *, stopped: bool) -> bytes:
        """Return the answer to a stop; `stopped` is false where nothing was running."""
        ...
