"""A message that is too large for a frame all by itself, made to fit."""

from typing import Any

from threadcast.domain.text import cut, json_size

__all__ = ["shortened"]

_LEAST_BYTES = 64


def shortened(message: dict[str, Any], excess_bytes: int) -> dict[str, Any]:
    """The wire's message with its longest texts cut, visibly, until it is `excess_bytes` smaller.

    The question is cut first: whoever asked it has it.
    """
    request, parts = message["request_message"], message["response_messages"]
    if request is not None:
        short = _less(request["request"], excess_bytes)
        excess_bytes -= json_size(request["request"]) - json_size(short)
        message = message | {"request_message": request | {"request": short}}
    by_size = sorted((part for part in parts.values() if part.get("message")), key=_text_bytes, reverse=True)
    for part in by_size:
        if excess_bytes <= 0:
            break
        short = _less(part["message"], excess_bytes)
        excess_bytes -= _text_bytes(part) - json_size(short)
        parts = parts | {part["id"]: part | {"message": short}}
    return message | {"response_messages": parts}


def _text_bytes(part: dict[str, Any]) -> int:
    return json_size(part["message"])


def _less(text: str, excess_bytes: int) -> str:
    return cut(text, max(json_size(text) - max(excess_bytes, 0), _LEAST_BYTES))
