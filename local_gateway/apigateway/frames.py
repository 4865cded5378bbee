"""Watches the sizes of a client's frames in the raw bytes, which aiohttp's parser doesn't do.

It only reads frame headers (RFC 6455, section 5.2) and never keeps a payload.
"""

__all__ = ["FrameWatch"]

_SHORT = 126
_LONG = 127
_HEAD = 6
"""Header of a masked frame of less than 126 bytes."""


class FrameWatch:
    """Follows one client's stream of masked frames."""

    def __init__(self, max_frame_bytes: int) -> None:
        self._max = max_frame_bytes
        self._skip = 0
        self._header = b""

    def feed(self, data: bytes) -> int | None:
        """Take the next bytes; give where the first frame that is too large begins in them, else None.

        A frame that began in an earlier call gives 0.
        """
        at, began = 0, 0
        end = len(data)
        if (
            not self._skip
            and not self._header
            and _HEAD <= end < _HEAD + _SHORT
            and data[1] == 0x80 | end - _HEAD
        ):
            return None  # one short frame and nothing else: nearly always
        while True:
            if self._skip:
                step = min(self._skip, end - at)
                self._skip -= step
                at += step
                if self._skip:
                    return None
                began = at
            if at >= end:
                return None
            kept = len(self._header)
            self._header += data[at : at + 14 - kept]
            size = _header_size(self._header)
            if size is None:
                return None
            payload = _payload_size(self._header)
            if payload > self._max:
                return began
            at += size - kept
            self._header = b""
            self._skip = payload
            if not payload:
                began = at


def _header_size(header: bytes) -> int | None:
    """Give the length of a frame's header with its mask; None while it isn't whole."""
    if len(header) < 2:  # noqa: PLR2004 - the two fixed bytes of the RFC
        return None
    short = header[1] & 0x7F
    size = 2 + {_SHORT: 2, _LONG: 8}.get(short, 0) + (4 if header[1] & 0x80 else 0)
    return size if len(header) >= size else None


def _payload_size(header: bytes) -> int:
    short = header[1] & 0x7F
    if short == _SHORT:
        return int.from_bytes(header[2:4], "big")
    return int.from_bytes(header[2:10], "big") if short == _LONG else short
