"""Every sample event, run as by `make invoke` on the functions' sources."""

from collections.abc import Iterator

import pytest

from demo.invoke.emulators import Emulators, read_sample_stack, running_emulators
from demo.invoke.requirements import requirements_of
from demo.invoke.runners.local_process import Functions, running_functions
from demo.invoke.sample_event import read_sample_event, sample_event_names
from demo.stack.running_stack import TEMPLATE
from tests.sample_runs import EXPECTED, check


@pytest.fixture(scope="module")
def emulators_and_functions() -> Iterator[tuple[Emulators, Functions]]:
    stack = read_sample_stack(TEMPLATE)
    with (
        running_emulators(stack) as emulators,
        running_functions(stack, emulators.environment()) as functions,
    ):
        functions.start(*stack.functions)
        yield emulators, functions


def test_every_event_has_an_expected_result() -> None:
    assert sorted(EXPECTED) == sample_event_names()


@pytest.mark.parametrize("name", EXPECTED)
def test_an_event_has_its_expected_result(
    name: str, emulators_and_functions: tuple[Emulators, Functions]
) -> None:
    emulators, functions = emulators_and_functions
    event = read_sample_event(name)
    emulators.prepare(requirements_of(event.payload))

    outcome = functions.invoke(event)

    check(EXPECTED[name], outcome, emulators.effects())
