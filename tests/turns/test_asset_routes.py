"""The routes about assets and usage, from the message to its frames."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import yaml

from tests.protocol.schema_validation import received_frame_errors
from tests.turns.test_message_quota import send
from tests.turns.world import ALICE, BOB, DEFINITION, ROWS, SECRET, WIND, World, asset
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.asset import Asset, AssetRef, AssetType, Table
from threadcast.domain.budget import Budget, CallUsage
from threadcast.domain.user import User
from threadcast.errors import ConnectionGone, FrameTooLarge
from threadcast.ports import Connection
from threadcast.protocol.routes import ROUTES
from threadcast.turns.assets.commands import GetMetricRequest
from threadcast.turns.opening.quota import QuotaLimits
from threadcast_client import check_frame

DASHBOARD = AssetRef("99999999-9999-4999-8999-999999999999", AssetType.DASHBOARD_FILE)
REPORT = AssetRef("66666666-6666-4666-8666-666666666666", AssetType.REPORT_FILE)
UNKNOWN = "55555555-5555-4555-8555-555555555555"
DAY = datetime(2026, 3, 1, tzinfo=UTC)
EARLIEST = base64.b64encode(b"0001-01-01T00:00:00+23:59#a").decode()
"""A time that UTC does not have."""
GRID = {
    "name": "Power",
    "description": "All power.",
    "rows": [
        {"items": [{"id": WIND.id}, {"id": SECRET.id}], "columnSizes": [4, 8]},
        {"id": "last", "items": [{"id": WIND.id.upper()}], "columnSizes": [12]},
        {"items": [{"id": UNKNOWN}]},
    ],
}
TEXT = {"name": "On wind", "content": f'# Wind\n\n<metric metricId="{WIND.id}"/>\n'}


def world_of_assets(**changes: Any) -> World:
    """Alice owns a metric, a dashboard and a report; Bob owns a metric that the dashboard shows too."""
    world = World(**changes)
    for ref, definition in ((DASHBOARD, GRID), (REPORT, TEXT)):
        name = str(definition["name"])
        world.library.save(
            Asset(ref.id, ref.type, name, definition, ALICE.id, DAY, DAY, 3, owner_name="Alice"), None
        )
    return world


def frames_of(
    world: World, route: str, payload: str = "{}", user: User = ALICE, connection: Connection | None = None
) -> list[dict[str, Any]]:
    """Send a request, and return the frames of its answer, each of them valid."""
    connection = connection or world.connect(user)
    known = len(world.pusher.received(connection))
    send(world, connection, f'{{"route": "{route}", "request_id": "r", "payload": {payload}}}', user)
    frames = world.pusher.received(connection)[known:]
    assert [fault for frame in frames for fault in (*received_frame_errors(frame), *check_frame(frame))] == []
    assert {frame["request_id"] for frame in frames} == {"r"}
    return frames


def answer_of(world: World, route: str, payload: str = "{}", user: User = ALICE) -> Any:
    """Return the payload of the one frame that answers."""
    (frame,) = frames_of(world, route, payload, user)
    assert frame["error"] is None
    return frame["payload"]


def test_the_lists_hold_the_assets_of_their_type_that_the_user_may_see() -> None:
    world = world_of_assets()
    world.library.grant(SECRET.id, Grant(Principal("org", "acme"), Role.CAN_FILTER))
    world.library.save(replace(asset(WIND, ALICE), updated_at=DAY + timedelta(days=1)), ROWS)

    (metrics,) = frames_of(world, "/metrics/list")

    own = {
        "id": WIND.id,
        "name": "Wind power",
        "title": "Wind power",
        "type": "metric",
        "last_edited": "2026-03-02T00:00:00.000Z",
        "created_by_name": None,
        "is_shared": False,
        "permission": "owner",
    }
    shared = {
        **own,
        "id": SECRET.id,
        "last_edited": "2026-03-01T00:00:00.000Z",
        "is_shared": True,
        "permission": "can_filter",
    }
    assert (metrics["event"], metrics["payload"], metrics["next_cursor"]) == (
        "getMetricList",
        [own, shared],
        None,
    )
    assert [item["created_by_name"] for item in answer_of(world, "/dashboards/list")] == ["Alice"]
    assert [item["id"] for item in answer_of(world, "/reports/list")] == [REPORT.id]
    assert answer_of(world, "/reports/list", user=BOB) == []


def test_a_list_is_read_page_by_page() -> None:
    world = world_of_assets()
    for number in range(5):
        copy = replace(
            asset(WIND, ALICE), id=f"{number}{WIND.id[1:]}", updated_at=DAY + timedelta(days=number)
        )
        world.library.save(copy, None)
    found, cursor = [], "null"
    while cursor is not None:
        (frame,) = frames_of(world, "/metrics/list", f'{{"page_size": 2, "cursor": {cursor}}}')
        found.append([item["id"][0] for item in frame["payload"]])
        cursor = None if frame["next_cursor"] is None else f'"{frame["next_cursor"]}"'

    assert found == [["4", "3"], ["2", "1"], ["7", "0"]]
    by_number = answer_of(world, "/metrics/list", '{"page_size": 2, "page_token": 1}')
    assert [item["id"][0] for item in by_number] == ["2", "1"]


@pytest.mark.parametrize(
    ("route", "payload", "message"),
    [
        ("/metrics/list", '{"page_size": 0}', "page_size must be a whole number"),
        ("/metrics/list", '{"cursor": "MjAyNg=="}', "cursor must be the next_cursor"),
        ("/metrics/list", f'{{"cursor": "{EARLIEST}"}}', "cursor must be the next_cursor"),
        ("/reports/list", '{"page_token": -1, "cursor": "?"}', "page_token must be a whole number"),
        ("/metrics/get", "{}", "id must be provided"),
        ("/metrics/get", '{"id": "1", "version_number": 0}', "version_number must be a whole number from 1"),
        ("/metrics/get", '{"id": "1"}', "id must be a UUID"),
        ("/dashboards/get", '{"id": 1}', "id must be a UUID"),
        ("/reports/get", "[]", "payload must be an object"),
        ("/search", "{}", "query must be provided"),
        ("/search", '{"query": " "}', "query must be provided"),
        ("/search", '{"query": 1}', "query must be a string"),
        ("/search", f'{{"query": "{"a" * 201}"}}', "query must have at most 200 characters"),
        ("/search", '{"query": "a", "num_results": true}', "num_results must be a whole number from 1"),
        ("/search", '{"query": "a", "exclude_metrics": 1}', "exclude_metrics must be true, false or null"),
    ],
)
def test_an_invalid_request_is_refused_with_the_first_fault(route: str, payload: str, message: str) -> None:
    (frame,) = frames_of(world_of_assets(), route, payload)

    assert frame["error"]["code"] == "BAD_REQUEST"
    assert frame["error"]["message"].startswith(message)


def test_a_metric_is_returned_with_its_definition_then_its_rows() -> None:
    state, rows = frames_of(
        world_of_assets(), "/metrics/get", f'{{"id": "{WIND.id.upper()}", "version_number": 1}}'
    )

    metadata = {
        "column_count": 2,
        "row_count": 3,
        "column_metadata": [
            {
                "name": "year",
                "min_value": "2001-01-01",
                "max_value": "2003-01-01",
                "unique_values": 3,
                "simple_type": "date",
                "type": "date",
            },
            {
                "name": "gwh",
                "min_value": 10,
                "max_value": 20,
                "unique_values": 3,
                "simple_type": "number",
                "type": "integer",
            },
        ],
    }
    definition = yaml.safe_load(state["payload"].pop("file"))
    assert (state["event"], rows["event"], definition) == ("updateMetricState", "fetchingData", DEFINITION)
    assert state["payload"] == {
        "id": WIND.id,
        "type": "metric",
        "title": "Wind power",
        "name": "Wind power",
        "version_number": 1,
        "description": "Wind power by year.",
        "file_name": "Wind power",
        "time_frame": "2001 to 2003",
        "chart_config": DEFINITION["chartConfig"],
        "data_metadata": metadata,
        "created_at": "2026-03-01T00:00:00.000Z",
        "updated_at": "2026-03-01T00:00:00.000Z",
        "permission": "owner",
    }
    assert rows["payload"] == {
        "metric_id": WIND.id,
        "data": [dict(zip(ROWS.columns, row, strict=True)) for row in ROWS.rows],
        "offset": 0,
        "data_metadata": metadata,
        "chart_config": DEFINITION["chartConfig"],
        "code": "SELECT year, gwh FROM wind",
        "progress": "completed",
        "has_more_records": False,
    }


def test_a_metric_without_rows_ends_its_answer_all_the_same() -> None:
    world = world_of_assets()
    world.library.save(asset(WIND, ALICE), None)

    _, rows = frames_of(world, "/metrics/get", f'{{"id": "{WIND.id}"}}')

    assert (rows["payload"]["data"], rows["payload"]["progress"]) == ([], "completed")
    assert rows["payload"]["data_metadata"]["row_count"] == 0


def with_rows(rows: int, text: str, **changes: Any) -> World:
    world = world_of_assets(**changes)
    table = Table(("key", "text"), tuple((number, text) for number in range(rows)))
    world.library.save(replace(asset(WIND, ALICE), definition={"name": "Wind power"}), table)
    return world


def rows_in(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    parts = [frame["payload"] for frame in frames[1:]]
    assert [part["progress"] for part in parts] == ["in_progress"] * (len(parts) - 1) + ["completed"]
    offsets = [part["offset"] for part in parts]
    assert offsets == [sum(len(part["data"]) for part in parts[:at]) for at in range(len(parts))]
    return [row for part in parts for row in part["data"]]


def test_rows_that_do_not_fit_one_frame_come_in_several_without_a_gap() -> None:
    frames = frames_of(with_rows(1_000, "é" * 200), "/metrics/get", f'{{"id": "{WIND.id}"}}')

    assert len(frames) > 3
    assert [row["key"] for row in rows_in(frames)] == list(range(1_000))
    assert all(len(str(frame).encode()) < 140_000 for frame in frames)


def test_rows_come_in_smaller_frames_where_large_ones_are_refused() -> None:
    world = with_rows(300, "x" * 400)
    push = world.pusher.push

    def refusing_large_frames(connection: Connection, frame: bytes) -> None:
        if len(frame) > 32_768:
            raise FrameTooLarge(connection.id)
        push(connection, frame)

    world.pusher.push = refusing_large_frames  # type: ignore[method-assign]
    frames = frames_of(world, "/metrics/get", f'{{"id": "{WIND.id}"}}')

    assert [row["key"] for row in rows_in(frames)] == list(range(300))


def test_a_row_that_fits_no_frame_has_its_texts_cut() -> None:
    frames = frames_of(with_rows(2, "x" * 200_000), "/metrics/get", f'{{"id": "{WIND.id}"}}')

    assert [row["text"][-1] for row in rows_in(frames)] == ["…", "…"]


def test_rows_beyond_four_megabytes_are_left_out() -> None:
    world = with_rows(5_000, "x" * 1_000, limits=QuotaLimits(messages_per_minute=6_000, message_burst=1_000))

    frames = frames_of(world, "/metrics/get", f'{{"id": "{WIND.id}"}}')

    assert 3_900 < len(rows_in(frames)) < 4_000
    assert [frame["payload"]["has_more_records"] for frame in frames[1:]] == [False] * (len(frames) - 2) + [
        True
    ]


def test_rows_end_early_where_the_function_has_too_little_time_left() -> None:
    world = with_rows(1_000, "x" * 400)
    connection = world.connect()
    context = replace(world.context(connection), remaining_s=lambda: 5.0)

    world.use_cases.dispatcher.dispatch(ROUTES["/metrics/get"], GetMetricRequest(WIND.id), context)

    parts = [frame["payload"] for frame in world.pusher.received(connection)[1:]]
    assert [(part["progress"], part["has_more_records"]) for part in parts] == [
        ("in_progress", False),
        ("completed", True),
    ]
    assert parts[1]["offset"] + len(parts[1]["data"]) < 1_000


def test_no_rows_follow_a_frame_that_was_not_delivered() -> None:
    posts = []

    def leaving(connection: Connection) -> None:
        posts.append(connection)
        if len(posts) > 2:
            raise ConnectionGone(connection.id)

    world = with_rows(1_000, "x" * 400)
    world.pusher._before_push = leaving
    frames_of(world, "/metrics/get", f'{{"id": "{WIND.id}"}}')

    assert len(posts) == 3


def test_each_frame_of_rows_is_a_message_of_the_users_quota() -> None:
    limits = QuotaLimits(messages_per_minute=60, message_burst=6)
    world, request = with_rows(1_000, "x" * 400, limits=limits), f'{{"id": "{WIND.id}"}}'
    connection = world.connect()
    first = frames_of(world, "/metrics/get", request, connection=connection)

    second = frames_of(world, "/metrics/get", request, connection=connection)

    assert (len(first), len(second)) == (5, 1)
    assert second[0]["error"]["code"] == "TOO_MANY_REQUESTS"
    assert 3 < second[0]["error"]["retry_after_s"] <= 5
    world.clock.shift = timedelta(seconds=6)
    assert len(frames_of(world, "/metrics/get", request, connection=connection)) == 5


def test_an_answer_of_more_frames_than_the_bucket_holds_needs_a_full_bucket() -> None:
    limits = QuotaLimits(messages_per_minute=60, message_burst=3)
    world, request = with_rows(1_000, "x" * 400, limits=limits), f'{{"id": "{WIND.id}"}}'
    connection = world.connect()

    first = frames_of(world, "/metrics/get", request, connection=connection)
    second = frames_of(world, "/metrics/get", request, connection=connection)

    assert (len(first), second[0]["error"]["code"]) == (5, "TOO_MANY_REQUESTS")


def test_a_dashboard_leaves_out_and_counts_the_metrics_that_the_user_may_not_see() -> None:
    state = answer_of(world_of_assets(), "/dashboards/get", f'{{"id": "{DASHBOARD.id}"}}')

    assert yaml.safe_load(state["dashboard"].pop("file")) == GRID
    assert state["dashboard"] == {
        "id": DASHBOARD.id,
        "type": "dashboard",
        "name": "Power",
        "description": "All power.",
        "version_number": 3,
        "config": {
            "rows": [
                {"id": 1, "items": [{"id": WIND.id}], "columnSizes": None},
                {"id": "last", "items": [{"id": WIND.id}], "columnSizes": [12]},
            ]
        },
        "created_at": "2026-03-01T00:00:00.000Z",
        "updated_at": "2026-03-01T00:00:00.000Z",
    }
    assert (state["access"], state["permission"], state["withheld_metrics"]) == ("owner", "owner", 2)
    assert [(metric["id"], metric["data_metadata"]) for metric in state["metrics"]] == [(WIND.id, None)]


def test_a_dashboard_that_does_not_fit_is_sent_without_yaml_and_at_last_without_metrics() -> None:
    world = world_of_assets()
    texts = {"description": "d" * 60_000, "sql": "s" * 60_000}
    world.library.save(replace(asset(WIND, ALICE), definition={**DEFINITION, **texts}), ROWS)

    state = answer_of(world, "/dashboards/get", f'{{"id": "{DASHBOARD.id}"}}')

    assert (state["metrics"][0]["file"], len(state["metrics"][0]["description"])) == (None, 60_000)
    assert yaml.safe_load(state["dashboard"]["file"]) == GRID


def test_a_report_is_returned_with_its_content_cut_where_it_does_not_fit() -> None:
    world = world_of_assets()
    whole = answer_of(world, "/reports/get", f'{{"id": "{REPORT.id}"}}')
    stored = world.table.assets[REPORT.id]
    world.library.save(replace(stored, definition={**TEXT, "content": "Wind! " * 40_000}), None)

    cut = answer_of(world, "/reports/get", f'{{"id": "{REPORT.id}"}}')

    assert (whole["name"], whole["content"], whole["permission"]) == ("On wind", TEXT["content"], "owner")
    assert (cut["file"], cut["content"][-1]) == (None, "…")
    assert 100_000 < len(cut["content"]) < 131_072


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("wind", ["Wind power", "On wind"]),
        ("WIND pow", ["Wind power"]),
        ("by year", ["Wind power"]),
        ("all power", ["Power"]),
        ("ind", []),
        ("power wind xyz", []),
    ],
)
def test_a_search_finds_words_of_names_and_descriptions(query: str, found: list[str]) -> None:
    matches = answer_of(world_of_assets(), "/search", f'{{"query": "{query}"}}')

    assert [match["name"] for match in matches] == found


def test_a_search_finds_only_what_the_user_may_see_and_asks_for() -> None:
    world = world_of_assets()

    assert answer_of(world, "/search", '{"query": "on"}', BOB) == []
    assert [item["id"] for item in answer_of(world, "/search", '{"query": "wind"}', BOB)] == [SECRET.id]
    assert (
        answer_of(world, "/search", '{"query": "wind", "exclude_metrics": true, "exclude_reports": true}')
        == []
    )
    assert len(answer_of(world, "/search", '{"query": "wind", "num_results": 1}')) == 1
    assert answer_of(world, "/search", '{"query": "by year"}') == [
        {
            "id": WIND.id,
            "name": "Wind power",
            "type": "metric",
            "additional_text": "Wind power by year.",
            "updated_at": "2026-03-01T00:00:00.000Z",
        }
    ]


def test_the_usage_of_the_month_is_returned_with_budget_and_renewal() -> None:
    world = World()
    world.change(budget=Budget(5_000, Decimal(0)))
    now = world.clock.now()
    world.use_cases.usage.count(ALICE.id, CallUsage("m-1", 1, 1_200, Decimal("0.5")), now)

    usage = answer_of(world, "/usage/get")

    month = f"{now:%Y-%m}"
    assert usage.pop("renews_at") > month
    assert usage == {
        "month": month,
        "tokens": 1_200,
        "cost_usd": 0.5,
        "model_calls": 1,
        "budget": {"tokens": 5_000, "cost_usd": None},
        "left": {"tokens": 3_800, "cost_usd": None},
    }


def test_a_refusal_for_the_budget_has_what_is_left_and_when_it_renews() -> None:
    world = World()
    world.change(budget=Budget(1_000, Decimal(2)))
    world.use_cases.usage.count(ALICE.id, CallUsage("m-1", 1, 1_200, Decimal("0.5")), world.clock.now())

    (frame,) = frames_of(world, "/chats/post", '{"prompt": "Why?"}')

    budget = frame["error"]["budget"]
    assert (frame["event"], frame["error"]["code"]) == ("postThread", "TOO_MANY_REQUESTS")
    assert (budget["tokens_left"], budget["cost_usd_left"]) == (0, 1.5)
    assert budget["renews_at"].endswith("-01T00:00:00.000Z")
