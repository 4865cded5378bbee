"""Every route about assets and usage, over WebSockets and function processes."""

from typing import Any

import pytest
import yaml

from tests.e2e.local_stack import Person, Stack, sample, samples
from threadcast_client import check_frame

IOWA = sample("iowa_electricity").asset
WEATHER = sample("west_coast_weather").asset
REPORT = sample("iowa_turns_to_renewables").asset


async def frames_of(person: Person, route: str, payload: dict[str, Any]) -> list[dict[str, Any]]:
    """Send a request, and return the frames of its answer."""
    async with person.connect() as connection:
        return await (await connection.request(route, payload, request_id="r-1")).all_frames()


@pytest.mark.parametrize(
    ("route", "type_"),
    [
        ("/metrics/list", "metric_file"),
        ("/dashboards/list", "dashboard_file"),
        ("/reports/list", "report_file"),
    ],
)
async def test_a_list_has_the_samples_of_its_type_page_by_page(alice: Person, route: str, type_: str) -> None:
    found: list[str] = []
    cursor = None
    async with alice.connect() as connection:
        while True:
            payload = {"page_size": 3, "cursor": cursor}
            (frame,) = await (
                await connection.request(route, payload, request_id=f"r{cursor}"[:60])
            ).all_frames()
            assert check_frame(frame) == []
            found += [item["id"] for item in frame["payload"]]
            cursor = frame["next_cursor"]
            if cursor is None:
                break

    assert sorted(found) == sorted(file.asset.id for file in samples().values() if file.asset.type == type_)


async def test_a_metric_comes_with_all_of_its_rows(alice: Person) -> None:
    state, *parts = await frames_of(alice, "/metrics/get", {"id": IOWA.id, "version_number": 1})

    table = sample("iowa_electricity").table
    assert table is not None
    assert yaml.safe_load(state["payload"]["file"]) == IOWA.definition
    assert state["payload"]["permission"] == "can_view"
    rows = [row for part in parts for row in part["payload"]["data"]]
    assert rows == [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert parts[-1]["payload"]["progress"] == "completed"


async def test_a_dashboard_omits_metrics_that_the_user_may_not_see(stack: Stack) -> None:
    bob = stack.new_person("Bob", sees=("west_coast_weather", "seattle_weather"))

    (frame,) = await frames_of(bob, "/dashboards/get", {"id": WEATHER.id})

    state = frame["payload"]
    assert [metric["name"] for metric in state["metrics"]] == [sample("seattle_weather").asset.name]
    assert (state["dashboard"]["name"], state["withheld_metrics"]) == (WEATHER.name, 2)


async def test_a_report_comes_with_its_content(alice: Person) -> None:
    (frame,) = await frames_of(alice, "/reports/get", {"id": REPORT.id})

    assert frame["payload"]["content"] == REPORT.definition["content"]


async def test_a_search_finds_only_what_the_user_may_see(stack: Stack, alice: Person) -> None:
    nobody = stack.new_person("Nobody", sees=())

    (found,) = await frames_of(alice, "/search", {"query": "iowa elec"})
    (nothing,) = await frames_of(nobody, "/search", {"query": "iowa elec"})

    assert [item["id"] for item in found["payload"]] == [IOWA.id, REPORT.id]
    assert nothing["payload"] == []


async def test_the_usage_of_a_user_who_asked_no_model_is_nothing(alice: Person) -> None:
    (frame,) = await frames_of(alice, "/usage/get", {})

    assert (frame["event"], frame["payload"]["tokens"], frame["payload"]["budget"]["tokens"]) == (
        "getUsage",
        0,
        None,
    )


@pytest.mark.parametrize("route", ["/metrics/get", "/dashboards/get", "/reports/get"])
async def test_an_asset_that_the_user_may_not_see_is_not_found(stack: Stack, route: str) -> None:
    nobody = stack.new_person("Nobody", sees=())
    asset = {"/metrics/get": IOWA, "/dashboards/get": WEATHER, "/reports/get": REPORT}[route]

    (frame,) = await frames_of(nobody, route, {"id": asset.id})

    assert frame["error"] == {"code": "NOT_FOUND", "message": "Asset not found"}
