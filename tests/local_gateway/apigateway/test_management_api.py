"""The `@connections` API, mostly through boto3, as functions use it."""

import datetime as dt
import json
import socket
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from botocore.exceptions import ClientError
from websockets.sync.client import ClientConnection, connect

from local_gateway import Gateway, Limits, running_gateway
from tests.local_gateway.aws_requests import bare_request, management
from tests.local_gateway.conftest import STACKS

UNKNOWN = "L0SM9cOFvHcCIhw="


@pytest.fixture
def client(behaviour: Gateway) -> Iterator[ClientConnection]:
    with connect(behaviour.websocket_url, max_size=None) as connection:
        yield connection


@pytest.fixture
def connection_id(client: ClientConnection) -> str:
    client.send(json.dumps({"do": "event"}))
    return json.loads(client.recv(timeout=120))["requestContext"]["connectionId"]


@pytest.fixture
def armed(behaviour: Gateway) -> Iterator[Gateway]:
    yield behaviour
    behaviour.clear_faults()


def error_of(call: Callable[[], object]) -> tuple[str, int]:
    with pytest.raises(ClientError) as caught:
        call()
    response = caught.value.response
    return type(caught.value).__name__, response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_post_reaches_the_client_as_text(
    behaviour: Gateway, client: ClientConnection, connection_id: str
) -> None:
    answer = management(behaviour).post_to_connection(ConnectionId=connection_id, Data="héllo".encode())

    assert client.recv(timeout=120) == "héllo"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_post_without_the_stage_is_forbidden(behaviour: Gateway, connection_id: str) -> None:
    post = partial(management(behaviour, with_stage=False).post_to_connection, ConnectionId=connection_id)

    assert error_of(partial(post, Data=b"x")) == ("ClientError", 403)


def test_a_signature_in_the_query_is_accepted(
    behaviour: Gateway, client: ClientConnection, connection_id: str
) -> None:
    url = f"{behaviour.management_url}/@connections/{connection_id}?X-Amz-Signature=abc"

    assert bare_request("POST", url, b"signed", signed=False)[0] == 200
    assert client.recv(timeout=30) == "signed"


@pytest.mark.parametrize(
    "fault", [None, {"status": 429}, {"delay_s": 0.01}, {"status": 413, "delay_s": 0.01}]
)
def test_the_response_follows_the_complete_body(armed: Gateway, fault: dict[str, Any] | None) -> None:
    if fault is not None:
        armed.fail_posts(**fault, times=1)
    address = urlsplit(armed.management_url)
    head = f"POST {address.path}/@connections/{UNKNOWN} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n"
    with socket.create_connection((address.hostname, address.port)) as caller:
        caller.sendall(head.encode() + b"Authorization: AWS4-HMAC-SHA256 x\r\n\r\nfirst")
        caller.settimeout(0.3)
        with pytest.raises(TimeoutError):
            caller.recv(1)
        caller.settimeout(10)

        caller.sendall(b"-last")

        expected = (fault or {}).get("status", 410)
        assert caller.recv(100).startswith(f"HTTP/1.1 {expected} ".encode())


def test_posts_of_one_sender_arrive_in_order(
    behaviour: Gateway, client: ClientConnection, connection_id: str
) -> None:
    api = management(behaviour)

    for number in range(50):
        api.post_to_connection(ConnectionId=connection_id, Data=str(number))

    assert [client.recv(timeout=120) for _ in range(50)] == [str(number) for number in range(50)]


def test_a_connection_id_is_accepted_with_its_equals_sign_encoded_or_not(
    behaviour: Gateway, client: ClientConnection, connection_id: str
) -> None:
    for path in (connection_id, quote(connection_id, safe="")):
        status, _, _ = bare_request("POST", f"{behaviour.management_url}/@connections/{path}")
        assert (status, client.recv(timeout=120)) == (200, "x")


def test_get_connection_returns_the_identity_and_times(
    behaviour: Gateway, client: ClientConnection, connection_id: str
) -> None:
    before = dt.datetime.now(dt.UTC)

    found = management(behaviour).get_connection(ConnectionId=connection_id)

    assert found["Identity"]["SourceIp"] == "127.0.0.1"
    assert found["Identity"]["UserAgent"].startswith("Python/")
    assert found["ConnectedAt"] <= found["LastActiveAt"] <= before + dt.timedelta(seconds=5)


