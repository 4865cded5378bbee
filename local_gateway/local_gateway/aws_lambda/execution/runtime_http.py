"""The subset of HTTP/1.1 that Lambda's Runtime API uses, without I/O.

A general server takes five times as long per request, and each invocation is two requests.
Requests have no body or a `content-length` (checked against awslambdaric 4.2 and `http.client`).
"""

from typing import NamedTuple

__all__ = ["MalformedRequest", "Request", "RequestReader", "parse_headers", "response"]

_MAX_HEAD_BYTES = 2 * 1024 * 1024  # awslambdaric sends stack traces of up to 1 MB in one header
_LENGTH = b"\r\ncontent-length:"
_REASONS = {200: b"OK", 202: b"HandshakeAccepted", 400: b"Bad Request", 403: b"Forbidden", 404: b"Not Found"}


class MalformedRequest(Exception):
    """The bytes are not a valid request of a runtime."""


class Request(NamedTuple):
    """One request; `head` is its request line and its headers."""

    method: str
    path: str
    head: bytes
    body: bytes

    @property
    def header_block(self) -> bytes:
        """The headers without the request line, for `parse_headers`."""
        return self.head.partition(b"\r\n")[2]


def parse_headers(block: bytes) -> list[tuple[str, str]]:
    """Return the name and value of each header of a block."""
    parts = [line.partition(":") for line in block.decode("latin-1").split("\r\n")]
    return [(name, value.strip()) for name, _, value in parts]


class RequestReader:
    """Splits a stream of bytes into requests."""

    def __init__(self) -> None:
        self._buffer = b""
        self._needed = 0

    def feed(self, data: bytes) -> list[Request]:
        """Process the next bytes of the stream; return the requests that they complete.

        Raises:
            MalformedRequest: the bytes are not a valid request.

        """
        buffer = self._buffer + data if self._buffer else data
        if len(buffer) < self._needed:  # in the middle of a long body
            self._buffer = buffer
            return []
        requests: list[Request] = []
        at = self._needed = 0
        while (end := buffer.find(b"\r\n\r\n", at)) >= 0:
            head = buffer[at:end]
            length = _content_length(head) if head.startswith(b"POST") else 0
            if len(buffer) < end + 4 + length:
                self._needed = end + 4 + length - at
                break
            requests.append(_request(head, buffer[end + 4 : end + 4 + length]))
            at = end + 4 + length
        self._buffer = buffer[at:]
        if not self._needed and len(self._buffer) > _MAX_HEAD_BYTES:
            raise MalformedRequest("the head is too long")
        return requests


def _request(head: bytes, body: bytes) -> Request:
    try:
        method, path, _ = head.partition(b"\r\n")[0].split(b" ", 2)
    except ValueError as problem:
        raise MalformedRequest(head[:80]) from problem
    return Request(str(method, "latin-1"), str(path, "latin-1"), head, body)


def response(status: int, headers: str = "", body: bytes = b"") -> bytes:
    """Return a response; `headers` are complete lines that end in CRLF."""
    reason = _REASONS.get(status, b"Error")
    start = b"HTTP/1.1 %d %s\r\n%scontent-length: %d\r\n\r\n"
    return start % (status, reason, headers.encode("latin-1"), len(body)) + body


def _content_length(head: bytes) -> int:
    at = head.lower().find(_LENGTH)
    if at < 0:
        return 0
    begins = at + len(_LENGTH)
    ends = head.find(b"\r\n", begins)
    try:
        return int(head[begins:] if ends < 0 else head[begins:ends])
    except ValueError as problem:
        raise MalformedRequest("content-length is not a number") from problem
