"""Every sample event on the built packages, with the emulators and without; run by `make test-built`."""

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
from demo.invoke.sample_event import read_sample_event, sample_event_names
from local_gateway.template.stack import Stack
from tests.sample_runs import EXPECTED, check

SECRET = declared_variables()["TOKEN_SECRET"]
WITH_TABLE = [name for name in sample_event_names() if not name.startswith("authorizer/")]
RESPONSE_LIMIT_S = 3.0
"""Promised in events/README.md, from a function that is ready."""


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
def without_emulators(stack: Stack) -> Iterator[Functions]:
    """Functions whose endpoints refuse connections."""
    with socket.socket() as reserved:  # bound, so that no server takes the port, but it does not listen
        reserved.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{reserved.getsockname()[1]}"
        endpoints = {name: address for name in declared_variables() if name.startswith("AWS_ENDPOINT_URL")}
        with running_functions(stack, {**declared_variables(), **endpoints}) as functions:
            functions.start(*stack.functions)
            functions.wait_until_ready()
            yield functions


def _errors(outcome: Outcome) -> list[str]:
    """The messages of Threadcast's log lines of level ERROR, without the runtime's own lines."""
    lines = [json.loads(line) for line in outcome.output.splitlines() if line.startswith("{")]
    return [line["message"] for line in lines if line.get("level") == "ERROR"]


@pytest.mark.parametrize("name", EXPECTED)
def test_an_event_has_its_expected_result(name: str, with_emulators: tuple[Emulators, Functions]) -> None:
    emulators, functions = with_emulators
    event = read_sample_event(name)
    emulators.prepare(requirements_of(event.payload))

    outcome = functions.invoke(event)

    check(EXPECTED[name], outcome, emulators.effects())
    assert SECRET not in outcome.output
    assert "eyJ" not in outcome.output  # the start of every token


@pytest.mark.parametrize("name", WITH_TABLE)
def test_an_unreachable_table_is_reported_in_one_line_within_3_s(
    name: str, without_emulators: Functions
) -> None:
    event, began_s = read_sample_event(name), time.monotonic()

    outcome = without_emulators.invoke(event)

    assert time.monotonic() - began_s < RESPONSE_LIMIT_S
    assert outcome.error is None
    assert len(_errors(outcome)) == 1
    assert "Traceback" not in outcome.output
    if "not_a" in name:
        assert outcome.result["statusCode"] in {200, 400, 500}
    else:
        assert outcome.result["statusCode"] == 500
        assert "The table cannot be reached at http://127.0.0.1:" in outcome.result["error"]
