"""Every sample event, run through the built packages: with what it needs beside it, and without.

`make test-built` builds what these need, and runs them.
"""

import json
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.invoke.emulators import Emulators, declared_variables, read_sample_stack, running_emulators
from demo.invoke.outcome import Outcome
from demo.invoke.requirements import requirements_of
from demo.invoke.runners.local_process import Functions, running_functions
from demo.invoke.sample_event import event_names, read_event
from local_gateway.template.stack import Stack
from tests.sample_runs import EXPECTED, check

SECRET = declared_variables()["TOKEN_SECRET"]
WITH_TABLE = [name for name in event_names() if not name.startswith("authorizer/")]
LIMIT_S = 3.0


@pytest.fixture(scope="module")
def stack() -> Stack:
    return read_sample_stack(Path(os.environ["BUILT_TEMPLATE"]))


@pytest.fixture(scope="module")
def with_emulators(stack: Stack) -> Iterator[tuple[Emulators, Functions]]:
    with (
        running_emulators(stack) as emulators,
        running_functions(stack, emulators.environment()) as functions,
    ):
        functions.start(*stack.functions)
        yield emulators, functions


@pytest.fixture(scope="module")
def alone(stack: Stack) -> Iterator[Functions]:
    """Functions whose endpoints accept no connections."""
    nowhere = f"http://127.0.0.1:{_closed_port()}"
    endpoints = {name: nowhere for name in declared_variables() if name.startswith("AWS_ENDPOINT_URL")}
    with running_functions(stack, {**declared_variables(), **endpoints}) as functions:
        functions.start(*stack.functions)
        functions.wait_until_ready()
        yield functions


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _errors(outcome: Outcome) -> list[str]:
    """Every log line of level ERROR that is ours; metrics and the runtime's own lines are none."""
    lines = [json.loads(line) for line in outcome.output.splitlines() if line.startswith("{")]
    return [line["message"] for line in lines if line.get("level") == "ERROR"]


@pytest.mark.parametrize("name", EXPECTED)
def test_an_event_does_what_it_is_expected_to_do(
    name: str, with_emulators: tuple[Emulators, Functions]
) -> None:
    emulators, functions = with_emulators
    event = read_event(name)
    emulators.prepare(requirements_of(event.payload))

    outcome = functions.invoke(event)

    check(EXPECTED[name], outcome, emulators.instrumented())
    assert SECRET not in outcome.output
    assert "eyJ" not in outcome.output  # how every token begins


@pytest.mark.parametrize("name", WITH_TABLE)
def test_a_table_that_cannot_be_reached_is_reported_in_one_line_within_3_s(
    name: str, alone: Functions
) -> None:
    event, began_s = read_event(name), time.monotonic()

    outcome = alone.invoke(event)

    assert time.monotonic() - began_s < LIMIT_S
    assert outcome.error is None
    assert len(_errors(outcome)) == 1
    assert "Traceback" not in outcome.output
    if "not_a" in name:
        assert outcome.result["statusCode"] in {200, 400, 500}
    else:
        assert outcome.result["statusCode"] == 500
        assert "The table cannot be reached at http://127.0.0.1:" in outcome.result["error"]
