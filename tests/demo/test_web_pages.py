"""The servers of `make invoke` and `make start`: what a web page may send to them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.invoke.connections_api import ConnectionsApi, connections_api
from demo.invoke.emulators import read_sample_stack, running_emulators
from demo.invoke.runners.runtime_api import Runtime, _serve
from demo.stack.running_stack import TEMPLATE
from tests.local_gateway.access.browser_requests import PAGES, Server, request, send


@pytest.fixture(scope="module")
def api() -> Iterator[ConnectionsApi]:
    with connections_api(names=["host.docker.internal"]) as running:
        yield running


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[tuple[Runtime, Server]]:
    served = Runtime(tmp_path / "output.txt", 60)
    server = _serve(served)
    yield served, Server("127.0.0.1", server.server_port, "/2018-06-01/runtime/invocation/next", b"{}")
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_cannot_post_to_a_connection(api: ConnectionsApi, page: str) -> None:
    server = Server("127.0.0.1", api.port, "/@connections/L0SM9cOFvHcCIhw=", b'{"event": "complete"}')

    (response,) = send(server, server.request_of(PAGES[page]))

    assert (response.status, response.cors_headers) == (403, [])
    assert api.take() == {}


@pytest.mark.parametrize("host", ["127.0.0.1:3802", "localhost", "host.docker.internal:3802"])
def test_a_function_posts_to_a_connection_from_this_machine_or_a_container(
    api: ConnectionsApi, host: str
) -> None:
    server = Server("127.0.0.1", api.port)

    (response,) = send(server, request("POST", "/@connections/a=", {"Host": host}, b'{"event": "complete"}'))

    assert response.status == 200
    assert api.take() == {"a=": [{"event": "complete"}]}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_cannot_take_the_event_of_a_function(runtime: tuple[Runtime, Server], page: str) -> None:
    served, server = runtime
    served.events.put({"for": "the function"})

    (response,) = send(server, server.request_of(PAGES[page]))

    assert (response.status, response.cors_headers) == (403, [])
    assert served.events.get_nowait() == {"for": "the function"}
    assert served.outcomes.empty()


def test_the_emulators_are_reached_by_the_name_that_containers_use() -> None:
    with running_emulators(read_sample_stack(TEMPLATE)) as emulators:
        address = emulators.environment()["AWS_ENDPOINT_URL_DYNAMODB"].removeprefix("http://")
        server = Server("127.0.0.1", int(address.partition(":")[2]))

        responses = [
            send(server, request("POST", "/", {"Host": host, "X-Amz-Target": "DynamoDB_20120810.ListTables"}))
            for host in ("host.docker.internal:3801", "evil.example:3801")
        ]

    assert [response.status for (response,) in responses] == [200, 403]
