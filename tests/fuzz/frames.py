"""Bytes of a WebSocket client: a stream gives the same events however it is split, and no exception."""

import struct
from itertools import pairwise

from hypothesis import strategies as st

from local_gateway.apigateway.websocket.frames import Close, Event, FrameReader, Ping, Violation
from tests.fuzz.target import Target

__all__ = ["FRAMES", "check_stream"]

MAX_FRAME, MAX_MESSAGE = 200, 500
_CODES = frozenset({1002, 1003, 1007, 1009})
_MAX_CONTROL_BYTES = 125


def _frame(first: int, payload: bytes, mask: bytes, wide: int) -> bytes:
    """Return a masked frame; `wide` is the number of bytes of its size."""
    size = len(payload)
    head = {
        0: struct.pack("!BB", first, 0x80 | min(size, _MAX_CONTROL_BYTES)),
        2: struct.pack("!BBH", first, 0xFE, size),
        8: struct.pack("!BBQ", first, 0xFF, size),
    }[wide]
    return head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


_payloads = st.binary(max_size=40) | st.text(max_size=20).map(str.encode) | st.integers(0, 300).map(bytes)
_frames = st.builds(
    _frame,
    st.sampled_from([0x81, 0x01, 0x80, 0x00, 0x88, 0x89, 0x8A]) | st.integers(0, 255),
    _payloads,
    st.binary(min_size=4, max_size=4),
    st.sampled_from([0, 0, 0, 2, 8]),
)
_streams = st.lists(_frames | st.binary(max_size=12), max_size=6).map(b"".join)
_inputs = st.tuples(_streams, st.lists(st.integers(0, 400), max_size=5))


def check_stream(stream_and_cuts: tuple[bytes, list[int]]) -> None:
    """Read a stream whole and in parts; raise `AssertionError` if an invariant does not hold."""
    stream, cuts = stream_and_cuts
    events = _read(stream)
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    parts = [stream[begin:end] for begin, end in pairwise(places)]
    assert _read(*parts) == events, "the events depend on how the stream is split"
    ended = [at for at, event in enumerate(events) if isinstance(event, Close | Violation)]
    for event in events:
        match event:
            case Violation():
                assert event.code in _CODES
            case str():
                assert len(event.encode()) <= MAX_MESSAGE
            case Ping():
                assert len(event.payload) <= _MAX_CONTROL_BYTES
    if ended:
        after = events[ended[0] + 1 :]  # the client's closing frame, which may be invalid, too
        assert len(after) <= 1, "an event after the end of the connection"
        assert all(isinstance(event, Close | Violation) for event in after)


def _read(*chunks: bytes) -> list[Event]:
    reader = FrameReader(MAX_FRAME, MAX_MESSAGE)
    return [event for chunk in chunks for event in reader.feed(chunk)]


FRAMES = Target("frames", _inputs, check_stream)
