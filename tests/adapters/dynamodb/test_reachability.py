"""Whether a table's endpoint answers is determined within a fixed time."""

import socket
import time

import pytest

from tests.http_server import Answer, http_server
from threadcast.adapters.dynamodb.sdk.reachability import require_reachable
from threadcast.bootstrap import Application
from threadcast.errors import StoreUnreachable
from threadcast.settings import Settings


@pytest.fixture
def closed_endpoint() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@pytest.mark.parametrize("status", [200, 400, 403])
def test_an_endpoint_that_answers_is_reachable(status: int) -> None:
    with http_server(lambda _: Answer(status, b"{}")) as server:
        require_reachable(server.url, timeout_s=60)


def test_an_endpoint_that_accepts_connections_and_never_answers_is_not_reachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(StoreUnreachable):
        require_reachable(f"http://127.0.0.1:{server.getsockname()[1]}", timeout_s=0.1)


def test_an_endpoint_that_refuses_connections_raises_with_advice(closed_endpoint: str) -> None:
    with pytest.raises(StoreUnreachable, match=r"cannot be reached at http://127.*`make invoke EVENT=…`"):
        require_reachable(closed_endpoint)


def test_a_name_server_without_a_response_does_not_exceed_the_timeout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def resolve(*_: object) -> socket.socket:
        time.sleep(0.5)
        raise OSError

    monkeypatch.setattr(socket, "create_connection", resolve)

    with pytest.raises(StoreUnreachable):
        require_reachable("http://table.example:8000", timeout_s=0.01)


def test_in_sam_local_an_unreachable_table_fails_the_start(
    closed_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", closed_endpoint)

    with pytest.raises(StoreUnreachable):
        _ = Application(Settings(table_name="t", aws_sam_local=True)).table


def test_deployed_functions_do_not_check_the_table_at_start(
    closed_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", closed_endpoint)

    assert Application(Settings(table_name="t")).table is not None


def test_in_sam_local_the_instance_metadata_is_not_queried(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Application(Settings(aws_sam_local=True)).session

    providers = session._session.get_component("credential_provider").providers
    assert "iam-role" not in [provider.METHOD for provider in providers]
