"""Shorten a message that does not fit into a frame by itself."""

from threadcast.domain.text import cut, json_size
from threadcast.protocol.types.chat_types import MessagePayload
from threadcast.protocol.types.part_types import TextResponseMessage

__all__ = ["shortened"]

_MIN_TEXT_BYTES = 64


def shortened(message: MessagePayload, excess_bytes: int) -> MessagePayload:
    """Return the message with its longest texts cut, each marked, until it is `excess_bytes` smaller.

    The request is cut first: its sender has the original.
    """
    message, excess_bytes = _with_short_request(message, excess_bytes)
    parts = message["response_messages"]
    texts = [part for part in parts.values() if part["type"] == "text" and part["message"]]
    for part in sorted(texts, key=_text_bytes, reverse=True):
        if excess_bytes <= 0:
            break
        short: TextResponseMessage = {**part, "message": _cut_by(part["message"] or "", excess_bytes)}
        excess_bytes -= _text_bytes(part) - _text_bytes(short)
        parts = {**parts, part["id"]: short}
    return {**message, "response_messages": parts}


def _with_short_request(message: MessagePayload, excess_bytes: int) -> tuple[MessagePayload, int]:
    """Return the message with its request cut, and the bytes that are still too many."""
    request = message["request_message"]
    if request is None or request["request"] is None:
        return message, excess_bytes
    short = _cut_by(request["request"], excess_bytes)
    saved_bytes = json_size(request["request"]) - json_size(short)
    return {**message, "request_message": {**request, "request": short}}, excess_bytes - saved_bytes


def _text_bytes(part: TextResponseMessage) -> int:
    return json_size(part["message"] or "")


def _cut_by(text: str, excess_bytes: int) -> str:
    return cut(text, max(json_size(text) - max(excess_bytes, 0), _MIN_TEXT_BYTES))
