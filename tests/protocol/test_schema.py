"""The published JSON Schema: current, valid, and as strict as the protocol."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from tests.delivery.simulation import opened_view
from tests.protocol.sample_turn_events import EVENTS, PART_ID, TO
from tests.protocol.schema_validation import (
    SCHEMA,
    SCHEMA_FILE,
    frame_errors,
    received_frame_errors,
    request_errors,
)
from tests.protocol.test_requests import ASSET_ID, VALID
from threadcast.assets.kinds import type_named
from threadcast.domain.asset import AssetType
from threadcast.domain.message import TextResponse
from threadcast.domain.streamed_parts import AnswerSnapshot, TitleEnd
from threadcast.domain.turn_events import ChatOpened
from threadcast.protocol import chat_requests, paging, requests, share_request
from threadcast.protocol.frames import turn_frame
from threadcast.protocol.routes import ROUTES, TABLE, Route
from threadcast.protocol.routes.chat_routes import CHAT_ROUTES
from threadcast.protocol.schema import schema_text
from threadcast.protocol.types.chat_request_types import (
    DeletePayload,
    DuplicatePayload,
    FeedbackPayload,
    ListPayload,
    PagePayload,
    SearchPayload,
    SharePayload,
    UnsubscribePayload,
    UpdatePayload,
)
from threadcast.protocol.types.frame_types import ErrorEvent
from threadcast.protocol.types.request_types import (
    AssetTypeName,
    GetPayload,
    PostPayload,
)


def test_the_published_schema_is_current() -> None:
    assert SCHEMA_FILE.read_text() == schema_text()


def test_the_published_schema_is_of_draft_2020_12() -> None:
    Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$schema"] == Draft202012Validator.META_SCHEMA["$schema"]


def test_the_schema_has_a_frame_for_every_event() -> None:
    frames = [SCHEMA["$defs"][each["$ref"].rsplit("/")[-1]] for each in SCHEMA["$defs"]["Frame"]["anyOf"]]
    events = [frame["properties"]["event"] for frame in frames]
    named = [SCHEMA["$defs"]["ErrorEvent"] if "$ref" in event else event for event in events]
    names = {name for event in named for name in event.get("enum", [event.get("const")])}

    answers = {reply.event for route in TABLE for reply in route.replies}
    refusals = {route.error_event for route in TABLE} | {"error"}
    assert names == {name for _, name, _ in EVENTS} | answers | refusals
    assert refusals == set(get_args(ErrorEvent.__value__))


def test_the_page_names_every_event_field_route_and_error_code_of_the_schema() -> None:
    words = set(re.findall(r"[\w/]+", SCHEMA_FILE.with_name("protocol.md").read_text()))
    definitions = SCHEMA["$defs"].values()
    fields = {field for each in definitions for field in each.get("properties", {})}
    choices = {choice for each in _nodes(SCHEMA) for choice in (*each.get("enum", ()), each.get("const"))}

    assert (fields | choices) - {None} - words == set()


def _nodes(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _nodes(inner)


def changed(frame: Any, path: str, value: Any) -> Any:
    """Return the frame with another value at a dotted path; `...` removes the key."""
    copied = json.loads(json.dumps(frame))
    *parents, last = path.split(".")
    place = copied
    for key in parents:
        place = place[key]
    if value is ...:
        del place[last]
    else:
        place[last] = copy.deepcopy(value)
    return copied


OPENED = turn_frame(ChatOpened(opened_view()), TO)
TITLE = turn_frame(TitleEnd("Wind"), TO)
TEXT = turn_frame(AnswerSnapshot(TextResponse(PART_ID, "Hello", is_final=True)), TO)


@pytest.mark.parametrize(
    ("frame", "path", "value"),
    [
        (OPENED, "payload.id", "not-a-uuid"),
        (OPENED, "payload.permission", "can_fly"),
        (OPENED, "payload.title", None),
        (OPENED, "payload.extra", 1),
        (OPENED, "send_method", "SenderOnly"),
        (OPENED, "route", "r" * 65),
        (OPENED, "request_id", ""),
        (TITLE, "payload.progress", "done"),
        (TITLE, "payload.chat_id", None),
        (TITLE, "event", "generatingNothing"),
        (TITLE, "event", "complete"),
        (TITLE, "error", {"code": "BAD_REQUEST", "message": "No."}),
        (TITLE, "sent_by", ...),
        (TEXT, "payload.response_message.type", "file"),
        (TEXT, "payload.response_message.is_final_message", 1),
        (TEXT, "payload.response_message.originating_tool_name", ...),
    ],
)
def test_a_frame_that_breaks_the_protocol_is_invalid(frame: Any, path: str, value: Any) -> None:
    assert frame_errors(frame) == received_frame_errors(json.loads(json.dumps(frame))) == []

    broken = changed(frame, path, value)
    assert frame_errors(broken) != []
    assert received_frame_errors(broken) != []


@pytest.mark.parametrize("payload", [payload for payload, _ in VALID])
def test_a_valid_request_is_valid_in_the_schema(payload: dict[str, Any]) -> None:
    assert request_errors({"route": "/chats/post", "payload": payload, "request_id": None}) == []


@pytest.mark.parametrize(
    "message",
    [
        {"payload": {"prompt": "Why?"}},
        {"route": "/chats/fly", "payload": {"prompt": "Why?"}},
        {"route": "/chats/post", "payload": []},
        {"route": "/chats/post", "payload": {"prompt": 7}},
        {"route": "/chats/post", "payload": {"prompt": "x" * 20_001}},
        {"route": "/chats/post", "payload": {"asset_id": ASSET_ID, "asset_type": "spreadsheet"}},
        {"route": "/chats/post", "payload": {"chat_id": "nonsense"}},
        {"route": "/chats/post", "payload": {}, "request_id": "r" * 65},
        {"route": "/chats/stop", "payload": {"id": ASSET_ID}},
        {"route": "/chats/get", "payload": {}},
    ],
)
def test_a_malformed_request_is_invalid_in_the_schema(message: dict[str, Any]) -> None:
    assert request_errors(message) != []


def test_the_request_types_name_every_route_and_every_asset_type() -> None:
    types = get_args(AssetTypeName.__value__)

    assert len(ROUTES) == sum(len(route.names) for route in TABLE)
    assert {type_named(name) for name in types} == set(AssetType)


@pytest.mark.parametrize(
    ("payload", "fields"),
    [
        (PostPayload, requests._PostPayload),
        (GetPayload, requests._ChatPayload),
        (PagePayload, paging.PageFields),
        (ListPayload, chat_requests._ListFields),
        (UpdatePayload, chat_requests._UpdateFields),
        (DeletePayload, chat_requests._ChatFields),
        (UnsubscribePayload, chat_requests._ChatFields),
        (DuplicatePayload, chat_requests._DuplicateFields),
        (SearchPayload, chat_requests._SearchFields),
        (SharePayload, share_request._ShareFields),
        (FeedbackPayload, chat_requests._FeedbackFields),
    ],
)
def test_the_request_types_name_what_the_parsers_read(payload: type, fields: type[BaseModel]) -> None:
    assert get_type_hints(payload).keys() == fields.model_fields.keys()


@pytest.mark.parametrize("route", CHAT_ROUTES, ids=lambda route: route.names[0])
def test_the_page_has_a_row_for_every_route_about_chats(route: Route[Any, Any]) -> None:
    rows = [line for line in SCHEMA_FILE.with_name("protocol.md").read_text().splitlines() if line[:1] == "|"]

    (row,) = [line for line in rows if line.startswith(f"| `{route.names[0]}` |")]
    assert f"`{route.error_event}`" in row
    (fields,) = get_args(get_type_hints(route.request)["payload"]) or (
        get_type_hints(route.request)["payload"],
    )
    assert {*get_type_hints(fields)} <= set(re.findall(r"\w+", row))
