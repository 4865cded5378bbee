"""Stacks that all end-to-end tests share, and somebody new for each test."""

import asyncio
import inspect
from collections.abc import Iterator

import pytest

from tests.e2e.stacks import Person, Stack, running_stack

LONGEST_TEST_S = 60


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run tests that are coroutines, each in an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    test = pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted})
    asyncio.run(asyncio.wait_for(test, LONGEST_TEST_S))
    return True


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """A stack with a quick agent, everything else as deployed; it logs all that it can."""
    with running_stack({"LogLevel": "DEBUG", "AnalystPaceMs": "3"}) as stack:
        yield stack


@pytest.fixture(scope="session")
def slow_stack() -> Iterator[Stack]:
    """A stack whose agent takes its time, for whatever happens while it speaks."""
    with running_stack({"AnalystPaceMs": "60", "LeaseSeconds": "15"}) as stack:
        yield stack


@pytest.fixture
def alice(stack: Stack) -> Person:
    """Somebody who may view all samples and has asked nothing yet."""
    return stack.new_person("Alice")


@pytest.fixture
def patient(slow_stack: Stack) -> Person:
    """The same on the slow stack."""
    return slow_stack.new_person("Patient")
