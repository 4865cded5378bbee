"""The conformance kit, run against this gateway."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local_gateway import Gateway, running_gateway
from local_gateway.cli import main
from local_gateway.conformance.behaviours import Behaviour
from local_gateway.conformance.command import PROBE
from local_gateway.conformance.report import BEHAVIOURS, Row, markdown, run
from local_gateway.conformance.target import Target

PAGE = Path(__file__).parents[3] / "docs" / "conformance.md"


@pytest.fixture(scope="module")
def probe() -> Iterator[Gateway]:
    with running_gateway(PROBE / "template.yaml") as gateway:
        yield gateway


def test_this_gateway_agrees_with_every_behaviour(probe: Gateway) -> None:
    rows = list(run(Target(probe.websocket_url, probe.management_url)))

    assert [(row.behaviour.sentence, row.observed) for row in rows if not row.agrees] == []
    assert len(rows) == len(BEHAVIOURS) > 40


def test_the_command_prints_a_report(probe: Gateway, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--url", probe.websocket_url, "--management-url", probe.management_url]

    status = main(["conform", *options, "--only", "the authorizer denies"])

    assert status == 0
    assert capsys.readouterr().out.splitlines() == [
        "| behaviour | evidence | result | expected | observed |",
        "|---|---|---|---|---|",
        "| the authorizer denies: 403 | doc | agrees |  |  |",
        "",
        "1 agree, 0 differ",
    ]


def test_a_difference_is_in_the_report_with_both_values() -> None:
    def fail(_target: Target) -> None:
        raise OSError("no route to host")

    target = Target("ws://127.0.0.1:9/x", "http://127.0.0.1:9/x")
    other = Row(Behaviour("a", "inferred", 403, fail), 404)

    assert list(markdown([other]))[2:] == [
        "| a | inferred | differs | `403` | `404` |",
        "",
        "0 agree, 1 differ",
    ]
    assert "ConnectionRefusedError" in next(run(target)).observed


def test_every_behaviour_is_in_the_document() -> None:
    page = PAGE.read_text()

    assert [each.sentence for each in BEHAVIOURS if f"| {each.sentence} |" not in page] == []
