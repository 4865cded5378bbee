"""Each function's handler, invoked with sample events, on moto."""

import io
import json
import re
import time
from typing import Any

import jwt
import pytest

from tests.functions.conftest import EVENTS, SECRET, Deployment
from tests.http_server import Answer
from threadcast.entrypoints.authorizer_event import HandshakeRefused
from threadcast.errors import UnknownEvent


def invalid_events() -> list[str]:
    return sorted(path.stem for path in (EVENTS / "post_thread").glob("invalid_*.json"))


def test_a_valid_token_is_allowed(deployment: Deployment) -> None:
    answer = deployment.invoke("authorizer", "authorizer/query_token")

    assert answer["policyDocument"]["Statement"][0]["Effect"] == "Allow"
    assert answer["context"]["user_name"] == "Ada"


@pytest.mark.parametrize("event", ["no_token", "expired_token", "forged_token"])
def test_a_missing_or_invalid_token_is_refused_as_unauthorized(deployment: Deployment, event: str) -> None:
    with pytest.raises(HandshakeRefused, match=r"^Unauthorized$"):
        deployment.invoke("authorizer", f"authorizer/{event}")


def test_a_disconnect_deletes_what_the_connect_stored(deployment: Deployment) -> None:
    connected = deployment.invoke("connect", "connect/query_token")
    stored_keys = [item["pk"]["S"] for item in deployment.items()]
    disconnected = deployment.invoke("disconnect", "disconnect/closed_by_client")

    assert (connected["statusCode"], disconnected["statusCode"]) == (200, 200)
    assert stored_keys == ["USER#ada10000-0000-4000-8000-000000000001"]
    assert deployment.items() == []


def connect_as(deployment: Deployment, connection_id: str) -> int:
    def change(payload: dict[str, Any]) -> None:
        payload["requestContext"]["connectionId"] = connection_id
        payload["requestContext"]["connectedAt"] = (time.time() - 60) * 1000

    status: int = deployment.invoke("connect", "connect/query_token", change)["statusCode"]
    return status


@pytest.mark.parametrize("limit", [1, 3])
def test_a_handshake_beyond_the_limit_of_connections_is_refused_with_429(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, logged: io.StringIO, limit: int
) -> None:
    monkeypatch.setenv("CONNECTIONS_PER_USER", str(limit))
    statuses = [connect_as(deployment, f"c-{number}") for number in range(limit + 1)]

    assert statuses == [200] * limit + [429]
    assert len(deployment.items()) == limit
    assert {request.method for request in deployment.connections.requests} == {"GET"}
    assert "connection_refused" in logged.getvalue()


