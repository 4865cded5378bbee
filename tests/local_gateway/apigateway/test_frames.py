"""Frames of clients, split at every byte and not at all, and invalid frames."""

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_gateway.apigateway.websocket.frames import (
    Close,
    FrameReader,
    Ping,
    Violation,
    close_frame,
    text_frame,
)

LIMIT = 32 * 1024
MESSAGE_LIMIT = 128 * 1024
TEXT, CONTINUATION, BINARY, CLOSE, PING = 1, 0, 2, 8, 9


def frame(payload: bytes, opcode: int = TEXT, *, final: bool = True, mask: bytes = b"mask") -> bytes:
    first, size = (0x80 if final else 0) | opcode, len(payload)
    if size < 126:
        head = struct.pack("!BB", first, 0x80 | size)
    elif size < 65_536:
        head = struct.pack("!BBH", first, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", first, 0x80 | 127, size)
    return head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


def read(*chunks: bytes) -> list[Any]:
    reader = FrameReader(LIMIT, MESSAGE_LIMIT)
    return [event for chunk in chunks for event in reader.feed(chunk)]


def code_of(*chunks: bytes) -> list[int]:
    return [event.code for event in read(*chunks) if isinstance(event, Violation)]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 32_767, LIMIT])
def test_a_frame_within_the_limit_passes(size: int) -> None:
    assert read(frame(b"x" * size)) == ["x" * size]


@pytest.mark.parametrize("size", [LIMIT + 1, 65_535, 65_536, 200_000])
def test_a_frame_over_the_limit_is_1009_after_the_earlier_messages(size: int) -> None:
    before, violation = read(frame(b"first") + frame(b"x" * size))

    assert (before, violation.code) == ("first", 1009)


def test_a_frame_over_the_limit_is_detected_at_the_end_of_its_header() -> None:
    head = frame(b"x" * (LIMIT + 1))[:8]

    assert code_of(*(head[i : i + 1] for i in range(7))) == []
    assert code_of(*(head[i : i + 1] for i in range(8))) == [1009]


def test_after_a_violation_only_the_closing_frame_is_read() -> None:
    late = frame(b"y" * 50) + frame(b"z" * 40_000) + frame(b"", PING) + frame(b"\x03\xe8bye", CLOSE)

    violation, close = read(frame(b"x" * (LIMIT + 1)) + late)

    assert (violation.code, close) == (1009, Close(1000, "bye"))


def test_a_fragmented_message_may_contain_a_ping() -> None:
    parts = [
        frame(b"a", final=False),
        frame(b"now", PING),
        frame("ä".encode()[:1], CONTINUATION, final=False),
    ]

    assert read(*parts, frame("ä".encode()[1:], CONTINUATION)) == [Ping(b"now"), "aä"]


def test_a_fragmented_message_over_the_limit_is_1009() -> None:
    part = frame(b"x" * LIMIT, final=False)
    more = [frame(b"x" * LIMIT, CONTINUATION, final=False)] * 3

    assert code_of(part, *more) == []
    assert code_of(part, *more, frame(b"y", CONTINUATION)) == [1009]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (frame(b"\x00", BINARY), 1003),
        (frame(b"\xff"), 1007),
        (b"\x81\x05hello", 1002),  # no mask
        (b"\xc1" + frame(b"x")[1:], 1002),  # a compressed frame without the extension
        (frame(b"x", 3), 1002),
        (frame(b"x", 11), 1002),
        (frame(b"x", CONTINUATION), 1002),
        (frame(b"a", final=False) + frame(b"b"), 1002),
        (frame(b"x" * 126, PING), 1002),
        (frame(b"x", PING, final=False), 1002),
        (frame(b"\x03", CLOSE), 1002),
        (frame(b"\x03\xed", CLOSE), 1002),  # RFC 6455 reserves 1005
        (frame(b"\x03\xe8\xff", CLOSE), 1002),
    ],
)
def test_an_invalid_frame_has_its_status_code(sent: bytes, code: int) -> None:
    assert code_of(sent) == [code]


@pytest.mark.parametrize(
    ("payload", "close"),
    [
        (b"", Close(None, "")),
        (b"\x03\xe8", Close(1000, "")),
        (b"\x0f\xa1lunch", Close(4001, "lunch")),
    ],
)
def test_a_closing_frame_has_a_code_and_a_reason(payload: bytes, close: Close) -> None:
    assert read(frame(payload, CLOSE) + frame(b"too late")) == [close]


@given(st.lists(st.text(max_size=300), max_size=20), st.integers(1, 700), st.binary(min_size=4, max_size=4))
def test_messages_are_the_same_for_every_split_of_the_bytes(texts: list[str], cut: int, mask: bytes) -> None:
    stream = b"".join(frame(text.encode(), mask=mask) for text in texts)

    assert read(*(stream[at : at + cut] for at in range(0, len(stream), cut))) == texts


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_text_is_written_as_one_frame_with_its_size(size: int) -> None:
    written = text_frame("x" * size)

    assert written[0] == 0x81
    assert written.endswith(b"x" * size)
    assert len(written) - size == (2 if size < 126 else 4 if size < 65_536 else 10)


def test_a_closing_frames_reason_is_truncated_to_the_limit_of_control_frames() -> None:
    assert close_frame(1001, "Going away") == b"\x88\x0c\x03\xe9Going away"
    assert len(close_frame(1000, "x" * 500)) == 127
