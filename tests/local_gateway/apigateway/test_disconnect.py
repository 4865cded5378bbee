"""The status code and reason that `$disconnect` receives for each way to close a connection."""

import contextlib
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from local_gateway import Gateway, Limits, running_gateway
from tests.local_gateway.aws_requests import management
from tests.local_gateway.conftest import STACKS, Eventually

DisconnectStatus = Callable[[str], tuple[int, str]]
"""Returns the status code and reason that `$disconnect` receives for a connection."""


def violate(client: ClientConnection, message: str | bytes) -> None:
    client.send(message)
    client.recv(timeout=120)


@contextlib.contextmanager
def opened(gateway: Gateway) -> Iterator[tuple[ClientConnection, str]]:
    with connect(gateway.websocket_url, close_timeout=2) as client:
        client.send(json.dumps({"do": "event"}))
        yield client, json.loads(client.recv(timeout=120))["requestContext"]["connectionId"]


def disconnect_event(gateway: Gateway, connection_id: str) -> dict[str, Any] | None:
    for line in gateway.logs("ConnectDisconnect"):
        if line.text.startswith("EVENT ") and connection_id in line.text:
            event = json.loads(line.text.removeprefix("EVENT "))
            if event["requestContext"]["eventType"] == "DISCONNECT":
                return event
    return None


@pytest.fixture
def disconnect_status(behaviour: Gateway, eventually: Eventually) -> DisconnectStatus:
    def code_and_reason(connection_id: str) -> tuple[int, str]:
        eventually(lambda: disconnect_event(behaviour, connection_id))
        context = disconnect_event(behaviour, connection_id)["requestContext"]
        return context["disconnectStatusCode"], context["disconnectReason"]

    return code_and_reason


def test_disconnect_receives_the_clients_status_code_and_reason(
    behaviour: Gateway, disconnect_status: DisconnectStatus
) -> None:
    with opened(behaviour) as (client, connection_id):
        client.close(4001, "lunch")

    assert disconnect_status(connection_id) == (4001, "lunch")


def test_a_close_without_a_status_is_1005(behaviour: Gateway, disconnect_status: DisconnectStatus) -> None:
    with opened(behaviour) as (client, connection_id):
        client.socket.sendall(b"\x88\x80mask")

        assert disconnect_status(connection_id) == (1005, "Client-side close frame status not set")


def test_a_client_that_closes_without_a_frame_is_1006(
    behaviour: Gateway, disconnect_status: DisconnectStatus
) -> None:
    with opened(behaviour) as (client, connection_id):
        client.socket.shutdown(socket.SHUT_RDWR)

        assert disconnect_status(connection_id)[0] == 1006


def test_a_dropped_connection_is_1006_on_both_sides(
    behaviour: Gateway, disconnect_status: DisconnectStatus
) -> None:
    with opened(behaviour) as (client, connection_id):
        behaviour.drop_connection(connection_id)

        with pytest.raises(ConnectionClosed) as caught:
            client.recv(timeout=120)
    assert caught.value.rcvd is None
    assert disconnect_status(connection_id)[0] == 1006


def test_a_deleted_connection_is_1000(behaviour: Gateway, disconnect_status: DisconnectStatus) -> None:
    with opened(behaviour) as (client, connection_id):
        management(behaviour).delete_connection(ConnectionId=connection_id)

        with pytest.raises(ConnectionClosed) as caught:
            client.recv(timeout=120)
    assert caught.value.rcvd.code == 1000
    assert disconnect_status(connection_id) == (1000, "Connection Closed Normally")


@pytest.mark.parametrize(("message", "code"), [("x" * 40_000, 1009), (b"\x00", 1003)])
def test_disconnect_receives_the_status_code_of_a_violation(
    behaviour: Gateway, disconnect_status: DisconnectStatus, message: Any, code: int
) -> None:
    with opened(behaviour) as (client, connection_id), pytest.raises(ConnectionClosed):
        violate(client, message)

    assert disconnect_status(connection_id)[0] == code


def test_a_disconnect_event_has_the_authorizers_context_and_no_body(
    behaviour: Gateway, disconnect_status: DisconnectStatus
) -> None:
    with opened(behaviour) as (_, connection_id):
        pass
    disconnect_status(connection_id)

    event = disconnect_event(behaviour, connection_id)

    assert sorted(event) == [
        "headers",
        "isBase64Encoded",
        "multiValueHeaders",
        "requestContext",
        "stageVariables",
    ]
    assert event["requestContext"]["authorizer"]["principalId"] == "alice"


def test_disconnect_receives_1001_going_away_for_an_idle_connection(eventually: Eventually) -> None:
    template = STACKS / "behaviour" / "template.yaml"
    with running_gateway(template, limits=Limits(idle_s=1.5)) as gateway:
        with opened(gateway) as (client, connection_id), pytest.raises(ConnectionClosed):
            client.recv(timeout=120)

        eventually(lambda: disconnect_event(gateway, connection_id))
        context = disconnect_event(gateway, connection_id)["requestContext"]

    assert (context["disconnectStatusCode"], context["disconnectReason"]) == (1001, "Going away")


def test_a_shutdown_closes_connections_with_1001_and_runs_disconnect() -> None:
    lines = []
    with contextlib.ExitStack() as clients:
        with running_gateway(STACKS / "behaviour" / "template.yaml", log_sink=lines.append) as gateway:
            client, connection_id = clients.enter_context(opened(gateway))

        with pytest.raises(ConnectionClosed) as caught:
            client.recv(timeout=120)
    events = [line.text for line in lines if line.text.startswith("EVENT ") and "DISCONNECT" in line.text]
    assert caught.value.rcvd.code == 1001
    assert [connection_id in event for event in events] == [True]


def test_a_post_to_a_closed_connection_is_gone(
    behaviour: Gateway, disconnect_status: DisconnectStatus
) -> None:
    with opened(behaviour) as (_, connection_id):
        pass
    disconnect_status(connection_id)
    api = management(behaviour)

    with pytest.raises(api.exceptions.GoneException):
        api.post_to_connection(ConnectionId=connection_id, Data=b"x")
