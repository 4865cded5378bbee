"""The HTTP requests of a function's process to the Runtime API."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_gateway.aws_lambda.execution.runtime_http import (
    MalformedRequest,
    Request,
    RequestReader,
    parse_headers,
    response,
)

NEXT = b"GET /next HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n"
RESULT = b"POST /r1/response HTTP/1.1\r\ncontent-type: application/json\r\nContent-Length: 4\r\n\r\nbody"


def test_a_request_without_a_body_is_complete_at_the_end_of_its_head() -> None:
    (request,) = RequestReader().feed(NEXT)

    assert request == Request("GET", "/next", NEXT[:-4], b"")


def test_a_request_has_its_headers() -> None:
    (request,) = RequestReader().feed(RESULT)

    assert parse_headers(request.header_block) == [
        ("content-type", "application/json"),
        ("Content-Length", "4"),
    ]


@given(st.integers(1, 60))
def test_requests_are_the_same_for_every_split_of_the_bytes(cut: int) -> None:
    stream, reader = RESULT + NEXT + RESULT, RequestReader()

    got = [each for at in range(0, len(stream), cut) for each in reader.feed(stream[at : at + cut])]

    assert [(each.method, each.path, each.body) for each in got] == [
        ("POST", "/r1/response", b"body"),
        ("GET", "/next", b""),
        ("POST", "/r1/response", b"body"),
    ]


@pytest.mark.parametrize(
    "garbage",
    [
        b"\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET /next\r\nHost: a b\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: many\r\n\r\n",
        b"x" * 3_000_000,
    ],
)
def test_an_invalid_request_is_rejected(garbage: bytes) -> None:
    with pytest.raises(MalformedRequest):
        RequestReader().feed(garbage)


def test_a_response_has_its_length_and_its_headers() -> None:
    written = response(200, "a: b\r\n", b"body")

    assert written == b"HTTP/1.1 200 OK\r\na: b\r\ncontent-length: 4\r\n\r\nbody"
