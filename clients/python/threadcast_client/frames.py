"""Holds a server's frame against the wire contract, so that a test can do so with every frame it receives."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from threadcast_client.conform import differences
from threadcast_client.contract import (
    GATEWAY_MESSAGES,
    MAX_REQUEST_ID_CHARS,
    MAX_ROUTE_CHARS,
    PAYLOADS,
    ROUTES,
    AnyFrame,
    GatewayFrame,
    ServerFrame,
)

__all__ = ["AnyFrame", "check_frame", "is_gateway_frame", "is_terminal"]

_SNAPSHOTS: Final = frozenset({"initializeChat", "complete", "getChat"})
_ONLY_FAILURES: Final = frozenset({"postThread", "error"})
_MAY_FAIL: Final = _ONLY_FAILURES | {"stopThread", "getChat"}
_NEVER_TOLD: Final = re.compile(r"arn:aws|Traceback \(most recent|Error:|Exception")
_MASK: Final = re.compile(r"[*•]+")


def is_gateway_frame(frame: Mapping[str, Any]) -> bool:
    """Whether API Gateway itself is speaking: a time-out, a crash or a missing route, tied to no request."""
    return "connectionId" in frame and "event" not in frame


def is_terminal(frame: Mapping[str, Any]) -> bool:
    """Whether this frame is the last one of a turn: `complete`, or any frame with an error."""
    return frame.get("event") == "complete" or frame.get("error") is not None


def check_frame(frame: Any) -> list[str]:
    """Return every way in which a frame breaks the contract, each with its path; empty when it keeps it.

    API Gateway's own frames pass when they are shaped as it shapes them. Rules that span frames (order, one
    terminal frame, the fold law) are not looked at here.
    """
    if isinstance(frame, dict) and is_gateway_frame(frame):
        return differences(frame, GatewayFrame) + _strange_gateway_message(frame)
    faults = differences(frame, ServerFrame)
    if faults:
        return faults
    return [*_envelope_faults(frame), *_payload_faults(frame)]


def _strange_gateway_message(frame: AnyFrame) -> list[str]:
    message = frame.get("message")
    return [] if message in GATEWAY_MESSAGES else [f"message: API Gateway does not say {message!r}"]


def _envelope_faults(frame: AnyFrame) -> Iterator[str]:
    route, event, error = frame["route"], frame["event"], frame["error"]
    if len(frame.get("request_id", "")) > MAX_REQUEST_ID_CHARS:
        yield f"request_id: over {MAX_REQUEST_ID_CHARS} characters"
    if route is not None and len(route) > MAX_ROUTE_CHARS:
        yield f"route: over {MAX_ROUTE_CHARS} characters"
    if event != "error" and route not in ROUTES:
        yield f"route: {route!r} is not a route that answers with {event}"
    if error is None:
        if event in _ONLY_FAILURES:
            yield f"error: missing in {event}"
        return
    if event not in _MAY_FAIL:
        yield f"error: not allowed in {event}"
    if frame["send_method"] != "SenderOnly":
        yield "send_method: an error is for the asker alone"
    yield from _error_faults(error)


def _error_faults(error: AnyFrame) -> Iterator[str]:
    if _NEVER_TOLD.search(error["message"]):
        yield "error.message: tells what must stay inside"
    if error["code"] == "INTERNAL_SERVER_ERROR" and not error.get("reference_id"):
        yield "error.reference_id: missing from an internal error"


def _payload_faults(frame: AnyFrame) -> Iterator[str]:
    event, payload = frame["event"], frame["payload"]
    if PAYLOADS[event] is None or frame["error"] is not None:
        if payload is not None:
            yield f"payload: not null in {event}"
        return
    faults = differences(payload, PAYLOADS[event], "payload")
    yield from faults
    if faults:
        return
    if event in _SNAPSHOTS:
        yield from _chat_faults(payload, closed=event == "complete")
    elif event == "generatingTitle":
        yield from _title_faults(payload)
    elif event == "generatingResponseMessage":
        yield from _response_faults(payload)
    elif event == "generatingReasoningMessage":
        yield from _reasoning_faults(payload)


def _title_faults(payload: AnyFrame) -> Iterator[str]:
    given, other = (
        ("title_chunk", "title") if payload["progress"] == "in_progress" else ("title", "title_chunk")
    )
    if payload[given] is None or payload[other] is not None:
        yield f"payload: {payload['progress']} is told by {given} alone"


def _response_faults(payload: AnyFrame) -> Iterator[str]:
    part, where = payload["response_message"], "payload.response_message"
    if part["type"] != "text":
        return
    if (part["message"] is None) == (part["message_chunk"] is None):
        yield f"{where}: either a chunk or the whole message"
    if part["is_final_message"] and part["message"] is None:
        yield f"{where}: a final message that is not whole"


def _reasoning_faults(payload: AnyFrame) -> Iterator[str]:
    step, where = payload["reasoning"], "payload.reasoning"
    if step["type"] != "files":
        return
    yield from _map_faults(step, "file_ids", "files", where)
    for key, file in step["files"].items():
        if file["file"]["text"] is not None and file["file"]["text_chunk"] is not None:
            yield f"{where}.files.{key}: either a chunk or the whole text"


def _chat_faults(chat: AnyFrame, *, closed: bool) -> Iterator[str]:
    yield from _map_faults(chat, "message_ids", "messages", "payload")
    password = chat["public_password"]
    if password is not None and not _MASK.fullmatch(password):
        yield "payload.public_password: in clear"
    for key, message in chat["messages"].items():
        where = f"payload.messages.{key}"
        yield from _map_faults(message, "response_message_ids", "response_messages", where)
        yield from _map_faults(message, "reasoning_message_ids", "reasoning_messages", where)
        for kept in ("response_messages", "reasoning_messages"):
            for part_id, part in message[kept].items():
                yield from _kept_part_faults(part, f"{where}.{kept}.{part_id}", closed=closed)


def _map_faults(holder: AnyFrame, ids: str, things: str, where: str) -> Iterator[str]:
    order, held = holder[ids], holder[things]
    if len(set(order)) != len(order):
        yield f"{where}.{ids}: an id twice"
    for key in order:
        if key not in held:
            yield f"{where}.{ids}: {key} is not a key of {things}"
    for key, thing in held.items():
        if key not in order:
            yield f"{where}.{things}.{key}: not in {ids}"
        if thing["id"] != key:
            yield f"{where}.{things}.{key}: holds the id {thing['id']!r}"


def _kept_part_faults(part: AnyFrame, where: str, *, closed: bool) -> Iterator[str]:
    if part.get("message_chunk") is not None:
        yield f"{where}.message_chunk: a chunk in a snapshot"
    if part["type"] == "files":
        yield from _map_faults(part, "file_ids", "files", where)
    if not closed:
        return
    if part["type"] == "text" and part["message"] is None:
        yield f"{where}.message: still open in complete"
    if "is_final_message" in part and not part["is_final_message"]:
        yield f"{where}.is_final_message: still open in complete"
    if part.get("status") == "loading":
        yield f"{where}.status: still open in complete"
