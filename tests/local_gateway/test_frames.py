"""The watch over frame sizes, byte by byte and all at once."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_gateway.apigateway.frames import FrameWatch

LIMIT = 32 * 1024


def frame(size: int, opcode: int = 1) -> bytes:
    if size < 126:
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
    elif size < 65_536:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
    return head + b"mask" + b"x" * size


@pytest.mark.parametrize("size", [0, 1, 125, 126, 32_767, LIMIT])
def test_a_frame_within_the_limit_passes(size: int) -> None:
    assert FrameWatch(LIMIT).feed(frame(size)) is None


@pytest.mark.parametrize("size", [LIMIT + 1, 65_535, 65_536, 200_000])
def test_a_frame_over_the_limit_is_found_where_it_begins(size: int) -> None:
    first = frame(100)

    assert FrameWatch(LIMIT).feed(first + frame(size)) == len(first)


def test_a_frame_over_the_limit_is_found_as_soon_as_its_header_is_whole() -> None:
    watch = FrameWatch(LIMIT)
    head = frame(LIMIT + 1)[:8]

    assert [watch.feed(head[i : i + 1]) for i in range(8)] == [None] * 7 + [0]


@given(st.lists(st.integers(0, 2_000), max_size=20), st.integers(1, 700))
def test_frames_are_followed_however_the_bytes_are_cut(sizes: list[int], cut: int) -> None:
    stream = b"".join(frame(size) for size in sizes) + frame(3_000)
    watch = FrameWatch(2_500)

    found = [watch.feed(stream[at : at + cut]) for at in range(0, len(stream), cut)]

    violations = [at * cut + where for at, where in enumerate(found) if where is not None]
    assert violations
    assert violations[0] <= len(stream) - len(frame(3_000)) + 8


@given(st.lists(st.integers(0, 70_000), max_size=6), st.integers(1, 70_000))
def test_frames_within_the_limit_never_trip_it(sizes: list[int], cut: int) -> None:
    stream = b"".join(frame(size) for size in sizes)
    watch = FrameWatch(70_000)

    assert all(watch.feed(stream[at : at + cut]) is None for at in range(0, len(stream), cut))
