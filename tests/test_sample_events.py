"""Every file in events/ is the event that its name says."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.asset_types import cannot_start, must_be_one_of
from threadcast.adapters.jwt.keys import SharedSecret
from threadcast.adapters.jwt.verifier import JwtVerifier
from threadcast.adapters.system_clock import SystemClock
from threadcast.domain.access import Role
from threadcast.domain.asset import AssetRef, AssetType
from threadcast.domain.user import User
from threadcast.entrypoints.authorizer_event import find_token
from threadcast.entrypoints.connection_event import parse_connect, parse_disconnect, parse_message
from threadcast.entrypoints.handoff_event import from_failure, from_payload
from threadcast.errors import BadRequest, TokenRejected, UnknownEvent
from threadcast.ports import Handoff
from threadcast.protocol.envelope import read_envelope
from threadcast.protocol.routes import ROUTES
from threadcast.turns.assets.commands import (
    GetDashboardRequest,
    GetMetricRequest,
    GetReportRequest,
    ListAssetsRequest,
    SearchAssetsRequest,
)
from threadcast.turns.chats.commands import (
    DeleteRequest,
    DuplicateRequest,
    FeedbackRequest,
    ListRequest,
    SearchRequest,
    ShareRequest,
    UnsubscribeRequest,
    UpdateRequest,
)
from threadcast.turns.commands import GetRequest, PostRequest, StopRequest
from threadcast.turns.get_usage import GetUsageRequest
from threadcast.turns.paging import PageRequest

ROOT = Path(__file__).parents[1]
EVENTS = ROOT / "events"


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", EVENTS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = _generator()
ADA = User(**GENERATOR.USER)
CHAT, MESSAGE = GENERATOR.CHAT, GENERATOR.MESSAGE
METRIC = AssetRef(GENERATOR.METRIC, AssetType.METRIC_FILE)
DASHBOARD = AssetRef(GENERATOR.DASHBOARD, AssetType.DASHBOARD_FILE)
QUESTION = "Which source grew the most since 2001?"
WAITING = (GENERATOR.WAITING_CHAT, GENERATOR.WAITING_MESSAGE)
ABANDONED = (GENERATOR.ABANDONED_CHAT, GENERATOR.ABANDONED_MESSAGE)
HANDOFF = Handoff(*WAITING, ADA, ("L0SM9cOFvHcCIhw=",))
STOP = StopRequest(GENERATOR.RUNNING_CHAT, GENERATOR.RUNNING_MESSAGE)
REPORT = AssetRef(GENERATOR.REPORT, AssetType.REPORT_FILE)
TYPES = "metric_file, dashboard_file, report_file"


def event(path: str) -> Any:
    return json.loads((EVENTS / f"{path}.json").read_text())


def names(folder: str) -> list[str]:
    return sorted(path.stem for path in (EVENTS / folder).glob("*.json"))


def request_of(name: str) -> object:
    _, command = read_envelope(parse_message(event(f"post_thread/{name}")).body).opened()
    return command


def test_the_files_are_the_output_of_the_script() -> None:
    written = {
        str(path.relative_to(EVENTS).with_suffix("")): path.read_text() for path in EVENTS.rglob("*.json")
    }

    assert written == {path: GENERATOR.as_text(made) for path, made in GENERATOR.all_events().items()}


@pytest.mark.parametrize("ref", [METRIC, DASHBOARD, REPORT])
def test_the_assets_are_among_the_samples(ref: AssetRef) -> None:
    definitions = [path.read_text() for path in (ROOT / "samples").glob("*.yaml")]

    assert any(f"id: {ref.id}\ntype: {ref.type}\n" in definition for definition in definitions)


@pytest.mark.parametrize("name", names("authorizer"))
def test_an_authorizer_event_has_the_token_of_its_name(name: str) -> None:
    keys = SharedSecret(lambda: str(GENERATOR.SECRET), SystemClock())
    verifier = JwtVerifier(keys, issuer="threadcast", audience="threadcast")

    if name in {"query_token", "bearer_token", "subprotocol_token"}:
        assert verifier.verify(find_token(event(f"authorizer/{name}"))) == ADA
    else:
        with pytest.raises(TokenRejected):
            verifier.verify(find_token(event(f"authorizer/{name}")))


@pytest.mark.parametrize(
    ("name", "endpoint", "bearer"),
    [
        ("query_token", "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/prod", False),
        ("subprotocol_token", "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/prod", True),
        ("custom_domain", "https://chat.example.com", False),
    ],
)
def test_a_connect_event_has_user_endpoint_and_subprotocol(name: str, endpoint: str, *, bearer: bool) -> None:
    connect = parse_connect(event(f"connect/{name}"))

    assert connect.user == ADA
    assert connect.connection.endpoint == endpoint
    assert connect.subprotocols[:1] == (("bearer",) if bearer else ())


@pytest.mark.parametrize(("name", "code"), [("closed_by_client", 1005), ("idle", 1001), ("lost", 1006)])
def test_a_disconnect_event_has_the_close_code(name: str, code: int) -> None:
    disconnect = parse_disconnect(event(f"disconnect/{name}"))

    assert (disconnect.user, disconnect.status_code) == (ADA, code)


@pytest.mark.parametrize(
    ("name", "request_"),
    [
        ("asset", PostRequest(asset=METRIC)),
        ("asset_and_prompt", PostRequest(QUESTION, asset=METRIC)),
        ("asset_older_type_name", PostRequest(asset=METRIC)),
        ("dashboard", PostRequest(asset=DASHBOARD)),
        ("prompt", PostRequest("What can I ask you?")),
        ("follow_up", PostRequest("And which one shrank?", CHAT)),
        ("replace", PostRequest("Which one shrank?", CHAT, MESSAGE)),
        ("legacy_metric_id", PostRequest(asset=METRIC)),
        ("legacy_dashboard_id", PostRequest(QUESTION, asset=DASHBOARD)),
        ("threads_route", PostRequest(asset=METRIC)),
        ("post_thread_route", PostRequest(asset=METRIC)),
        ("request_id", PostRequest(asset=METRIC)),
        ("stop", STOP),
        ("stop_thread_route", STOP),
        ("get", GetRequest(CHAT)),
        ("list_chats", ListRequest(PageRequest(25))),
        ("update_chat", UpdateRequest(CHAT, "Sources of electricity", is_favorited=True)),
        ("delete_chats", DeleteRequest((CHAT,))),
        ("duplicate_chat", DuplicateRequest(CHAT)),
        (
            "share_chat",
            ShareRequest(CHAT, (("bob@example.com", Role.CAN_VIEW),), workspace=Role.CAN_VIEW),
        ),
        ("unsubscribe", UnsubscribeRequest(CHAT)),
        ("search_chats", SearchRequest("electricity", PageRequest())),
        ("update_message", FeedbackRequest(CHAT, MESSAGE, "negative", "Which years?")),
        ("metrics_list", ListAssetsRequest(AssetType.METRIC_FILE, PageRequest(2))),
        ("dashboards_list", ListAssetsRequest(AssetType.DASHBOARD_FILE, PageRequest())),
        ("reports_list", ListAssetsRequest(AssetType.REPORT_FILE, PageRequest())),
        ("metrics_get", GetMetricRequest(METRIC.id)),
        ("dashboards_get", GetDashboardRequest(DASHBOARD.id)),
        ("reports_get", GetReportRequest(REPORT.id)),
        ("search", SearchAssetsRequest("iowa", (AssetType.METRIC_FILE, AssetType.REPORT_FILE), 15)),
        ("usage_get", GetUsageRequest()),
    ],
)
def test_a_valid_message_is_the_request_of_its_name(name: str, request_: object) -> None:
    assert request_of(name) == request_


INVALID = {
    "not_json": "The message is not JSON",
    "empty": "The message is not JSON",
    "not_an_object": "The message must be a JSON object",
    "no_route": "route must be provided",
    "unknown_route": f"Unknown route; these are known: {', '.join(ROUTES)}",
    "no_payload": "payload must be an object",
    "request_id_too_long": "request_id must be a string of at most 64 characters",
    "prompt_not_text": "prompt must be a string or null",
    "prompt_too_long": "prompt must have at most 20,000 characters",
    "malformed_chat_id": "chat_id must be a UUID",
    "malformed_message_id": "message_id must be a UUID",
    "malformed_asset_id": "asset_id must be a UUID",
    "malformed_metric_id": "metric_id must be a UUID",
    "malformed_dashboard_id": "dashboard_id must be a UUID",
    "unknown_asset_type": must_be_one_of(),
    "asset_type_that_starts_no_chat": cannot_start("collection"),
    "asset_without_type": "asset_type must be provided when asset_id is specified",
    "type_without_asset": "asset_id must be provided when asset_type is specified",
    "metric_and_dashboard": "metric_id and dashboard_id cannot be combined: a chat has one context",
    "chat_and_asset": "chat_id cannot be combined with an asset: a chat has one context",
    "neither_prompt_nor_asset": "prompt must be provided unless a new chat starts on an asset",
    "stop_without_message": "message_id must be provided",
    "get_without_id": "id must be provided",
    "chats_page_size": "page_size must be a whole number from 1 to 100",
    "chats_cursor": "cursor must be the next_cursor of an earlier answer",
    "public_access": "publicly_accessible cannot be true: chats cannot be read without an account yet",
    "update_of_nothing": "title or is_favorited must be provided",
    "delete_without_list": "payload must be a list",
    "search_for_nothing": "query must be provided",
    "feedback": "feedback must be one of: positive, negative, or null",
    "page_size": "page_size must be a whole number from 1 to 100",
    "metric_without_id": "id must be provided",
    "malformed_report_id": "id must be a UUID",
    "search_without_query": "query must be provided",
}


@pytest.mark.parametrize(("name", "expected"), INVALID.items())
def test_an_invalid_message_is_refused_with_the_broken_rule(name: str, expected: str) -> None:
    with pytest.raises(BadRequest) as caught:
        request_of(f"invalid_{name}")

    assert caught.value.message == expected


def test_every_message_is_tested() -> None:
    valid = {name for name in names("post_thread") if not name.startswith("invalid_")}

    assert {f"invalid_{name}" for name in INVALID} == set(names("post_thread")) - valid
    assert len(valid) == 31


@pytest.mark.parametrize(
    ("name", "handoff"),
    [
        ("handoff", HANDOFF),
        ("handoff_in_doubt", Handoff(*WAITING, ADA, (), ("L0SM9cOFvHcCIhw=",))),
    ],
)
def test_a_run_turn_event_is_a_handoff(name: str, handoff: Handoff) -> None:
    assert from_payload(event(f"run_turn/{name}")) == handoff


@pytest.mark.parametrize(
    ("name", "turn"), [("timed_out", ABANDONED), ("crashed", ABANDONED), ("never_run", WAITING)]
)
def test_a_turn_failed_event_contains_the_handoff(name: str, turn: tuple[str, str]) -> None:
    expected = Handoff(*turn, ADA, HANDOFF.reached)

    assert from_failure(event(f"turn_failed/{name}")) == expected


def test_no_two_messages_have_the_same_id() -> None:
    ids = [event(f"post_thread/{name}")["requestContext"]["messageId"] for name in names("post_thread")]

    assert len(set(ids)) == len(ids)


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(UnknownEvent):
        from_payload(event("run_turn/not_a_handoff"))
    with pytest.raises(UnknownEvent):
        from_failure(event("turn_failed/not_a_record"))