@pytest.mark.parametrize("operation", ["post", "get", "delete"])
def test_an_unknown_connection_is_a_typed_gone_exception(behaviour: Gateway, operation: str) -> None:
    api = management(behaviour)
    call = {
        "post": lambda: api.post_to_connection(ConnectionId=UNKNOWN, Data=b"x"),
        "get": lambda: api.get_connection(ConnectionId=UNKNOWN),
        "delete": lambda: api.delete_connection(ConnectionId=UNKNOWN),
    }[operation]

    assert error_of(call) == ("GoneException", 410)


def test_a_malformed_id_is_a_bad_request(behaviour: Gateway) -> None:
    api = management(behaviour)

    assert error_of(lambda: api.post_to_connection(ConnectionId="me", Data=b"x")) == ("ClientError", 400)


def test_a_request_without_a_signature_is_forbidden(behaviour: Gateway, connection_id: str) -> None:
    url = f"{behaviour.management_url}/@connections/{connection_id}"

    status, kind, _ = bare_request("POST", url, signed=False)

    assert (status, kind) == (403, "MissingAuthenticationTokenException")


def test_a_post_of_128_kb_passes_and_one_byte_more_is_413(
    behaviour: Gateway, client: ClientConnection, connection_id: str
) -> None:
    api = management(behaviour)
    api.post_to_connection(ConnectionId=connection_id, Data=b"x" * 131_072)

    assert len(client.recv(timeout=120)) == 131_072
    status, kind, _ = bare_request(
        "POST", f"{behaviour.management_url}/@connections/{connection_id}", b"x" * 131_073
    )
    assert (status, kind) == (413, "PayloadTooLargeException")


def flood(api: Any, connection_id: str) -> None:
    for _ in range(500):
        api.post_to_connection(ConnectionId=connection_id, Data=b"x" * 131_072)


def test_posts_to_a_client_that_does_not_read_are_429() -> None:
    with running_gateway(STACKS / "behaviour" / "template.yaml") as gateway:
        host, port = gateway.websocket_url.removeprefix("ws://").removesuffix("/test").split(":")
        with socket.create_connection((host, int(port))) as client_socket:
            client_socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client_socket.sendall(
                f"GET /test HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
            )
            assert b"101" in client_socket.recv(4096)
            (connection_id,) = gateway.connection_ids
            api = management(gateway)

            with pytest.raises(api.exceptions.LimitExceededException):
                flood(api, connection_id)


def test_posts_above_the_configured_rate_are_429() -> None:
    limits = Limits(posts_per_s=0.001, posts_burst=2)
    with running_gateway(STACKS / "behaviour" / "template.yaml", limits=limits) as gateway:
        api = management(gateway)

        errors = [error_of(lambda: api.post_to_connection(ConnectionId=UNKNOWN, Data=b"x")) for _ in range(3)]

    assert errors == [("GoneException", 410)] * 2 + [("LimitExceededException", 429)]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (410, "GoneException"),
        (429, "LimitExceededException"),
        (403, "ForbiddenException"),
        (500, "ClientError"),
        (503, "ClientError"),
    ],
)
def test_an_injected_failure_equals_the_real_one(
    armed: Gateway, client: ClientConnection, connection_id: str, status: int, kind: str
) -> None:
    api = management(armed)
    armed.fail_posts(status, times=1, after=1, connection_id=connection_id)

    api.post_to_connection(ConnectionId=connection_id, Data="first")
    failure = error_of(lambda: api.post_to_connection(ConnectionId=connection_id, Data="lost"))
    api.post_to_connection(ConnectionId=connection_id, Data="third")

    assert failure == (kind, status)
    assert [client.recv(timeout=120), client.recv(timeout=120)] == ["first", "third"]


def test_an_injected_delay_delays_a_post_that_succeeds(
    armed: Gateway, client: ClientConnection, connection_id: str
) -> None:
    armed.fail_posts(delay_s=0.3)
    began = time.monotonic()

    management(armed).post_to_connection(ConnectionId=connection_id, Data="late")

    assert client.recv(timeout=120) == "late"
    assert time.monotonic() - began >= 0.3
