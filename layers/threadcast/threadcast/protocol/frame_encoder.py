"""Frames as they are posted: JSON in UTF-8."""

import json

from threadcast.domain.address import Address
from threadcast.domain.chat import ChatView
from threadcast.domain.turn_events import TurnEvent
from threadcast.protocol.frames import Frame, chat_frame, stop_frame, turn_frame

__all__ = ["JsonFrameEncoder", "encode"]


def encode(frame: Frame) -> bytes:
    """Return the frame's JSON, as it is posted."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()


class JsonFrameEncoder:
    """The `FrameEncoder` of the wire contract (`docs/protocol.md`)."""

    def turn_event(self, event: TurnEvent, to: Address, max_bytes: int) -> bytes:
        """Return the frame of a turn's event."""
        return encode(turn_frame(event, to, max_bytes))

    def chat(self, view: ChatView, to: Address, max_bytes: int) -> bytes:
        """Return the answer to a get."""
        return encode(chat_frame(view, to, max_bytes))

    def stop(self, chat_id: str, message_id: str, to: Address, *, stopped: bool) -> bytes:
        """Return the answer to a stop."""
        return encode(stop_frame(chat_id, message_id, to, stopped=stopped))
