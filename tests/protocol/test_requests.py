"""The requests that a client can send, and the one message for each invalid one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.asset_types import cannot_start, must_be_one_of
from threadcast.domain.asset import AssetRef, AssetType
from threadcast.errors import BadRequest
from threadcast.protocol.envelope import read_envelope
from threadcast.protocol.requests import parse_get, parse_post, parse_stop
from threadcast.protocol.routes import CHATS_POST
from threadcast.turns.commands import PostRequest

ASSET_ID = "11111111-1111-4111-8111-111111111111"
OTHER_ID = "22222222-2222-4222-8222-222222222222"
METRIC = AssetRef(ASSET_ID, AssetType.METRIC_FILE)
DASHBOARD = AssetRef(ASSET_ID, AssetType.DASHBOARD_FILE)

VALID: list[tuple[dict[str, Any], PostRequest]] = [
    ({"prompt": "Why?"}, PostRequest("Why?")),
    ({"prompt": "Why?", "chat_id": ASSET_ID}, PostRequest("Why?", chat_id=ASSET_ID)),
    (
        {"prompt": "Why?", "chat_id": ASSET_ID, "message_id": OTHER_ID},
        PostRequest("Why?", chat_id=ASSET_ID, replace_from=OTHER_ID),
    ),
    ({"prompt": "Why?", "message_id": OTHER_ID}, PostRequest("Why?")),
    ({"asset_id": ASSET_ID, "asset_type": "metric_file"}, PostRequest(asset=METRIC)),
    ({"asset_id": ASSET_ID.upper(), "asset_type": "metric"}, PostRequest(asset=METRIC)),
    ({"asset_id": ASSET_ID, "asset_type": "dashboard"}, PostRequest(asset=DASHBOARD)),
    (
        {"prompt": " \n", "asset_id": ASSET_ID, "asset_type": "report_file"},
        PostRequest(asset=AssetRef(ASSET_ID, AssetType.REPORT_FILE)),
    ),
    ({"metric_id": ASSET_ID}, PostRequest(asset=METRIC)),
    ({"dashboard_id": ASSET_ID, "prompt": "Why?"}, PostRequest("Why?", asset=DASHBOARD)),
    (
        {"asset_id": ASSET_ID, "asset_type": "metric_file", "metric_id": OTHER_ID, "dashboard_id": OTHER_ID},
        PostRequest(asset=METRIC),
    ),
    (
        {"metric_id": ASSET_ID, "dashboard_id": None, "chat_id": None, "dataset_id": 7},
        PostRequest(asset=METRIC),
    ),
    ({"prompt": "a\x00b\tc\ud800"}, PostRequest("ab\tc\ufffd")),
]

INVALID: list[tuple[dict[str, Any], str]] = [
    ({}, "prompt must be provided unless a new chat starts on an asset"),
    ({"prompt": "\x00\x01"}, "prompt must be provided unless a new chat starts on an asset"),
    ({"prompt": "  "}, "prompt must be provided unless a new chat starts on an asset"),
    ({"chat_id": ASSET_ID}, "prompt must be provided unless a new chat starts on an asset"),
    ({"asset_id": ASSET_ID}, "asset_type must be provided when asset_id is specified"),
    ({"asset_type": "metric_file"}, "asset_id must be provided when asset_type is specified"),
    ({"asset_id": ASSET_ID, "asset_type": "spreadsheet"}, must_be_one_of()),
    ({"asset_id": ASSET_ID, "asset_type": 3}, must_be_one_of()),
    (
        {"asset_id": ASSET_ID, "asset_type": "collection"},
        cannot_start("collection"),
    ),
    (
        {"metric_id": ASSET_ID, "dashboard_id": OTHER_ID},
        "metric_id and dashboard_id cannot be combined: a chat has one context",
    ),
    (
        {"prompt": "Why?", "chat_id": ASSET_ID, "asset_id": ASSET_ID, "asset_type": "metric_file"},
        "chat_id cannot be combined with an asset: a chat has one context",
    ),
    (
        {"prompt": "Why?", "chat_id": ASSET_ID, "metric_id": OTHER_ID},
        "chat_id cannot be combined with an asset: a chat has one context",
    ),
    *[
        ({"prompt": "Why?", field: value}, f"{field} must be a UUID")
        for field in ("chat_id", "message_id", "asset_id", "metric_id", "dashboard_id")
        for value in (
            "nonsense",
            7,
            "",
            [ASSET_ID],
            "+" + ASSET_ID[1:],
            f"urn:uuid:{ASSET_ID}",
            ASSET_ID.replace("-", ""),
        )
    ],
    ({"prompt": 7}, "prompt must be a string or null"),
    ({"prompt": "x" * 20_001}, "prompt must have at most 20,000 characters"),
    # Where several faults apply, the message names the first of: shape, identifiers, combination.
    ({"prompt": 7, "chat_id": "nonsense"}, "prompt must be a string or null"),
    ({"chat_id": "nonsense", "metric_id": ASSET_ID, "dashboard_id": OTHER_ID}, "chat_id must be a UUID"),
    ({"asset_type": "spreadsheet", "prompt": "x" * 20_001}, "prompt must have at most 20,000 characters"),
]


@pytest.mark.parametrize(("payload", "request_"), VALID)
def test_a_valid_request_is_parsed(payload: dict[str, Any], request_: PostRequest) -> None:
    assert parse_post(payload) == request_


@pytest.mark.parametrize(("payload", "message"), INVALID)
def test_an_invalid_request_is_refused_with_one_clear_message(payload: dict[str, Any], message: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        parse_post(payload)

    assert refusal.value.message == message


def test_a_stop_requires_a_chat_and_a_message() -> None:
    with pytest.raises(BadRequest, match="message_id must be provided"):
        parse_stop({"id": ASSET_ID})


def test_a_get_requires_the_uuid_of_a_chat() -> None:
    with pytest.raises(BadRequest, match="id must be a UUID"):
        parse_get({"id": "nonsense"})


@pytest.mark.parametrize("route", ["/chats/post", "/threads/post", "postThread"])
def test_a_post_has_three_routes(route: str) -> None:
    envelope = read_envelope(json.dumps({"route": route, "payload": {}}))

    assert (envelope.name, envelope.route, envelope.fault) == (route, CHATS_POST, None)


@pytest.mark.parametrize(
    ("body", "route", "fault"),
    [
        (None, None, "The message is not JSON"),
        ("{", None, "The message is not JSON"),
        ("[" * 100_000, None, "The message is nested too deeply"),
        ('{"route": ' + "7" * 5000 + "}", None, "The message has a number with too many digits"),
        ("[]", None, "The message must be a JSON object"),
        ('"postThread"', None, "The message must be a JSON object"),
        ('{"payload": {}}', None, "route must be provided"),
        ('{"route": null, "payload": {}}', None, "route must be provided"),
        ('{"route": 7, "payload": {}}', None, "route must be a string"),
        ('{"route": "postThread"}', "postThread", "payload must be an object"),
        ('{"route": "postThread", "payload": []}', "postThread", "payload must be an object"),
        (
            '{"route": "postThread", "payload": {}, "request_id": 7}',
            "postThread",
            "request_id must be a string of at most 64 characters",
        ),
        *[
            (
                json.dumps({"route": "postThread", "payload": {}, "request_id": request_id}),
                "postThread",
                "request_id must not contain control characters or halves of surrogate pairs",
            )
            for request_id in ("a\x00b", "\x1b", "a\ud83d", "\x7f")
        ],
        (
            json.dumps({"route": "postThread", "payload": {}, "request_id": "\x00" * 65}),
            "postThread",
            "request_id must be a string of at most 64 characters",
        ),
    ],
)
def test_an_invalid_envelope_has_a_fault(body: str | None, route: str | None, fault: str) -> None:
    envelope = read_envelope(body)

    assert (envelope.name, envelope.fault) == (route, fault)


def test_an_unknown_route_is_repeated_up_to_64_characters() -> None:
    envelope = read_envelope(json.dumps({"route": "x" * 1000, "payload": {}}))

    assert (envelope.name, envelope.route) == ("x" * 64, None)
    assert envelope.fault is not None


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None) | st.sampled_from('\x00\ud83d\udc00\n"')),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from(
    ["prompt", "chat_id", "message_id", "asset_id", "asset_type", "metric_id", "dashboard_id", "other"]
)


@given(st.dictionaries(fields, json_values | st.just(ASSET_ID) | st.just("metric_file")))
def test_any_payload_is_parsed_or_refused(payload: dict[str, Any]) -> None:
    try:
        request = parse_post(payload)
    except BadRequest:
        return
    assert request.prompt is not None or request.asset is not None
