"""Safety does not depend on speed: whatever is slow, lost, frozen or killed, the invariants of turns hold.

Each example is a world of about eight minutes on simulated time: a user with several connections posts,
replaces, repeats, stops, gets, joins and leaves for half a minute of faults. Store calls take up to 60
seconds and fail before or after their effect; posts are slow, throttled, lost or late; processes freeze, die,
or never start. Then the faults end, and the sweeper runs once a minute.

The one declared assumption is that a post arrives within `StreamPolicy.settle_s` after its end, or never.
"""

import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulated_world.invariants import violations
from tests.simulated_world.ports import FaultRates
from tests.simulated_world.world import SimulatedWorld

IS_NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
EXAMPLES = 10_000 if IS_NIGHTLY else 200
RATES = st.sampled_from([0.0, 0.05, 0.2])


@pytest.fixture(autouse=True, scope="module")
def _without_logs() -> Iterator[None]:
    """Log nothing: the invariants are checked at the clients and in the store."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@settings(max_examples=EXAMPLES, derandomize=not IS_NIGHTLY)
@given(
    seed=st.integers(0, 2**32),
    rates=st.builds(FaultRates, RATES, RATES, RATES, st.sampled_from([4.0, 60.0])),
    acts=st.integers(1, 20),
)
def test_invariants_hold_whatever_fails(seed: int, rates: FaultRates, acts: int) -> None:
    world = SimulatedWorld(seed, rates)

    world.run(acts, faulty_s=30.0)

    assert violations(world) == []


def test_the_worlds_do_what_the_invariants_are_about() -> None:
    """Turns end in every way, ends are delivered more than once, and connections are held."""
    outcomes: set[str] = set()
    received: set[str] = set()
    for seed in range(40):
        world = SimulatedWorld(seed, FaultRates(0.1, 0.1, 0.2))
        world.run(12, faulty_s=30.0)
        messages = [message for chat in world.table.messages.values() for message in chat.values()]
        outcomes |= {message.outcome.kind for message in messages if message.outcome is not None}
        received |= {frame["event"] for client in world.clients for frame in client.frames}

    assert outcomes == {"completed", "failed", "stopped"}
    assert {"initializeChat", "generatingResponseMessage", "complete", "postThread", "getChat"} <= received
