"""Stacks that all end-to-end tests share, and a new user for each test."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future

import pytest

from tests.coroutine_tests import pytest_pyfunc_call  # noqa: F401 - runs tests that are coroutines
from tests.e2e.killed_runners import KilledTurns, begin_killed_turns
from tests.e2e.local_stack import Person, Stack, running_stack
from tests.e2e.recorded_accesses import refused_accesses
from tests.protocol.schema_validation import received_frame_errors
from tests.security.leaks import leaks
from threadcast_client.protocol.frames import AnyFrame
from threadcast_client.received_frames import ReceivedFrames


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests that wait for a lease to expire last, on turns that were killed at the start."""
    items.sort(key=_waits_for_expiry)


def _waits_for_expiry(item: pytest.Item) -> bool:
    return "killed_turns" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """A stack with a fast agent and the log level DEBUG, otherwise as deployed."""
    with running_stack({"LogLevel": "DEBUG", "AnalystPaceMs": "3"}) as stack:
        yield stack


@pytest.fixture(scope="session")
def slow_stack() -> Iterator[Stack]:
    """A stack with an agent so slow that tests can act during a turn on a busy machine."""
    with running_stack({"AnalystPaceMs": "200", "LeaseSeconds": "15"}) as stack:
        yield stack


@pytest.fixture
def alice(stack: Stack) -> Person:
    """A new user who may view all samples."""
    return stack.new_person("Alice")


@pytest.fixture
def slow_alice(slow_stack: Stack) -> Person:
    """A new user of the slow stack who may view all samples."""
    return slow_stack.new_person("Alice")


@pytest.fixture(scope="session")
def killed_turns() -> "Future[KilledTurns]":
    """Killed turns: a future, since a lease must expire first."""
    return begin_killed_turns()


@pytest.fixture(scope="session", autouse=True)
def _begin_killed_turns_early(request: pytest.FixtureRequest) -> None:
    """Let the leases of the killed turns expire while other tests run."""
    if any(map(_waits_for_expiry, request.session.items)):
        request.getfixturevalue("killed_turns")


@pytest.fixture(autouse=True)
def _received_frames_are_valid(
    monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> Iterator[None]:
    """Check every frame that a connection receives during a test: the published schema, and leaks."""
    received: list[AnyFrame] = []
    add = ReceivedFrames.add

    def add_and_keep(frames: ReceivedFrames, frame: AnyFrame) -> None:
        received.append(frame)
        add(frames, frame)

    monkeypatch.setattr(ReceivedFrames, "add", add_and_keep)
    yield
    record_property("validated_frames", len(received))
    assert [error for frame in received for error in received_frame_errors(frame)] == []
    assert [leak for frame in received for leak in leaks(frame)] == []


@pytest.fixture(autouse=True)
def _functions_stay_within_their_permissions() -> Iterator[None]:
    """Check what the functions asked of DynamoDB during a test against their roles in the template."""
    yield
    assert refused_accesses() == []
