"""Handshakes over real sockets and real function processes."""

import json
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from local_gateway import Gateway, running_gateway
from tests.local_gateway.conftest import STACKS


def refused_with(url: str) -> int:
    with pytest.raises(InvalidStatus) as caught, connect(url):
        pass
    return caught.value.response.status_code


def events_of(gateway: Gateway, function: str) -> list[dict[str, Any]]:
    lines = [line.text for line in gateway.logs(function)]
    return [json.loads(line.removeprefix("EVENT ")) for line in lines if line.startswith("EVENT ")]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("verdict=deny", 403),
        ("verdict=unauthorized", 401),
        ("verdict=raise", 500),
        ("verdict=malformed", 500),
        ("connect=refuse&status=429", 429),
        ("connect=refuse&status=500", 500),
        ("connect=raise", 502),
        ("connect=malformed", 502),
    ],
)
def test_a_refused_handshake_has_the_status_that_api_gateway_gives(
    behaviour: Gateway, query: Any, status: int
) -> None:
    assert refused_with(f"{behaviour.websocket_url}?{query}") == status


def test_a_missing_identity_source_is_401_without_a_call_of_the_authorizer() -> None:
    with running_gateway(STACKS / "bare" / "template.yaml") as gateway:
        assert refused_with(gateway.websocket_url) == 401
        assert gateway.logs("Gatekeeper") == []


def test_the_subprotocol_that_connect_chooses_is_echoed(behaviour: Gateway) -> None:
    url = f"{behaviour.websocket_url}?connect=subprotocol"

    with connect(url, subprotocols=["chat.v2", "chat.v1"]) as client:
        assert client.subprotocol == "chat.v1"


def test_without_a_choice_no_subprotocol_is_echoed(behaviour: Gateway) -> None:
    with connect(behaviour.websocket_url, subprotocols=["chat.v1"]) as client:
        assert client.subprotocol is None


def test_the_connect_event_has_the_query_string_the_headers_and_the_authorizers_context(
    behaviour: Gateway,
) -> None:
    with connect(f"{behaviour.websocket_url}?mark=h1", additional_headers={"X-Mark": "one"}):
        pass

    (event,) = [
        each
        for each in events_of(behaviour, "Lifecycle")
        if each.get("queryStringParameters") == {"mark": "h1"}
    ]
    assert event["headers"]["X-Mark"] == "one"
    assert event["requestContext"]["routeKey"] == "$connect"
    assert event["requestContext"]["authorizer"] == {
        "principalId": "alice",
        "plan": "gold",
        "age": "42",
        "admin": "true",
    }
    assert event["stageVariables"] == {"colour": "blue"}


def test_posting_while_connect_runs_is_410(behaviour: Gateway) -> None:
    with connect(f"{behaviour.websocket_url}?connect=post"):
        pass


def test_an_address_without_the_stage_is_refused(behaviour: Gateway) -> None:
    assert refused_with(behaviour.websocket_url.removesuffix("/test")) == 404
