"""WebSocket frames without I/O: reads a client's frames within API Gateway's limits, writes the server's.

Frames: RFC 6455, section 5. API Gateway closes with 1009 (too large) and 1003 (binary frame):
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
"""

from typing import Final, NamedTuple

from aiohttp import WSCloseCode, WSMsgType

__all__ = ["Close", "Event", "FrameReader", "Ping", "Violation", "close_frame", "pong_frame", "text_frame"]

_FINAL: Final = 0x80
_MASKED: Final = 0x80
_RESERVED: Final = 0x70
_CONTINUATION: Final = int(WSMsgType.CONTINUATION)
_TEXT: Final = int(WSMsgType.TEXT)
_BINARY: Final = int(WSMsgType.BINARY)
_CLOSE: Final = int(WSMsgType.CLOSE)
_PING: Final = int(WSMsgType.PING)
_PONG: Final = int(WSMsgType.PONG)
_WHOLE_TEXT: Final = _FINAL | _TEXT
_SIZE_IN_2_BYTES: Final = 126
_SIZE_IN_8_BYTES: Final = 127
_MAX_CONTROL_BYTES: Final = 125
_HEAD_BYTES: Final = 6
"""Two fixed bytes and the mask. The extended forms of the size are between them."""

_PRIVATE_CODES: Final = range(3000, 5000)
_DEFINED_CODES: Final = frozenset({1000, 1001, 1002, 1003, *range(1007, 1015)})


class Ping(NamedTuple):
    """A ping. The pong has the same payload."""

    payload: bytes


class Close(NamedTuple):
    """A closing frame. `code` is None if the frame is empty."""

    code: int | None
    reason: str


class Violation(NamedTuple):
    """An invalid frame, which ends the connection with this status code."""

    code: int
    reason: str


Event = str | Ping | Close | Violation
"""A complete text message, a control frame or a violation."""

_TOO_LARGE = Violation(WSCloseCode.MESSAGE_TOO_BIG, "Frame size exceeds maximum message size")
_BINARY_SENT = Violation(WSCloseCode.UNSUPPORTED_DATA, "Binary frames are not supported")


class FrameReader:
    """Reads one client's stream. After a violation it skips everything but the client's closing frame."""

    __slots__ = ("_finished", "_max_frame", "_max_message", "_parts", "_rest", "_skip", "_violated")

    def __init__(self, max_frame_bytes: int, max_message_bytes: int) -> None:
        self._max_frame = min(max_frame_bytes, max_message_bytes)
        self._max_message = max_message_bytes
        self._rest = b""
        self._skip = 0
        self._parts: bytes | None = None
        self._violated = False
        self._finished = False

    def feed(self, data: bytes) -> list[Event]:
        """Process the next bytes of the stream; return the events that they complete."""
        if self._rest:
            data = self._rest + data
            self._rest = b""
        events: list[Event] = []
        at, end = 0, len(data)
        while at < end and not self._finished:
            if self._skip:
                skipped = min(self._skip, end - at)
                self._skip -= skipped
                at += skipped
                continue
            start, size = _extent(data, at, end)
            if start < 0:  # the header is incomplete
                break
            plain = data[at] == _WHOLE_TEXT and data[at + 1] & _MASKED and size <= self._max_frame
            if (not plain or self._violated or self._parts is not None) and self._skips(
                data[at], data[at + 1], size, events
            ):
                at, self._skip = start, size
                continue
            if start + size > end:
                break
            self._take(data[at], _unmasked(data[start - 4 : start], data[start : start + size]), events)
            at = start + size
        if at < end and not self._finished:
            self._rest = data[at:]
        return events

    def _skips(self, first: int, second: int, size: int, events: list[Event]) -> bool:
        """Return whether to skip a frame; append the violation if it is the first one."""
        opcode = first & 0x0F
        problem = self._violation(first, second, size)
        if problem is not None and not self._violated:
            self._violated = True
            self._finished = problem.code == WSCloseCode.PROTOCOL_ERROR
            events.append(problem)
        return problem is not None or (self._violated and opcode != _CLOSE)

    def _violation(self, first: int, second: int, size: int) -> Violation | None:
        if first & _RESERVED or not second & _MASKED:
            return _protocol_error("reserved bits, or no mask")
        if first & 0x0F < _CLOSE:
            return self._data_violation(first & 0x0F, size)
        known = first & 0x0F <= _PONG and first & _FINAL and size <= _MAX_CONTROL_BYTES
        return None if known else _protocol_error("no such control frame")

    def _data_violation(self, opcode: int, size: int) -> Violation | None:
        so_far = 0 if self._parts is None else len(self._parts)
        if size > self._max_frame or so_far + size > self._max_message:
            return _TOO_LARGE
        if opcode == _BINARY:
            return _BINARY_SENT
        announced = opcode <= _TEXT and (opcode == _CONTINUATION) == (self._parts is not None)
        return None if announced else _protocol_error("a frame that nothing announced")

    def _take(self, first: int, payload: bytes, events: list[Event]) -> None:
        opcode = first & 0x0F
        if opcode <= _TEXT:
            whole = payload if self._parts is None else self._parts + payload
            self._parts = None if first & _FINAL else whole
            if first & _FINAL:
                events.append(self._text(whole))
        elif opcode == _PING:
            events.append(Ping(payload))
        elif opcode == _CLOSE:
            self._finished = True
            events.append(_close(payload))

    def _text(self, whole: bytes) -> Event:
        try:
            return whole.decode()
        except UnicodeDecodeError:
            self._violated = True
            return Violation(WSCloseCode.INVALID_TEXT, "Invalid UTF-8 text message")


