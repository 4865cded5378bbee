"""Makes payloads fit into frames."""

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from threadcast.protocol.chat_payload import ENVELOPE_BYTES

__all__ = ["first_fitting", "json_bytes", "reduced", "room_in"]

_Payload = TypeVar("_Payload")
_SEPARATOR_BYTES = 1


def room_in(max_bytes: int) -> int:
    """Return how many bytes a payload may take in a frame of this size."""
    return max_bytes - ENVELOPE_BYTES


def json_bytes(value: Any) -> int:
    """Return how many bytes a value takes in a frame."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def reduced(
    payload: _Payload, max_bytes: int, reductions: Sequence[Callable[[_Payload], _Payload]]
) -> _Payload:
    """Return the payload after as many of the reductions, in their order, as it needs to fit."""
    for reduction in reductions:
        if json_bytes(payload) <= max_bytes:
            return payload
        payload = reduction(payload)
    return payload


def first_fitting(items: list[_Payload], max_bytes: int) -> list[_Payload]:
    """Return the first items, as many as fit as a list."""
    left_bytes = max_bytes
    for at, item in enumerate(items):
        left_bytes -= json_bytes(item) + _SEPARATOR_BYTES
        if left_bytes < 0:
            return items[:at]
    return items
