"""Each function with only its own policies: the turn is run by `run_turn`, as on AWS."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.functions.conftest import EVENTS, Deployment
from tests.functions.granted_requests import granted
from threadcast.adapters.aws_lambda.turn_starter import LambdaTurnStarter
from threadcast.adapters.system_clock import SystemClock
from threadcast.bootstrap import application
from threadcast.entrypoints.handoff_event import to_payload
from threadcast.ports import Handoff
from threadcast.turns.recovery.expire_chats import ChatExpiry

METRIC = "870ed596-5ce3-43f4-8ed5-473f650f4b65"
ASSET_EVENTS = (
    *("metrics_list", "dashboards_list", "reports_list", "metrics_get"),
    *("dashboards_get", "reports_get", "search", "usage_get"),
)


@pytest.fixture
def handoffs(monkeypatch: pytest.MonkeyPatch, deployment: Deployment) -> list[Any]:
    """Lambda's queue: `post_thread` hands turns off to another function, whose events are collected."""
    found: list[Any] = []

    def start(_: LambdaTurnStarter, handoff: Handoff) -> None:
        found.append(json.loads(to_payload(handoff)))

    monkeypatch.setattr(LambdaTurnStarter, "start", start)
    monkeypatch.setenv("TURN_STARTER", "lambda")
    monkeypatch.setenv("RUN_TURN_FUNCTION", "run-turn")
    return found


def ask(deployment: Deployment, prompt: str) -> None:
    def change(payload: dict[str, Any]) -> None:
        body = json.loads(payload["body"])
        body["payload"] |= {"prompt": prompt, "asset_id": METRIC, "asset_type": "metric_file"}
        payload["body"] = json.dumps(body)

    with granted(["PostThreadRole"], deployment.monkeypatch):
        deployment.invoke("post_thread", "post_thread/asset_and_prompt", change)


@pytest.mark.usefixtures("samples")
def test_a_turn_that_makes_a_metric_is_run_by_the_permissions_of_run_turn(
    deployment: Deployment, handoffs: list[Any]
) -> None:
    deployment.invoke("connect", "connect/query_token")
    ask(deployment, "make a metric of July")
    (handoff,) = handoffs

    with granted(["RunTurnRole"], deployment.monkeypatch) as needed:
        deployment.call("run_turn", handoff)

    assert deployment.frames()[-1]["event"] == "complete"
    written = {
        (access.action.removeprefix("dynamodb:"), key.split("#")[0])
        for access in needed
        for key in access.leading_keys
        if access.action in {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
    }
    assert written == {
        ("PutItem", "ASSET"),
        ("PutItem", "CHAT"),
        ("UpdateItem", "CHAT"),
        ("UpdateItem", "USER"),
    }


@pytest.mark.usefixtures("samples", "handoffs")
def test_every_route_about_assets_is_answered_by_the_permissions_of_post_thread(
    deployment: Deployment,
) -> None:
    deployment.invoke("connect", "connect/query_token")
    answered: list[str] = []

    for name in ASSET_EVENTS:
        with granted(["PostThreadRole"], deployment.monkeypatch):
            deployment.invoke("post_thread", f"post_thread/{name}")
        answered.append(deployment.frames()[-1]["event"])

    assert [frame["error"] for frame in deployment.frames()] == [None] * (len(ASSET_EVENTS) + 1)
    assert answered == [
        *("getMetricList", "getDashboardsList", "getReportsList", "fetchingData"),
        *("getDashboardState", "getReportState", "search", "getUsage"),
    ]


@pytest.mark.usefixtures("samples")
@pytest.mark.parametrize("function", ["turn_failed", "sweep_turns"])
def test_a_turn_that_no_runner_ends_is_closed_by_the_permissions_of_its_closer(
    deployment: Deployment, handoffs: list[Any], function: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.invoke("connect", "connect/query_token")
    ask(deployment, "make a metric of July")
    monkeypatch.setattr(SystemClock, "now", lambda _: datetime.now(UTC) + timedelta(minutes=10))

    if function == "turn_failed":
        deployment.call("turn_failed", {"requestPayload": handoffs[0]})
    else:
        deployment.invoke("sweep_turns", "sweep_turns/every_minute")

    (message,) = [item for item in deployment.items() if item["sk"]["S"].startswith("MSG#")]
    assert message["outcome"]["S"] == "failed"


@pytest.mark.usefixtures("samples")
def test_an_expired_chat_is_deleted_by_the_permissions_that_the_retention_adds(
    deployment: Deployment, handoffs: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.invoke("connect", "connect/query_token")
    deployment.invoke("post_thread", "post_thread/asset")
    monkeypatch.setenv("CHAT_KEPT_DAYS", "1")
    application.cache_clear()
    monkeypatch.setattr(ChatExpiry, "SEGMENTS", 1)
    monkeypatch.setattr(SystemClock, "now", lambda _: datetime.now(UTC) + timedelta(days=1, hours=2))
    event = json.loads((EVENTS / "sweep_turns" / "every_minute.json").read_text())

    with pytest.raises(AssertionError, match="dynamodb:Scan"):
        deployment.call("sweep_turns", event)
    deployment.invoke("post_thread", "post_thread/asset")
    monkeypatch.setattr(SystemClock, "now", lambda _: datetime.now(UTC) + timedelta(days=3))
    counts = deployment.call("sweep_turns", event, ChatRetentionDays="1")

    assert counts["expired"] == 1
    assert [item for item in deployment.items() if item["pk"]["S"].startswith("CHAT#")] == []
    assert handoffs == []


def test_a_request_beyond_the_policies_is_found(deployment: Deployment) -> None:
    with (
        pytest.raises(AssertionError, match="dynamodb:GetItem"),
        granted(["DisconnectRole"], deployment.monkeypatch),
    ):
        deployment.client.get_item(
            TableName=deployment.table, Key={"pk": {"S": "CHAT#c"}, "sk": {"S": "CHAT"}}
        )
