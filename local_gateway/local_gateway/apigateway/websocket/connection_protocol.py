"""The asyncio protocol of an open WebSocket: frames in both directions, pings, the closing handshake.

A protocol instead of a task: a message needs no iteration of the event loop of its own, and an idle
connection needs little memory.
"""

import asyncio
from collections.abc import Callable

from local_gateway.apigateway.websocket.frames import (
    Close,
    FrameReader,
    Ping,
    Violation,
    close_frame,
    pong_frame,
    text_frame,
)

__all__ = ["ABNORMAL", "NO_STATUS", "WebSocketProtocol"]

NO_STATUS = (1005, "Client-side close frame status not set")
ABNORMAL = (1006, "Connection closed abnormally")

_CLOSE_TIMEOUT_S = 2.0


class WebSocketProtocol(asyncio.Protocol):
    """One connection after its handshake.

    Calls `on_text` with each message, and `on_end` once with the status code and reason of the end.
    """

    __slots__ = ("_closed", "_closing", "_on_end", "_on_text", "_reader", "_transport")

    def __init__(
        self,
        transport: asyncio.Transport,
        reader: FrameReader,
        on_text: Callable[[str], None],
        on_end: Callable[[int, str], None],
    ) -> None:
        self._transport = transport
        self._reader = reader
        self._on_text = on_text
        self._on_end: Callable[[int, str], None] | None = on_end
        self._closing = False
        self._closed: asyncio.Future[None] | None = None

    @property
    def unread_bytes(self) -> int:
        """Number of bytes that are sent but still wait in this process."""
        return self._transport.get_write_buffer_size()

    def send_now(self, text: str) -> None:
        """Send one text frame without waiting; raise ConnectionError if the connection is closed."""
        if self._closing or self._transport.is_closing():
            raise ConnectionError("the connection is closed")
        self._transport.write(text_frame(text))

    async def close(self, code: int, reason: str) -> None:
        """Close the connection and wait for the client's closing frame, at most 2 s."""
        if self._transport.is_closing():
            return
        closed = self._closed = self._closed or asyncio.get_running_loop().create_future()
        self._send_close(code, reason)
        await asyncio.wait((closed,), timeout=_CLOSE_TIMEOUT_S)

    def abort(self) -> None:
        """Cut the connection without a closing frame."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Process bytes of the client (called by asyncio)."""
        for event in self._reader.feed(data):
            if isinstance(event, str):
                if not self._closing:
                    self._on_text(event)
            elif isinstance(event, Ping):
                if not self._transport.is_closing():
                    self._transport.write(pong_frame(event.payload))
            elif isinstance(event, Violation):
                self._send_close(event.code, event.reason)
                self._end(event.code, event.reason)
            else:
                self._answer_close(event)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Report the end of the connection (called by asyncio)."""
        self._end(*ABNORMAL)
        if self._closed is not None and not self._closed.done():
            self._closed.set_result(None)

    def _answer_close(self, event: Close) -> None:
        if not self._closing:
            self._closing = True
            self._transport.write(close_frame(event.code))
        self._transport.close()
        self._end(*(NO_STATUS if event.code is None else (event.code, event.reason or NO_STATUS[1])))

    def _send_close(self, code: int, reason: str) -> None:
        """Send a closing frame, and abort the connection if the client does not close it within 2 s.

        Closing at once would discard the frame while the client is still sending.
        """
        if not self._closing:
            self._closing = True
            self._transport.write(close_frame(code, reason))
            asyncio.get_running_loop().call_later(_CLOSE_TIMEOUT_S, self._transport.abort)

    def _end(self, code: int, reason: str) -> None:
        on_end, self._on_end = self._on_end, None
        if on_end is not None:
            on_end(code, reason)
