"""Handshakes over real sockets and real function processes."""

import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from local_gateway import Gateway, running_gateway
from tests.local_gateway.aws_requests import bare_request
from tests.local_gateway.conftest import STACKS, Eventually


def rejection_status(url: str) -> int:
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
def test_a_rejected_handshake_has_api_gateways_status(behaviour: Gateway, query: Any, status: int) -> None:
    assert rejection_status(f"{behaviour.websocket_url}?{query}") == status


def test_a_missing_identity_source_is_401_and_the_authorizer_is_not_called() -> None:
    with running_gateway(STACKS / "bare" / "template.yaml") as gateway:
        assert rejection_status(gateway.websocket_url) == 401
        assert gateway.logs("AuthorizerFunction") == []


def test_the_response_has_the_subprotocol_that_connect_chooses(behaviour: Gateway) -> None:
    url = f"{behaviour.websocket_url}?connect=subprotocol"

    with connect(url, subprotocols=["chat.v2", "chat.v1"]) as client:
        assert client.subprotocol == "chat.v1"


def test_the_response_has_no_subprotocol_if_connect_chooses_none(behaviour: Gateway) -> None:
    with connect(behaviour.websocket_url, subprotocols=["chat.v1"]) as client:
        assert client.subprotocol is None


def test_the_server_does_not_accept_compression(behaviour: Gateway) -> None:
    with connect(behaviour.websocket_url, compression="deflate") as client:
        assert "permessage-deflate" in client.request.headers["Sec-WebSocket-Extensions"]
        assert "Sec-WebSocket-Extensions" not in client.response.headers
        client.send("plain")

        assert client.recv(timeout=120) == "plain"


def test_a_handshake_may_arrive_in_pieces_together_with_the_first_message(behaviour: Gateway) -> None:
    head = upgrade_request(behaviour, "Sec-WebSocket-Version: 13")
    with socket.create_connection(address(behaviour)) as client:
        client.sendall(head[:2])
        client.sendall(head[2:-3])
        client.sendall(head[-3:] + b"\x81\x82\x00\x00\x00\x00hi")

        answer = read_until(client, b"\x81\x02hi")

    assert answer.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in answer


@pytest.mark.parametrize("version", ["Sec-WebSocket-Version: 8", "X-None: 1"])
def test_an_invalid_upgrade_is_403_forbidden(behaviour: Gateway, version: str) -> None:
    with socket.create_connection(address(behaviour)) as client:
        client.sendall(upgrade_request(behaviour, version))

        assert b'{"message": "Forbidden"}' in read_until(client, b"}")


def test_a_client_that_disconnects_before_connect_returns_is_1006(eventually: Eventually) -> None:
    with running_gateway(STACKS / "behaviour" / "template.yaml") as gateway:
        with socket.create_connection(address(gateway)) as client:
            client.sendall(upgrade_request(gateway, "Sec-WebSocket-Version: 13"))

        eventually(lambda: disconnect_codes(gateway))

        assert disconnect_codes(gateway) == [1006]
        assert gateway.connection_ids == []


def disconnect_codes(gateway: Gateway) -> list[int]:
    contexts = [event["requestContext"] for event in events_of(gateway, "ConnectDisconnect")]
    return [each["disconnectStatusCode"] for each in contexts if each["eventType"] == "DISCONNECT"]


def address(gateway: Gateway) -> tuple[str, int]:
    parts = urlsplit(gateway.websocket_url)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port


def upgrade_request(gateway: Gateway, *lines: str) -> bytes:
    path = urlsplit(gateway.websocket_url).path
    fixed = ["Host: 127.0.0.1", "Upgrade: websocket", "Connection: keep-alive, Upgrade"]
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="  # the RFC's own example
    return "\r\n".join([f"GET {path} HTTP/1.1", *fixed, key, *lines, "", ""]).encode()


def read_until(client: socket.socket, end: bytes) -> bytes:
    client.settimeout(10)
    seen = b""
    while not seen.endswith(end):
        seen += client.recv(4096)
    return seen


def test_the_connect_event_has_the_query_string_the_headers_and_the_authorizers_context(
    behaviour: Gateway,
) -> None:
    with connect(f"{behaviour.websocket_url}?mark=h1", additional_headers={"X-Mark": "one"}):
        pass

    (event,) = [
        each
        for each in events_of(behaviour, "ConnectDisconnect")
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


@pytest.mark.parametrize("path", ["", "/other", "/test/more"])
def test_a_url_of_another_stage_is_403_forbidden(behaviour: Gateway, path: str) -> None:
    url = behaviour.websocket_url.removesuffix("/test") + path

    assert rejection_status(url) == 403
    assert bare_request("GET", url.replace("ws:", "http:"), signed=False)[::2] == (
        403,
        b'{"message": "Forbidden"}',
    )
