"""Messages that the contract refuses, each with its error message."""

from typing import Any

from tests.asset_types import cannot_start, must_be_one_of
from tests.e2e.local_stack import sample
from threadcast.protocol.routes import ROUTES

__all__ = ["BAD_BODIES", "BAD_GETS", "BAD_POSTS", "BAD_STOPS", "SEVERAL_FAULTS", "UNKNOWN_ROUTE"]

IOWA = sample("iowa_electricity").asset.id
OTHER = "9f4b1b6e-7d1c-4c39-9a8e-0d8f3a0c5b11"

_NO_TYPE = "asset_type must be provided when asset_id is specified"
_NO_ID = "asset_id must be provided when asset_type is specified"
_NOTHING = "prompt must be provided unless a new chat starts on an asset"
_TWO_CONTEXTS = "chat_id cannot be combined with an asset: a chat has one context"
_TWO_LEGACY = "metric_id and dashboard_id cannot be combined: a chat has one context"
_TOO_LONG = "prompt must have at most 20,000 characters"
_NO_TEXT = "prompt must be a string or null"
UNKNOWN_ROUTE = f"Unknown route; these are known: {', '.join(ROUTES)}"


def _cannot_start(asset_type: str) -> tuple[dict[str, Any], str]:
    return {"asset_id": IOWA, "asset_type": asset_type}, cannot_start(asset_type)


BAD_POSTS: list[tuple[Any, str]] = [
    ({"asset_id": IOWA}, _NO_TYPE),
    ({"asset_id": IOWA, "prompt": "Why?"}, _NO_TYPE),
    ({"asset_type": "metric_file"}, _NO_ID),
    ({"asset_type": "metric_file", "metric_id": IOWA}, _NO_ID),
    ({}, _NOTHING),
    ({"prompt": None, "asset_id": None}, _NOTHING),
    ({"prompt": " \t\n "}, _NOTHING),
    ({"chat_id": OTHER}, _NOTHING),
    ({"chat_id": OTHER, "prompt": ""}, _NOTHING),
    ({"asset_id": IOWA, "asset_type": "spreadsheet"}, must_be_one_of()),
    ({"asset_id": IOWA, "asset_type": 3}, must_be_one_of()),
    ({"asset_id": IOWA, "asset_type": ""}, must_be_one_of()),
    ({"metric_id": IOWA, "dashboard_id": OTHER}, _TWO_LEGACY),
    ({"chat_id": OTHER, "asset_id": IOWA, "asset_type": "metric_file", "prompt": "Why?"}, _TWO_CONTEXTS),
    ({"chat_id": OTHER, "metric_id": IOWA, "prompt": "Why?"}, _TWO_CONTEXTS),
    *[
        ({"prompt": "Why?", field: bad}, f"{field} must be a UUID")
        for field in ("chat_id", "message_id", "asset_id", "metric_id", "dashboard_id")
        for bad in ("not-a-uuid", "", 7, ["x"])
    ],
    ({"prompt": "x" * 20_001}, _TOO_LONG),
    ({"prompt": 5}, _NO_TEXT),
    ({"prompt": {"text": "Why?"}}, _NO_TEXT),
    *map(_cannot_start, ("collection", "chat", "thread", "dashboard_deprecated")),
    (None, "payload must be an object"),
    ("Why?", "payload must be an object"),
    ([{"prompt": "Why?"}], "payload must be an object"),
]
"""Payloads of a post, and the error message of each."""

SEVERAL_FAULTS: list[tuple[Any, str]] = [
    ({"prompt": 5, "chat_id": "x", "asset_type": "y", "asset_id": IOWA}, _NO_TEXT),
    ({"chat_id": "x", "prompt": "x" * 20_001}, _TOO_LONG),
    ({"asset_id": "x"}, "asset_id must be a UUID"),
    ({"chat_id": OTHER, "metric_id": "x", "prompt": "Why?"}, "metric_id must be a UUID"),
    ({"metric_id": IOWA, "dashboard_id": OTHER, "chat_id": "x"}, "chat_id must be a UUID"),
    ({"chat_id": OTHER, "asset_id": IOWA, "prompt": "Why?"}, _NO_TYPE),
    ({"chat_id": OTHER, "asset_id": OTHER, "asset_type": "metric_file", "prompt": "?"}, _TWO_CONTEXTS),
]
"""Payloads with several faults, and the one that is reported: shape, ids, combination, permission."""

BAD_STOPS: list[tuple[Any, str]] = [
    ({}, "id must be provided"),
    ({"id": OTHER}, "message_id must be provided"),
    ({"id": "x", "message_id": OTHER}, "id must be a UUID"),
    ({"id": OTHER, "message_id": "x"}, "message_id must be a UUID"),
    (None, "payload must be an object"),
]

BAD_GETS: list[tuple[Any, str]] = [
    ({}, "id must be provided"),
    ({"id": None}, "id must be provided"),
    ({"id": 1}, "id must be a UUID"),
    ([], "payload must be an object"),
]

BAD_BODIES: list[tuple[str, str | None, str]] = [
    ("not json", None, "The message is not JSON"),
    ("", None, "The message is not JSON"),
    ('{"route": "/chats/post"', None, "The message is not JSON"),
    ('"text"', None, "The message must be a JSON object"),
    ("[]", None, "The message must be a JSON object"),
    ("{}", None, "route must be provided"),
    ('{"route": null, "payload": {}}', None, "route must be provided"),
    ('{"route": 7, "payload": {}}', None, "route must be a string"),
    ('{"route": "/chats/burn", "payload": {}}', "/chats/burn", UNKNOWN_ROUTE),
    ('{"route": "' + "r" * 80 + '"}', "r" * 64, UNKNOWN_ROUTE),
    ('{"route": "$connect", "payload": {}}', "$connect", UNKNOWN_ROUTE),
]
"""Bodies without a known route, the route in the error frame, and the error message of each."""
