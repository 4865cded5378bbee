"""Posts after Lambda has frozen an execution environment, over TCP connections that have died unnoticed."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import boto3
import pytest

from tests.http_server import Answer, HttpServer, Request, http_server
from tests.silent_network import SilentProxy, silent_proxy
from threadcast.adapters.api_gateway.pusher import ApiGatewayPusher
from threadcast.ports import Connection

SESSION = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-central-1")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class TwoClocks:
    """Wall clock and monotonic clock, which a test moves apart: a frozen machine may stop either."""

    def __init__(self) -> None:
        self.wall_s = 0.0
        self.elapsed_s = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.wall_s)

    def monotonic_s(self) -> float:
        return self.elapsed_s

    def sleep(self, duration_s: float) -> None:
        raise NotImplementedError


def wall_clock(clocks: TwoClocks, by_s: float) -> None:
    clocks.wall_s += by_s


def monotonic_clock(clocks: TwoClocks, by_s: float) -> None:
    clocks.elapsed_s += by_s


@pytest.fixture
def gateway() -> Iterator[HttpServer]:
    with http_server(lambda _: Answer()) as server:
        yield server


@pytest.fixture
def network(gateway: HttpServer) -> Iterator[SilentProxy]:
    with silent_proxy(urlsplit(gateway.url).port or 0) as proxy:
        yield proxy


@pytest.fixture
def clocks() -> TwoClocks:
    return TwoClocks()


@pytest.fixture
def pusher(clocks: TwoClocks) -> ApiGatewayPusher:
    return ApiGatewayPusher(SESSION, clocks, read_timeout_s=30)


def connection(network: SilentProxy) -> Connection:
    return Connection("L0SM9cOFvHcCIhw=", "u-1", network.url, NOON)


@pytest.mark.parametrize("advance", [wall_clock, monotonic_clock])
def test_the_first_post_after_a_long_pause_arrives_by_a_new_tcp_connection(
    pusher: ApiGatewayPusher,
    network: SilentProxy,
    gateway: HttpServer,
    clocks: TwoClocks,
    advance: Callable[[TwoClocks, float], None],
) -> None:
    pusher.push(connection(network), b"before")
    network.stop_forwarding()
    advance(clocks, 31)

    pusher.push(connection(network), b"after")

    assert [request.body for request in gateway.requests] == [b"before", b"after"]
    assert network.accepted == 2


def test_posts_without_a_pause_share_a_tcp_connection(
    pusher: ApiGatewayPusher, network: SilentProxy, gateway: HttpServer, clocks: TwoClocks
) -> None:
    for _ in range(3):
        pusher.push(connection(network), b"{}")
        wall_clock(clocks, 10)
        monotonic_clock(clocks, 10)

    assert len(gateway.requests) == 3
    assert network.accepted == 1


def test_a_post_in_flight_is_not_disturbed_by_the_replacement_of_tcp_connections(
    pusher: ApiGatewayPusher, network: SilentProxy, gateway: HttpServer, clocks: TwoClocks
) -> None:
    received, release = threading.Event(), threading.Event()

    def answer(request: Request) -> Answer:
        if request.body == b"slow":
            received.set()
            release.wait(60)
        return Answer()

    gateway.answer = answer
    with ThreadPoolExecutor(1) as thread:
        slow = thread.submit(pusher.push, connection(network), b"slow")
        assert received.wait(60)
        monotonic_clock(clocks, 31)
        pusher.push(connection(network), b"quick")
        release.set()
        slow.result()

    assert [request.body for request in gateway.requests] == [b"slow", b"quick"]
