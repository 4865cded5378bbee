"""The client side of Lambda's Runtime API over one socket, with the interface of awslambdaric's binding.

A result and the poll for the next invocation share one packet (HTTP pipelining), which avoids two of
the six process switches of an invocation.
"""

import os
import socket
from typing import Any

__all__ = ["initialize_client", "next", "post_error", "post_invocation_result"]

_BASE = "/2018-06-01/runtime/invocation"
_HOST = "Host: localhost\r\n"
_NEXT = f"GET {_BASE}/next HTTP/1.1\r\n{_HOST}\r\n".encode()
_READ_BYTES = 1 << 16
_DEADLINE = "Lambda-Runtime-Deadline-Ms"

_REJECTED = (b"HTTP/1.1 4", b"HTTP/1.1 5")
_LENGTH = b"\r\ncontent-length: "
"""The last header of every response of the gateway's Runtime API."""

Response = tuple[bytes, bytes]
"""Head and body."""


class _Client:
    """The connection, opened on first use. `_unread` counts the unread responses to results."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._buffer = b""
        self._polled = False
        self._unread = 0

    def next(self) -> tuple[bytes, dict[str, Any]]:
        """Wait for the next invocation; return its event and headers."""
        if not self._polled:
            self._send(_NEXT)
        self._polled = False
        while self._unread:
            self._unread -= 1
            head, _ = self._read()
            if head.startswith(_REJECTED):
                raise ConnectionError(f"the Runtime API rejects a result: {head[:40]!r}")
        head, body = self._read()
        headers: dict[str, Any] = dict(
            line.split(": ", 1) for line in head.decode("latin-1").split("\r\n")[1:]
        )
        headers[_DEADLINE] = int(headers[_DEADLINE])
        return body, headers

    def post(self, path: str, body: bytes) -> None:
        """Send an outcome and poll for the next invocation; `next` reads both responses."""
        head = f"POST {_BASE}{path} HTTP/1.1\r\n{_HOST}Content-Length: {len(body)}\r\n\r\n"
        self._send(head.encode() + body + _NEXT)
        self._unread += 1
        self._polled = True

    def _send(self, data: bytes) -> None:
        if self._socket is None:
            host, _, port = os.environ["AWS_LAMBDA_RUNTIME_API"].partition(":")
            self._socket = socket.create_connection((host, int(port)))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(data)

    def _read(self) -> Response:
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            self._buffer += self._receive(_READ_BYTES)
        head = self._buffer[:end]
        ends = end + 4 + int(head[head.rindex(_LENGTH) + len(_LENGTH) :])
        if len(self._buffer) < ends:
            parts, missing = [self._buffer], ends - len(self._buffer)
            while missing > 0:
                parts.append(self._receive(min(missing, 1 << 20)))
                missing -= len(parts[-1])
            self._buffer = b"".join(parts)
        body, self._buffer = self._buffer[end + 4 : ends], self._buffer[ends:]
        return head, body

    def _receive(self, limit: int) -> bytes:
        data = b"" if self._socket is None else self._socket.recv(limit)
        if not data:
            raise ConnectionError("the Runtime API closed the connection")
        return data


_client = _Client()


def initialize_client(_user_agent: str) -> None:
    """Do nothing: the connection opens on first use."""


def next() -> tuple[bytes, dict[str, Any]]:  # noqa: A001 - awslambdaric calls it by this name
    """Wait for the next invocation; return its event and headers."""
    return _client.next()


def post_invocation_result(
    invoke_id: str, result: bytes, _content_type: str = "", _invocation_id: str | None = None
) -> None:
    """Send an invocation's result."""
    _client.post(f"/{invoke_id}/response", result)


def post_error(invoke_id: str, error: str, _xray_fault: str = "", _invocation_id: str | None = None) -> None:
    """Send an invocation's error as JSON."""
    _client.post(f"/{invoke_id}/error", error.encode())
