"""Stacks that all end-to-end tests share, and somebody new for each test."""

import asyncio
import inspect
import os
from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from tests.e2e.killed_runners import Deaths, begin_deaths
from tests.e2e.local_stack import Person, Stack, running_stack

LONGEST_TEST_S = 60
SIDE_BY_SIDE = "PYTEST_XDIST_WORKER" in os.environ


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run tests that are coroutines, each in an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    test = pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted})
    asyncio.run(asyncio.wait_for(test, LONGEST_TEST_S))
    return True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests that wait for a lease to lapse not hold up the others.

    In a single process they come last, having begun first; with several, one of them sees to it at once.
    """
    items.sort(key=_waits_for_deaths, reverse=SIDE_BY_SIDE)


def _waits_for_deaths(item: pytest.Item) -> bool:
    return "deaths" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """A stack with a quick agent, everything else as deployed; it logs all that it can."""
    with running_stack({"LogLevel": "DEBUG", "AnalystPaceMs": "3"}) as stack:
        yield stack


@pytest.fixture(scope="session")
def slow_stack() -> Iterator[Stack]:
    """A stack whose agent takes its time, for whatever happens while it speaks."""
    with running_stack({"AnalystPaceMs": "40", "LeaseSeconds": "15"}) as stack:
        yield stack


@pytest.fixture
def alice(stack: Stack) -> Person:
    """Somebody who may view all samples and has asked nothing yet."""
    return stack.new_person("Alice")


@pytest.fixture
def patient(slow_stack: Stack) -> Person:
    """The same on the slow stack."""
    return slow_stack.new_person("Patient")


@pytest.fixture(scope="session")
def deaths() -> "Future[Deaths]":
    """Killed turns, to be waited for."""
    return begin_deaths()


@pytest.fixture(scope="session", autouse=True)
def _deaths_begin_early(request: pytest.FixtureRequest) -> None:
    """Let the killed turns run into their leases while the other tests run."""
    if not SIDE_BY_SIDE and any(map(_waits_for_deaths, request.session.items)):
        request.getfixturevalue("deaths")