def text_frame(text: str) -> bytes:
    """Return a text message as one frame."""
    return _frame(_TEXT, text.encode())


def pong_frame(payload: bytes) -> bytes:
    """Return the response to a ping."""
    return _frame(_PONG, payload)


def close_frame(code: int | None, reason: str = "") -> bytes:
    """Return a closing frame; without a code its payload is empty."""
    payload = b"" if code is None else code.to_bytes(2, "big") + reason.encode()[: _MAX_CONTROL_BYTES - 2]
    return _frame(_CLOSE, payload)


def _frame(opcode: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < _SIZE_IN_2_BYTES:
        return bytes((_FINAL | opcode, size)) + payload
    if size < 1 << 16:
        return bytes((_FINAL | opcode, _SIZE_IN_2_BYTES)) + size.to_bytes(2, "big") + payload
    return bytes((_FINAL | opcode, _SIZE_IN_8_BYTES)) + size.to_bytes(8, "big") + payload


def _extent(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Return the offset and size of a frame's payload; the offset is -1 if the header is incomplete."""
    if end - at < _HEAD_BYTES:
        return -1, 0
    size = data[at + 1] & 0x7F
    if size < _SIZE_IN_2_BYTES:
        return at + _HEAD_BYTES, size
    more = 2 if size == _SIZE_IN_2_BYTES else 8
    if end - at < _HEAD_BYTES + more:
        return -1, 0
    return at + _HEAD_BYTES + more, int.from_bytes(data[at + 2 : at + 2 + more], "big")


def _unmasked(mask: bytes, payload: bytes) -> bytes:
    """Remove the client's mask: one XOR of long integers instead of a loop over bytes."""
    size = len(payload)
    key = int.from_bytes((mask * (size // 4 + 1))[:size], "little")
    return (int.from_bytes(payload, "little") ^ key).to_bytes(size, "little")


def _close(payload: bytes) -> Close | Violation:
    if not payload:
        return Close(None, "")
    code = int.from_bytes(payload[:2], "big")
    if len(payload) == 1 or (code not in _DEFINED_CODES and code not in _PRIVATE_CODES):
        return _protocol_error("no such status code")
    try:
        return Close(code, payload[2:].decode())
    except UnicodeDecodeError:
        return _protocol_error("the reason is no UTF-8")


def _protocol_error(why: str) -> Violation:
    return Violation(WSCloseCode.PROTOCOL_ERROR, f"Protocol error: {why}")
