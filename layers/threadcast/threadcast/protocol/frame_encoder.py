"""Frames as they are posted: JSON in UTF-8."""

import json
from collections.abc import Mapping

from threadcast.domain.address import Address
from threadcast.domain.turn_events import TurnEvent
from threadcast.protocol.frames import turn_frame

__all__ = ["JsonFrameEncoder", "encode"]


def encode(frame: Mapping[str, object]) -> bytes:
    """Return the frame's JSON, as it is posted."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()


class JsonFrameEncoder:
    """The `FrameEncoder` of the wire contract (`docs/protocol.md`)."""

    def turn_event(self, event: TurnEvent, to: Address, max_bytes: int) -> bytes:
        """Return the frame of a turn's event."""
        return encode(turn_frame(event, to, max_bytes))
