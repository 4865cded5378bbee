"""Alarms, queries and the dashboard refer to what the functions report, and every alarm has a runbook."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.template.translation import resolver, resources
from threadcast.delivery.outbox.outbox import OutboxCounts
from threadcast.domain.message import Message
from threadcast.entrypoints.turn_report import report_facts
from threadcast.errors import ClientFault
from threadcast.turns.running.run_turn import TurnReport, _Ending

ROOT = Path(__file__).parents[2]
OPERATE = (ROOT / "docs" / "operate.md").read_text()
SOURCES = [*(ROOT / "functions").glob("*/app.py"), *(ROOT / "layers" / "threadcast").rglob("*.py")]
LEVELS = ("debug", "info", "warning", "error")


def codes(fault: type[ClientFault] = ClientFault) -> set[str]:
    own = {fault.code} if "code" in fault.__dict__ else set()
    return own.union(*map(codes, fault.__subclasses__()))


def reported_metrics() -> set[str]:
    """Return the names of every metric: those in the handlers, and those of a turn's report."""
    named = {
        name
        for app in (ROOT / "functions").glob("*/app.py")
        for name in re.findall(r'name="([A-Z]\w+)"', app.read_text())
    }
    message = Message.__new__(Message)
    for name in ("input_tokens", "output_tokens", "cached_tokens", "estimated_tokens", "cost_usd"):
        object.__setattr__(message, name, 1)
    report = TurnReport(None, "answered", 1.0, None, settled=True, counts=OutboxCounts(), answered=message)
    endings = {f"Turn.{ending.name.lower()}" for ending in _Ending}
    answers = {f"Message.{code}" for code in {"ok", *codes(), "INTERNAL_SERVER_ERROR"}}
    return named | set(report_facts(report)) | endings | answers


def logged_events() -> set[str]:
    """Return the first argument of every call of a logger."""
    return {
        node.args[0].value.split()[0]
        for source in SOURCES
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in LEVELS
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def own_metrics_of(value: Any) -> set[str]:
    return set(re.findall(r'\["Threadcast", "([\w.]+)"', json.dumps(value)))


def dashboard() -> dict[str, Any]:
    (board,) = resources("AWS::CloudWatch::Dashboard").values()
    body: dict[str, Any] = json.loads(resolver().resolve(board["DashboardBody"]))
    return body


def test_the_dashboard_shows_only_metrics_that_are_reported_with_the_stack_as_their_dimension() -> None:
    rows = [row for widget in dashboard()["widgets"] for row in widget["properties"]["metrics"]]
    own = [row for row in rows if row[0] == "Threadcast"]

    assert own_metrics_of(rows) <= reported_metrics()
    assert {tuple(row[2:4]) for row in own} == {("service", "threadcast")}


@pytest.mark.parametrize(
    "shown",
    [
        "Turn.answered", "Turn.out_of_time", "first_event_s", "worst_lag_s", "posts", "merged_chunks",
        "throttled", "gone", "catch_ups", "Message.INTERNAL_SERVER_ERROR", "ConnectionsOpened", "cost_usd",
        "RunnersDied",
    ],
)  # fmt: skip
def test_the_dashboard_shows_what_an_operator_looks_for(shown: str) -> None:
    assert shown in own_metrics_of(dashboard())


def test_the_dashboards_widgets_do_not_overlap() -> None:
    cells = [
        (x, y)
        for widget in dashboard()["widgets"]
        for x in range(widget["x"], widget["x"] + widget["width"])
        for y in range(widget["y"], widget["y"] + widget["height"])
    ]

    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_alarms_watch_metrics_that_are_reported() -> None:
    watched = {
        metric["MetricName"]
        for alarm in resources("AWS::CloudWatch::Alarm").values()
        for metric in (
            alarm,
            *(each.get("MetricStat", {}).get("Metric", {}) for each in alarm.get("Metrics", [])),
        )
        if metric.get("Namespace") == "Threadcast"
    }

    assert watched == {"RunnersDied", "worst_lag_s", "TokensRejected", "Message.INTERNAL_SERVER_ERROR"}
    assert watched <= reported_metrics()


def test_every_alarm_has_a_runbook() -> None:
    explained = re.findall(r"^### (\w+Alarm)$", OPERATE, re.MULTILINE)

    assert explained == [*resources("AWS::CloudWatch::Alarm")]


def test_every_metric_and_log_event_is_on_the_page() -> None:
    on_page = set(re.findall(r"`([\w.]+)`", OPERATE))

    assert {name for name in reported_metrics() if name not in on_page} == set()
    assert {name for name in logged_events() if name not in on_page} == set()


def test_saved_queries_ask_for_events_that_are_logged() -> None:
    queries = resources("AWS::Logs::QueryDefinition")
    asked = set(re.findall(r'message (?:=|in) \[?"(\w+)"', json.dumps(queries).replace('\\"', '"')))

    assert len(queries) == 8
    assert asked
    assert asked <= logged_events()
