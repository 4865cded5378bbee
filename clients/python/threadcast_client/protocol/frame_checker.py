"""Compare a server's frame with the wire contract, for tests that check every frame they receive."""

import re
from collections.abc import Iterator
from typing import Any, Final

from threadcast_client.protocol.frames import (
    ERROR_EVENTS,
    GATEWAY_MESSAGES,
    MAX_REQUEST_ID_CHARS,
    MAX_ROUTE_CHARS,
    PAYLOADS,
    ROUTES,
    SNAPSHOT_EVENTS,
    AnyFrame,
    GatewayFrame,
    ServerFrame,
    is_gateway_frame,
)
from threadcast_client.protocol.type_checker import type_faults

__all__ = ["check_frame"]

_INTERNAL_DETAIL: Final = re.compile(r"arn:aws|Traceback \(most recent|Error:|Exception")
_MASKED: Final = re.compile(r"[*•]+")


def check_frame(frame: Any) -> list[str]:
    """Return every way in which a frame violates the contract, each with its path.

    API Gateway's own frames pass if they have the documented shape. Rules that span several frames (order,
    one terminal frame, the agreement of the fold with `complete`) are not checked here.
    """
    if isinstance(frame, dict) and is_gateway_frame(frame):
        return type_faults(frame, GatewayFrame) + _gateway_message_faults(frame)
    faults = type_faults(frame, ServerFrame)
    if faults:
        return faults
    return [*_envelope_faults(frame), *_payload_faults(frame)]


def _gateway_message_faults(frame: AnyFrame) -> list[str]:
    message = frame.get("message")
    return [] if message in GATEWAY_MESSAGES else [f"message: API Gateway does not send {message!r}"]


def _envelope_faults(frame: AnyFrame) -> Iterator[str]:
    route, event, error = frame["route"], frame["event"], frame["error"]
    if len(frame.get("request_id", "")) > MAX_REQUEST_ID_CHARS:
        yield f"request_id: over {MAX_REQUEST_ID_CHARS} characters"
    if route is not None and len(route) > MAX_ROUTE_CHARS:
        yield f"route: over {MAX_ROUTE_CHARS} characters"
    if event != "error" and route not in ROUTES:
        yield f"route: {route!r} is not a route that answers with {event}"
    if error is None:
        if PAYLOADS[event] is None:
            yield f"error: missing in {event}"
        return
    if event not in ERROR_EVENTS:
        yield f"error: not allowed in {event}"
    if frame["send_method"] != "SenderOnly":
        yield "send_method: must be SenderOnly in a frame with an error"
    yield from _error_faults(error)


def _error_faults(error: AnyFrame) -> Iterator[str]:
    if _INTERNAL_DETAIL.search(error["message"]):
        yield "error.message: contains internal details"
    if error["code"] == "INTERNAL_SERVER_ERROR" and not error.get("reference_id"):
        yield "error.reference_id: missing from an internal error"


def _payload_faults(frame: AnyFrame) -> Iterator[str]:
    event, payload = frame["event"], frame["payload"]
    if PAYLOADS[event] is None or frame["error"] is not None:
        if payload is not None:
            yield f"payload: not null in {event}"
        return
    faults = type_faults(payload, PAYLOADS[event], "payload")
    yield from faults
    if faults:
        return
    if event in SNAPSHOT_EVENTS:
        yield from _chat_faults(payload, is_complete=event == "complete")
    elif event == "generatingTitle":
        yield from _title_faults(payload)
    elif event == "generatingResponseMessage":
        yield from _response_faults(payload)
    elif event == "generatingReasoningMessage":
        yield from _reasoning_faults(payload)


def _title_faults(payload: AnyFrame) -> Iterator[str]:
    is_chunk = payload["progress"] == "in_progress"
    present, absent = ("title_chunk", "title") if is_chunk else ("title", "title_chunk")
    if payload[present] is None or payload[absent] is not None:
        yield f"payload: {payload['progress']} must carry {present} and not {absent}"


def _response_faults(payload: AnyFrame) -> Iterator[str]:
    part, path = payload["response_message"], "payload.response_message"
    if part["type"] != "text":
        return
    if (part["message"] is None) == (part["message_chunk"] is None):
        yield f"{path}: must carry either a chunk or the whole message"
    if part["is_final_message"] and part["message"] is None:
        yield f"{path}: a final message must carry the whole message"


def _reasoning_faults(payload: AnyFrame) -> Iterator[str]:
    step, path = payload["reasoning"], "payload.reasoning"
    if step["type"] != "files":
        return
    yield from _ordered_map_faults(step, "file_ids", "files", path)
    for key, file in step["files"].items():
        if file["file"]["text"] is not None and file["file"]["text_chunk"] is not None:
            yield f"{path}.files.{key}: must carry either a chunk or the whole text"


def _chat_faults(chat: AnyFrame, *, is_complete: bool) -> Iterator[str]:
    yield from _ordered_map_faults(chat, "message_ids", "messages", "payload")
    password = chat["public_password"]
    if password is not None and not _MASKED.fullmatch(password):
        yield "payload.public_password: not masked"
    for key, message in chat["messages"].items():
        path = f"payload.messages.{key}"
        yield from _ordered_map_faults(message, "response_message_ids", "response_messages", path)
        yield from _ordered_map_faults(message, "reasoning_message_ids", "reasoning_messages", path)
        for kind in ("response_messages", "reasoning_messages"):
            for part_id, part in message[kind].items():
                yield from _snapshot_part_faults(part, f"{path}.{kind}.{part_id}", is_complete=is_complete)


def _ordered_map_faults(parent: AnyFrame, ids_key: str, map_key: str, path: str) -> Iterator[str]:
    ids, items = parent[ids_key], parent[map_key]
    if len(set(ids)) != len(ids):
        yield f"{path}.{ids_key}: contains an id twice"
    for key in ids:
        if key not in items:
            yield f"{path}.{ids_key}: {key} is not a key of {map_key}"
    for key, item in items.items():
        if key not in ids:
            yield f"{path}.{map_key}.{key}: not in {ids_key}"
        if item["id"] != key:
            yield f"{path}.{map_key}.{key}: has the id {item['id']!r}"


def _snapshot_part_faults(part: AnyFrame, path: str, *, is_complete: bool) -> Iterator[str]:
    if part.get("message_chunk") is not None:
        yield f"{path}.message_chunk: a chunk in a snapshot"
    if part["type"] == "files":
        yield from _ordered_map_faults(part, "file_ids", "files", path)
    if not is_complete:
        return
    if part["type"] == "text" and part["message"] is None:
        yield f"{path}.message: still open in complete"
    if "is_final_message" in part and not part["is_final_message"]:
        yield f"{path}.is_final_message: still open in complete"
    if part.get("status") == "loading":
        yield f"{path}.status: still open in complete"
