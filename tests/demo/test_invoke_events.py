"""Every sample event, run by what `make invoke` runs them with, on the functions' sources."""

from collections.abc import Iterator

import pytest

from demo.invoke.events import event_names, read_event
from demo.invoke.functions import Functions, running_functions
from demo.invoke.requirements import requirements_of
from demo.invoke.stage import Stage, read_sample_stack, running_stage
from demo.stack import TEMPLATE
from tests.sample_runs import EXPECTED, check


@pytest.fixture(scope="module")
def stage_and_functions() -> Iterator[tuple[Stage, Functions]]:
    stack = read_sample_stack(TEMPLATE)
    with running_stage(stack) as stage, running_functions(stack, stage.environment()) as functions:
        functions.start(*stack.functions)
        yield stage, functions


def test_every_event_is_in_the_table() -> None:
    assert sorted(EXPECTED) == event_names()


@pytest.mark.parametrize("name", EXPECTED)
def test_an_event_does_what_it_is_expected_to_do(
    name: str, stage_and_functions: tuple[Stage, Functions]
) -> None:
    stage, functions = stage_and_functions
    event = read_event(name)
    stage.prepare(requirements_of(event.payload))

    outcome = functions.invoke(event)

    check(EXPECTED[name], outcome, stage.observed())
