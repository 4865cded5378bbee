"""A minimal echo client: each connection sends its next message when it receives the previous echo.

Client and gateway share a machine, so the client uses as little processor time as possible: no library,
one packet per message, a fixed mask. It compares every echo with the sent message.
"""

import asyncio
import base64
import os
import time
from urllib.parse import urlsplit

__all__ = ["echoes"]

_TEXT = b"x" * 64
_MASK = os.urandom(4)
_SENT = bytes((0x81, 0x80 | len(_TEXT))) + _MASK + bytes(c ^ _MASK[i % 4] for i, c in enumerate(_TEXT))
_EXPECTED = bytes((0x81, len(_TEXT))) + _TEXT
_WARM_UP_S = 2.0


class _Echo(asyncio.Protocol):
    """One connection; the result of `done` is its latencies in seconds."""

    def __init__(self, url: str, ends: float, done: asyncio.Future[list[float]]) -> None:
        self._url = urlsplit(url)
        self._ends = ends
        self._done = done
        self._latencies: list[float] = []
        self._open = False
        self._received = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {self._url.path or '/'} HTTP/1.1",
            f"Host: {self._url.netloc}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        ]
        self._transport.write("\r\n".join([*lines, "", ""]).encode())

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._open:
            self._handshake()
        elif len(self._received) >= len(_EXPECTED):
            self._take()

    def connection_lost(self, _exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(
                ConnectionError(f"the connection closed, last received: {self._received[:200]!r}")
            )

    def _handshake(self) -> None:
        if b"\r\n\r\n" in self._received:
            if b" 101 " not in self._received[:20]:
                raise ConnectionError(self._received[:200])
            self._open, self._received = True, b""
            self._send()

    def _take(self) -> None:
        now = time.perf_counter()
        if self._received != _EXPECTED:
            raise ConnectionError(f"the echo differs: {self._received[:200]!r}")
        self._received = b""
        self._latencies.append(now - self._sent_at)
        if now < self._ends:
            self._send()
        else:
            self._done.set_result(self._latencies)
            self._transport.close()

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(_SENT)


async def echoes(url: str, connections: int, seconds: float) -> dict[str, float]:
    """Measure after a warm-up of 2 s; 0 seconds measures one message per connection, without a warm-up."""
    warming = await _round(url, connections, _WARM_UP_S) if seconds else []
    began = time.perf_counter()
    latencies = sorted(await _round(url, connections, seconds))
    took = time.perf_counter() - began
    return {
        "echoes_in_all": len(warming) + len(latencies),
        "echoes_per_s": round(len(latencies) / took),
        "median_ms": round(latencies[len(latencies) // 2] * 1000, 2),
        "p99_ms": round(latencies[int(len(latencies) * 0.99)] * 1000, 2),
    }


async def _round(url: str, connections: int, seconds: float) -> list[float]:
    loop = asyncio.get_running_loop()
    ends = time.perf_counter() + seconds
    host, port = urlsplit(url).hostname, urlsplit(url).port
    results: list[asyncio.Future[list[float]]] = [loop.create_future() for _ in range(connections)]
    for result in results:
        await loop.create_connection(lambda result=result: _Echo(url, ends, result), host, port)
    return [latency for each in await asyncio.gather(*results) for latency in each]
