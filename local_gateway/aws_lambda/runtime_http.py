"""The small part of HTTP/1.1 that Lambda's Runtime API needs, without I/O.

A general server costs five times as much per request, and each invocation is two requests.
Requests have no body or a `content-length` (checked against awslambdaric 4.2 and `http.client`).
"""

from dataclasses import dataclass

__all__ = ["MalformedRequest", "Request", "RequestReader", "response"]

_MAX_HEAD_BYTES = 2 * 1024 * 1024  # awslambdaric sends stack traces of up to 1 MB in one header
_REASONS = {200: b"OK", 202: b"Accepted", 400: b"Bad Request", 403: b"Forbidden", 404: b"Not Found"}


class MalformedRequest(Exception):
    """The peer doesn't speak the HTTP that a runtime speaks."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `head` is its raw header block."""

    method: str
    path: str
    head: bytes
    body: bytes

    def header(self, name: str) -> str | None:
        """Look a header up by its name, whatever its case; None if it isn't there."""
        wanted = name.lower().encode()
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == wanted:
                return value.strip().decode("latin-1")
        return None


class RequestReader:
    """Cuts a stream of bytes into requests."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._head: bytes | None = None
        self._missing = 0

    def feed(self, data: bytes) -> list[Request]:
        """Take bytes as they come, give the requests that they complete.

        Raises:
            MalformedRequest: what came is not such a request.

        """
        self._buffer += data
        requests = []
        while (request := self._next()) is not None:
            requests.append(request)
        return requests

    def _next(self) -> Request | None:
        if self._head is None:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self._buffer) > _MAX_HEAD_BYTES:
                    raise MalformedRequest("the head has no end")
                return None
            self._head = bytes(self._buffer[:end])
            del self._buffer[: end + 4]
            self._missing = _content_length(self._head)
        if len(self._buffer) < self._missing:
            return None
        head, body = self._head, bytes(self._buffer[: self._missing])
        del self._buffer[: self._missing]
        self._head = None
        try:
            method, path, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        except ValueError as problem:
            raise MalformedRequest(head[:80]) from problem
        return Request(method, path, head, body)


def response(status: int, headers: str = "", body: bytes = b"") -> bytes:
    """Write a response; `headers` are whole lines that end in CRLF."""
    reason = _REASONS.get(status, b"Error")
    start = b"HTTP/1.1 %d %s\r\n%scontent-length: %d\r\n\r\n"
    return start % (status, reason, headers.encode("latin-1"), len(body)) + body


def _content_length(head: bytes) -> int:
    lower = head.lower()
    at = lower.find(b"\r\ncontent-length:")
    if at < 0:
        return 0
    try:
        return int(lower[at + 17 :].split(b"\r\n", 1)[0])
    except ValueError as problem:
        raise MalformedRequest("content-length is no number") from problem