def test_a_connection_that_is_gone_makes_room_for_a_handshake(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECTIONS_PER_USER", "1")
    connect_as(deployment, "lost")
    deployment.connections.answer = lambda _: Answer(410)

    assert connect_as(deployment, "new") == 200
    assert [item["id"]["S"] for item in deployment.items()] == ["new"]


def test_the_subprotocol_that_carried_the_token_is_selected(deployment: Deployment) -> None:
    answer = deployment.invoke("connect", "connect/subprotocol_token")

    assert answer["headers"] == {"Sec-WebSocket-Protocol": "bearer"}


@pytest.mark.usefixtures("samples")
@pytest.mark.parametrize(
    "event",
    [
        "asset",
        "asset_older_type_name",
        "dashboard",
        "legacy_metric_id",
        "threads_route",
        "post_thread_route",
        "request_id",
    ],
)
def test_an_asset_without_a_prompt_is_answered_in_four_frames(deployment: Deployment, event: str) -> None:
    answer = deployment.invoke("post_thread", f"post_thread/{event}")

    assert answer == {"statusCode": 200}
    assert [frame["event"] for frame in deployment.frames()] == [
        "initializeChat",
        "generatingResponseMessage",
        "generatingResponseMessage",
        "complete",
    ]


@pytest.mark.usefixtures("samples")
@pytest.mark.parametrize("event", ["asset_and_prompt", "legacy_dashboard_id", "prompt"])
def test_a_prompt_is_answered_by_the_agent(deployment: Deployment, event: str) -> None:
    deployment.invoke("post_thread", f"post_thread/{event}")

    events = [frame["event"] for frame in deployment.frames()]
    assert (events[0], events[-1]) == ("initializeChat", "complete")
    assert "generatingReasoningMessage" in events


@pytest.mark.usefixtures("samples")
def test_a_chat_takes_a_follow_up_a_replacement_a_stop_and_a_get(deployment: Deployment) -> None:
    def refer_to_chat(payload: dict[str, Any]) -> None:
        body = json.loads(payload["body"])
        body["payload"] |= {"chat_id": chat["id"]} if "prompt" in body["payload"] else {"id": chat["id"]}
        if "message_id" in body["payload"]:
            body["payload"]["message_id"] = chat["message_ids"][-1]
        payload["body"] = json.dumps(body)
        payload["requestContext"]["messageId"] = f"m-{len(deployment.frames())}"

    deployment.invoke("post_thread", "post_thread/asset")
    chat = deployment.frames()[-1]["payload"]
    for event in ("follow_up", "replace", "stop", "get"):
        deployment.invoke("post_thread", f"post_thread/{event}", refer_to_chat)
        last = deployment.frames()[-1]
        chat = last["payload"] if last["event"] == "complete" else chat

    assert last["event"] == "getChat"
    asked = [m["request_message"] and m["request_message"]["request"] for m in chat["messages"].values()]
    assert asked == [None, "Which one shrank?"]


@pytest.mark.parametrize("event", invalid_events())
def test_an_invalid_message_gets_one_error_frame_and_writes_nothing(
    deployment: Deployment, event: str
) -> None:
    before = deployment.items()

    answer = deployment.invoke("post_thread", f"post_thread/{event}")

    (frame,) = deployment.frames()
    assert answer == {"statusCode": 200}
    assert frame["error"]["code"] == "BAD_REQUEST"
    (charged,) = [item for item in deployment.items() if item not in before]
    assert charged.keys() == {"pk", "sk", "paid_until", "expires_at"}


def test_a_missing_asset_or_chat_is_not_found(deployment: Deployment) -> None:
    deployment.invoke("post_thread", "post_thread/asset")
    deployment.invoke("post_thread", "post_thread/follow_up")

    assert [frame["error"]["message"] for frame in deployment.frames()] == [
        "Asset not found",
        "Chat not found",
    ]
    assert [item["sk"]["S"] for item in deployment.items()] == ["RATE"]


def test_a_failing_store_is_reported_with_a_reference_id_that_is_logged(
    deployment: Deployment, logged: io.StringIO
) -> None:
    deployment.client.delete_table(TableName=deployment.table)

    answer = deployment.invoke("post_thread", "post_thread/prompt")

    (frame,) = deployment.frames()
    assert answer == {"statusCode": 500}
    assert frame["error"]["code"] == "INTERNAL_SERVER_ERROR"
    assert deployment.table not in json.dumps(frame)
    assert frame["error"]["reference_id"] in logged.getvalue()


@pytest.mark.parametrize("event", ["handoff", "handoff_in_doubt"])
def test_a_handoff_without_a_turn_to_claim_does_nothing(deployment: Deployment, event: str) -> None:
    assert deployment.invoke("run_turn", f"run_turn/{event}") is None
    assert deployment.frames() == []


@pytest.mark.parametrize("event", ["timed_out", "crashed", "never_run"])
def test_a_failure_without_an_open_turn_does_nothing(deployment: Deployment, event: str) -> None:
    assert deployment.invoke("turn_failed", f"turn_failed/{event}") is None
    assert deployment.frames() == []


def test_no_log_line_holds_a_token_a_prompt_or_an_answer(
    deployment: Deployment, samples: None, logged: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    token = json.loads((EVENTS / "authorizer/query_token.json").read_text())["queryStringParameters"]
    deployment.invoke("authorizer", "authorizer/query_token")
    deployment.invoke("connect", "connect/query_token")
    deployment.invoke("post_thread", "post_thread/asset_and_prompt")

    lines = logged.getvalue() + capsys.readouterr().out
    answer = deployment.frames()[-1]["payload"]["messages"]
    (said,) = (m["response_messages"] for m in answer.values())
    assert "Message.ok" in lines
    assert token["authentication"] not in lines
    assert "grew the most" not in lines
    assert not any(re.escape(part["message"][:30]) in lines for part in said.values())


def test_no_log_line_holds_the_text_of_an_agents_exception(
    deployment: Deployment,
    logged: io.StringIO,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def answer(*_: object) -> None:
        raise LookupError("the takeover of Initech")

    monkeypatch.setattr("threadcast_analyst.OfflineAnalyst.answer", answer)

    deployment.invoke("post_thread", "post_thread/prompt")

    lines = logged.getvalue() + capsys.readouterr().out
    assert deployment.frames()[-1]["error"]["code"] == "INTERNAL_SERVER_ERROR"
    assert "agent_raised" in lines
    assert "LookupError" in lines
    assert "Initech" not in lines


@pytest.mark.parametrize("event", [None, "event", ["event"], {"requestContext": []}])
@pytest.mark.parametrize(
    "function",
    ["authorizer", "connect", "disconnect", "post_thread", "run_turn", "turn_failed", "sweep_turns"],
)
def test_what_is_no_event_is_an_unknown_event(deployment: Deployment, function: str, event: Any) -> None:
    with pytest.raises(UnknownEvent):
        deployment.call(function, event)


@pytest.mark.parametrize("token", ["zo\u00eb.e30.e30", "\ud83d.e30.e30", "\u2603"])
def test_a_token_beyond_ascii_is_refused_as_unauthorized(deployment: Deployment, token: str) -> None:
    def use_token(event: Any) -> None:
        event["queryStringParameters"]["authentication"] = token

    with pytest.raises(HandshakeRefused, match=r"^Unauthorized$"):
        deployment.invoke("authorizer", "authorizer/query_token", use_token)


@pytest.mark.parametrize("changed", [{"sub": "zo\ud83d"}, {"org_id": "\ud83d"}])
def test_a_signed_token_whose_user_cannot_be_stored_is_refused_as_unauthorized(
    deployment: Deployment, changed: dict[str, str]
) -> None:
    claims = {"iss": "threadcast", "aud": "threadcast", "sub": "zoe", "exp": time.time() + 300}

    def use_token(event: Any) -> None:
        event["queryStringParameters"]["authentication"] = jwt.encode({**claims, **changed}, SECRET)

    with pytest.raises(HandshakeRefused, match=r"^Unauthorized$"):
        deployment.invoke("authorizer", "authorizer/query_token", use_token)
