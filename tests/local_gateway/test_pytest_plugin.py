"""The pytest plugin, used as another project uses it."""

from typing import Any

import pytest
from websockets.sync.client import connect

from local_gateway import Gateway
from tests.local_gateway.conftest import STACKS


@pytest.fixture(scope="session")
def local_gateway_options() -> dict[str, Any]:
    return {"template": STACKS / "bare" / "template.yaml"}


class TestFixtures:
    """The tests of a class run in their order."""

    def test_the_fixture_runs_the_template(self, gateway: Gateway) -> None:
        with connect(f"{gateway.websocket_url}?token=x", open_timeout=60) as client:
            client.send('{"meta": {"kind": "chats", "verb": "post"}}')
            assert client.recv(timeout=60) == "chats/post"
        gateway.fail_posts(429)
        assert gateway.armed_faults == 1

    def test_the_faults_of_the_test_before_are_removed(self, gateway: Gateway) -> None:
        assert gateway.armed_faults == 0


class Collector:
    def __init__(self) -> None:
        self.reports: list[pytest.TestReport] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.reports.append(report)


def test_the_report_of_a_failure_has_the_functions_log(
    gateway: Gateway, request: pytest.FixtureRequest
) -> None:
    with connect(f"{gateway.websocket_url}?token=x", open_timeout=60):
        pass  # its authorizer prints a line

    class Item:
        config = request.config
        fixturenames = ("gateway",)

    from local_gateway.pytest_plugin import pytest_runtest_makereport  # noqa: PLC0415

    hook = pytest_runtest_makereport(Item())  # type: ignore[arg-type]
    next(hook)
    report = pytest.TestReport("id", ("f", 1, "d"), {}, "failed", None, "call")
    with pytest.raises(StopIteration):
        hook.send(report)  # type: ignore[attr-defined]

    ((title, text),) = report.sections
    assert title == "local gateway log"
    assert "local-AuthorizerFunction called" in text
