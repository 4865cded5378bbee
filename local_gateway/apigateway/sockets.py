"""aiohttp's WebSocket with API Gateway's limits on what a client may send."""

from typing import Any

from aiohttp import WSCloseCode, web
from aiohttp.http_websocket import WebSocketError

from local_gateway.apigateway.frames import FrameWatch
from local_gateway.apigateway.limits import Limits

__all__ = ["LimitedWebSocket", "ServerSocket"]

_CLOSE_WAIT_S = 2.0


class LimitedWebSocket(web.WebSocketResponse):
    """A server-side WebSocket that closes with 1009 on frames and messages over the limits."""

    def __init__(self, limits: Limits, subprotocol: str | None) -> None:
        super().__init__(
            timeout=_CLOSE_WAIT_S,
            autoclose=True,
            autoping=True,
            protocols=() if subprotocol is None else (subprotocol,),
            compress=False,
            max_msg_size=limits.max_message_bytes + 1,
            # Never wait for a slow client: unread bytes are limited by answering 429 to posts.
            writer_limit=1 << 62,
        )
        self._limits = limits

    def _post_start(self, request: web.BaseRequest, protocol: str | None, writer: Any) -> None:
        """Put the watch between the connection and aiohttp's parser, which has no limit for frames."""
        super()._post_start(request, protocol, writer)
        parser, reader = self._parser, self._reader
        watch = FrameWatch(self._limits.max_frame_bytes)
        request.protocol._payload_parser = _WatchedParser(parser, reader, watch)  # noqa: SLF001 - no public seam


class _WatchedParser:
    """Passes bytes on to aiohttp's parser, up to the first frame that is too large."""

    def __init__(self, parser: Any, reader: Any, watch: FrameWatch) -> None:
        self._parser = parser
        self._reader = reader
        self._watch = watch
        self._failed = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._parser, name)

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Take bytes from the connection (aiohttp calls this)."""
        if self._failed:
            return True, b""
        violation = self._watch.feed(data)
        if violation is None:
            result: tuple[bool, bytes] = self._parser.feed_data(data)
            return result
        self._failed = True
        if violation:
            self._parser.feed_data(data[:violation])
        self._reader.set_exception(
            WebSocketError(WSCloseCode.MESSAGE_TOO_BIG, "Frame size exceeds maximum message size")
        )
        return True, b""

    def feed_eof(self) -> None:
        """Note the end of the connection (aiohttp calls this)."""
        self._parser.feed_eof()


class ServerSocket:
    """What the gateway does with an open WebSocket."""

    def __init__(self, socket: LimitedWebSocket, request: web.Request) -> None:
        self._socket = socket
        self._transport = request.transport

    @property
    def unread_bytes(self) -> int:
        """Give what was sent but not yet taken by the client's side."""
        return 0 if self._transport is None else int(self._transport.get_write_buffer_size())

    def send_now(self, text: str) -> None:
        """Send one text frame; raises ConnectionError if the client has gone.

        aiohttp's coroutine only waits for a full buffer, and `writer_limit` says that none is ever full.
        """
        sending = self._socket.send_str(text)
        try:
            sending.send(None)
        except StopIteration:
            return
        sending.close()
        raise ConnectionError("the frame could not be written at once")

    async def close(self, code: int, reason: str) -> None:
        """Close the connection and wait for the client's answer, but not for long."""
        await self._socket.close(code=code, message=reason.encode())

    def abort(self) -> None:
        """Cut the connection without a closing frame."""
        if self._transport is not None:
            self._transport.abort()
