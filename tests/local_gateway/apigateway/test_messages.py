"""Messages over real sockets and real function processes."""

import contextlib
import json
import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from local_gateway import Gateway, Limits, running_gateway
from tests.local_gateway.conftest import STACKS, Eventually, slept_in


@pytest.fixture
def client(behaviour: Gateway) -> Iterator[ClientConnection]:
    with connect(behaviour.websocket_url, max_size=None) as connection:
        yield connection


def request(client: ClientConnection, **action: object) -> str:
    client.send(json.dumps(action))
    return client.recv(timeout=120)


def send_and_wait(client: ClientConnection, *messages: Any) -> None:
    for message in messages:
        client.send(message)
    client.recv(timeout=120)


def closed_with(client: ClientConnection, *messages: Any) -> int | None:
    with pytest.raises(ConnectionClosed) as caught:
        send_and_wait(client, *messages)
    return caught.value.rcvd.code if caught.value.rcvd else None


def test_a_route_response_contains_the_functions_body(client: ClientConnection) -> None:
    client.send("any text")

    assert client.recv(timeout=120) == "any text"


def test_a_message_event_has_everything_but_headers(client: ClientConnection) -> None:
    event = json.loads(request(client, do="event"))

    assert sorted(event) == ["body", "isBase64Encoded", "requestContext", "stageVariables"]
    assert event["body"] == '{"do": "event"}'
    assert event["requestContext"]["authorizer"]["plan"] == "gold"
    assert event["requestContext"]["messageId"].endswith("=")


def test_a_failing_handler_returns_an_error_at_once_and_the_connection_stays_usable(
    client: ClientConnection,
) -> None:
    began = time.monotonic()
    failure = json.loads(request(client, do="raise", text="secret"))
    took_s = time.monotonic() - began
    process = request(client, do="process")

    assert (failure["message"], sorted(failure)) == (
        "Internal server error",
        ["connectionId", "message", "requestId"],
    )
    assert took_s < 1.5  # the function's timeout is 2 s
    assert process == request(client, do="process")


@pytest.mark.parametrize("action", [{"do": "exit", "code": 3}, {"do": "exit", "code": 0}, {"do": "abort"}])
def test_a_process_that_exits_during_an_invocation_is_replaced(
    client: ClientConnection, action: dict[str, Any]
) -> None:
    before = request(client, do="process")
    failure = json.loads(request(client, **action))
    after = request(client, do="process")

    assert failure["message"] == "Internal server error"
    assert before != after


def test_the_functions_timeout_kills_its_process(behaviour: Gateway, client: ClientConnection) -> None:
    failure = json.loads(request(client, action="shortTimeout", do="sleep", seconds=60))

    assert failure["message"] == "Internal server error"
    assert request(client, action="shortTimeout", do="process") != slept_in(behaviour, "ShortTimeout")


def test_after_the_integration_timeout_the_client_receives_an_error_and_the_function_continues(
    behaviour: Gateway, client: ClientConnection, eventually: Eventually
) -> None:
    def slept() -> int:
        return [line.text for line in behaviour.logs("Actor")].count("slept")

    before = slept()

    failure = json.loads(request(client, action="shortIntegration", do="sleep", seconds=0.8))

    assert failure["message"] == "Endpoint request timed out"
    eventually(lambda: slept() == before + 1)


def test_a_second_message_does_not_wait_for_the_first(client: ClientConnection) -> None:
    request(client, do="echo")
    client.send(json.dumps({"do": "sleep", "seconds": 1.5}))
    client.send(json.dumps({"do": "process"}))

    assert client.recv(timeout=120).isdigit()
    assert client.recv(timeout=120) == "slept"


def test_concurrent_messages_start_a_process_for_each_core(
    behaviour: Gateway, client: ClientConnection, eventually: Eventually
) -> None:
    cores = min(os.cpu_count() or 2, 4)

    def overlapping() -> bool:
        for _ in range(20):
            client.send(json.dumps({"do": "echo"}))
        for _ in range(20):
            client.recv(timeout=120)
        return len(behaviour.process_ids("Actor")) >= cores

    eventually(overlapping)


def test_a_route_without_a_route_response_sends_nothing_back(client: ClientConnection) -> None:
    client.send(json.dumps({"action": "silent", "do": "return", "value": {"statusCode": 500, "body": "x"}}))

    assert request(client, do="return", value={"statusCode": 200, "body": "next"}) == "next"


def test_a_function_posts_to_its_client_through_domain_name_and_stage(client: ClientConnection) -> None:
    assert request(client, action="silent", do="post", text="posted") == "posted"


def test_a_function_invokes_another(behaviour: Gateway, client: ClientConnection) -> None:
    payload = {"do": "return", "value": [1, 2]}

    answer = request(client, do="invoke", function=behaviour.function_name("Reserved"), payload=payload)

    assert json.loads(answer) == [1, 2]


def test_a_frame_of_32_kb_is_accepted(client: ClientConnection) -> None:
    text = "x" * 32 * 1024

    client.send(text)

    assert client.recv(timeout=120) == text


def test_a_frame_over_32_kb_closes_with_1009(client: ClientConnection) -> None:
    assert closed_with(client, "x" * (32 * 1024 + 1)) == 1009


def test_a_message_of_128_kb_in_frames_is_accepted(client: ClientConnection) -> None:
    frames = ["x" * 32 * 1024] * 4

    client.send(frames)

    assert client.recv(timeout=120) == "".join(frames)


def test_a_message_over_128_kb_closes_with_1009(client: ClientConnection) -> None:
    assert closed_with(client, ["x" * 32 * 1024] * 4 + ["y"]) == 1009


def test_a_binary_frame_closes_with_1003(client: ClientConnection) -> None:
    assert closed_with(client, b"\x00\x01") == 1003


def test_pings_are_answered(client: ClientConnection) -> None:
    assert client.ping().wait(10)


def test_a_route_key_of_nested_paths_selects_its_route_and_others_are_forbidden() -> None:
    with bare_client() as client:
        found = request(client, meta={"kind": "chats", "verb": "post"})
        unmatched = json.loads(request(client, meta={"kind": "chats"}))

    assert found == "chats/post"
    assert unmatched["message"] == "Forbidden"


def test_an_idle_connection_closes_with_1001() -> None:
    with bare_client(idle_s=0.2) as client:
        assert closed_with(client) == 1001


def test_pings_do_not_keep_an_idle_connection_open() -> None:
    with bare_client(idle_s=0.5) as client, pytest.raises(ConnectionClosed) as caught:
        ping_on(client)

    assert caught.value.rcvd.code == 1001


def test_an_active_connection_stays_open_past_the_idle_timeout_until_its_lifetime_ends() -> None:
    with bare_client(idle_s=1.5, lifetime_s=2.5) as client:
        began = time.monotonic()
        with pytest.raises(ConnectionClosed) as caught:
            chatter(client)

    assert caught.value.rcvd.code == 1001
    assert 2.0 < time.monotonic() - began < 8


@contextlib.contextmanager
def bare_client(**limits: float) -> Iterator[ClientConnection]:
    template = STACKS / "bare" / "template.yaml"
    with (
        running_gateway(template, limits=Limits(**limits)) as gateway,
        connect(f"{gateway.websocket_url}?token=x") as client,
    ):
        yield client


def ping_on(client: ClientConnection) -> None:
    while True:
        client.ping().wait(10)
        with contextlib.suppress(TimeoutError):
            client.recv(timeout=0.05)


def chatter(client: ClientConnection) -> None:
    while True:
        request(client, meta={"kind": "chats", "verb": "post"})
