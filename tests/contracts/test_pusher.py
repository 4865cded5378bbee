"""The contract suite of `Pusher` and `ConnectionProbe`, over the HTTP of API Gateway's management API."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from tests.http_server import Answer, HttpServer, http_server
from threadcast.adapters.api_gateway.pusher import ApiGatewayPusher
from threadcast.adapters.system_clock import SystemClock
from threadcast.errors import (
    ConnectionGone,
    DeliveryUnknown,
    FrameTooLarge,
    GatewayUnreachable,
    PushError,
    PushThrottled,
)
from threadcast.ports import Connection

SESSION = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-central-1")
CONNECTION_ID = "L0SM9cOFvHcCIhw="


@pytest.fixture
def gateway() -> Iterator[HttpServer]:
    with http_server(lambda _: Answer(200)) as server:
        yield server


@pytest.fixture(params=[ApiGatewayPusher])
def pusher(request: pytest.FixtureRequest) -> ApiGatewayPusher:
    # A busy machine is no silent gateway.
    pusher: ApiGatewayPusher = request.param(SESSION, SystemClock(), read_timeout_s=30)
    return pusher


def connection(endpoint: str) -> Connection:
    return Connection(CONNECTION_ID, "u-1", endpoint, datetime(2026, 1, 1, tzinfo=UTC))


def gateways_error(status: int, name: str) -> Answer:
    headers = {"x-amzn-ErrorType": name, "Content-Type": "application/json"}
    return Answer(status, b'{"message": null}', headers)


def test_a_frame_is_posted_to_the_connections_own_address(
    pusher: ApiGatewayPusher, gateway: HttpServer
) -> None:
    pusher.push(connection(f"{gateway.url}/prod"), b'{"event": "complete"}')

    (request,) = gateway.requests
    assert (request.method, request.path) == ("POST", "/prod/@connections/L0SM9cOFvHcCIhw%3D")
    assert request.body == b'{"event": "complete"}'


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (gateways_error(410, "GoneException"), ConnectionGone),
        (Answer(410), ConnectionGone),
        (gateways_error(400, "BadRequestException"), ConnectionGone),
        (gateways_error(413, "PayloadTooLargeException"), FrameTooLarge),
        (Answer(413), FrameTooLarge),
        (gateways_error(429, "LimitExceededException"), PushThrottled),
        (Answer(429), PushThrottled),
        (gateways_error(403, "ForbiddenException"), PushThrottled),
        (Answer(404), PushThrottled),
        (gateways_error(500, "InternalServerError"), DeliveryUnknown),
        (Answer(502, b"<html>"), DeliveryUnknown),
        (Answer(503), DeliveryUnknown),
        (Answer("reset"), DeliveryUnknown),
    ],
)
def test_each_response_raises_its_push_error(
    pusher: ApiGatewayPusher, gateway: HttpServer, answer: Answer, error: type[PushError]
) -> None:
    gateway.answer = lambda _: answer

    with pytest.raises(error) as caught:
        pusher.push(connection(gateway.url), b"{}")

    assert type(caught.value) is error
    assert caught.value.connection_id == CONNECTION_ID
    assert len(gateway.requests) == 1  # never sent again by itself


def test_a_post_without_a_response_is_in_doubt(gateway: HttpServer) -> None:
    gateway.answer = lambda _: Answer("silence")

    with pytest.raises(DeliveryUnknown):
        ApiGatewayPusher(SESSION, SystemClock(), read_timeout_s=0.3).push(connection(gateway.url), b"{}")

    assert len(gateway.requests) == 1


def test_a_frame_that_was_not_sent_can_be_sent_again(pusher: ApiGatewayPusher) -> None:
    with http_server(lambda _: Answer()) as server:
        closed_endpoint = server.url

    with pytest.raises(PushThrottled) as caught:
        pusher.push(connection(closed_endpoint), b"{}")

    assert type(caught.value) is GatewayUnreachable


def test_a_pooled_connection_closed_between_two_posts_does_not_fail_the_next(
    pusher: ApiGatewayPusher, gateway: HttpServer
) -> None:
    gateway.answer = lambda _: Answer("reset")
    with pytest.raises(DeliveryUnknown):
        pusher.push(connection(gateway.url), b"{}")
    gateway.answer = lambda _: Answer()

    pusher.push(connection(gateway.url), b"{}")

    assert len(gateway.requests) == 2


def test_twenty_threads_share_one_pusher(pusher: ApiGatewayPusher, gateway: HttpServer) -> None:
    with ThreadPoolExecutor(20) as threads:
        for pushed in [
            threads.submit(pusher.push, connection(gateway.url), str(number).encode()) for number in range(60)
        ]:
            pushed.result()

    assert sorted(int(request.body) for request in gateway.requests) == list(range(60))


def test_a_given_endpoint_replaces_that_of_every_connection(gateway: HttpServer) -> None:
    pusher = ApiGatewayPusher(SESSION, SystemClock(), endpoint=gateway.url)

    pusher.push(connection("https://chat.example.com"), b"{}")

    assert [request.path for request in gateway.requests] == ["/@connections/L0SM9cOFvHcCIhw%3D"]


def test_each_endpoint_has_one_client(gateway: HttpServer) -> None:
    made: list[str] = []

    class CountingSession:
        def client(self, *args: Any, **kwargs: Any) -> Any:
            made.append(kwargs["endpoint_url"])
            return SESSION.client(*args, **kwargs)

    pusher = ApiGatewayPusher(CountingSession(), SystemClock())  # type: ignore[arg-type]
    for stage in ("prod", "prod", "test"):
        pusher.push(connection(f"{gateway.url}/{stage}"), b"{}")

    assert made == [f"{gateway.url}/prod", f"{gateway.url}/test"]


def test_an_open_connection_is_not_gone(pusher: ApiGatewayPusher, gateway: HttpServer) -> None:
    gateway.answer = lambda _: Answer(200, b'{"lastActiveAt": "2026-01-01T00:00:00Z"}')

    assert not pusher.is_gone(connection(f"{gateway.url}/prod"))

    (request,) = gateway.requests
    assert (request.method, request.path) == ("GET", "/prod/@connections/L0SM9cOFvHcCIhw%3D")


@pytest.mark.parametrize("status", [410, 400])
def test_a_closed_or_unknown_connection_is_gone(
    pusher: ApiGatewayPusher, gateway: HttpServer, status: int
) -> None:
    gateway.answer = lambda _: gateways_error(status, "GoneException")

    assert pusher.is_gone(connection(gateway.url))


@pytest.mark.parametrize("answer", [Answer(403), Answer(429), Answer(500), Answer("reset")])
def test_any_other_response_leaves_unknown_whether_a_connection_is_gone(
    pusher: ApiGatewayPusher, gateway: HttpServer, answer: Answer
) -> None:
    gateway.answer = lambda _: answer

    with pytest.raises(PushError):
        pusher.is_gone(connection(gateway.url))

    assert len(gateway.requests) == 1
