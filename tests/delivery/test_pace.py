"""The pace of a stream: 429s widen the gap between texts, accepted posts narrow it, nothing starves."""

from dataclasses import replace
from itertools import repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.delivery.account_simulation import Account, Load, simulate
from tests.delivery.simulation import PostResult, SimulatedConnection, Simulation
from threadcast.delivery.outbox.pace import NEVER, Pace
from threadcast.delivery.outbox.steps import Delivery, Wait
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.domain.message import Outcome, PillsStep
from threadcast.domain.streamed_parts import AnswerDelta, StepSnapshot

ACCEPTED: PostResult = (Delivery.ACCEPTED, True)
THROTTLED: PostResult = (Delivery.THROTTLED, False)
POLICY = StreamPolicy()
GAPS_S = (0.0, 0.05, 1.0)
"""The default, and both ends of the range of the parameter `StreamGapMs`."""


def post_until_widest(simulation: Simulation, connection: SimulatedConnection) -> None:
    """Throttle a text until the gap cannot widen further."""
    simulation.apply(AnswerDelta("a", "more "))
    while connection.outbox.pace.gap_s < POLICY.max_gap_s:
        simulation.now_s += 0.1
        simulation.step(connection, repeat(THROTTLED))


def streaming() -> tuple[Simulation, SimulatedConnection]:
    """Return a connection that has received the beginning of a text."""
    simulation = Simulation()
    connection = simulation.join(received_opening=True)
    simulation.apply(AnswerDelta("a", "first "))
    simulation.step(connection, repeat(ACCEPTED))
    return simulation, connection


@pytest.mark.parametrize("gap_s", GAPS_S)
@given(st.lists(st.booleans(), max_size=80), st.floats(0, 1, exclude_max=True))
def test_in_any_pattern_of_429s_the_gap_stays_in_its_bounds_and_no_wait_is_longer_than_a_second(
    gap_s: float, results: list[bool], jitter: float
) -> None:
    policy = replace(POLICY, gap_s=gap_s)
    pace, now_s = Pace(policy, lambda: jitter, NEVER), 0.0

    for accepted in results:
        pace.begin(now_s)
        former_s = pace.gap_s
        now_s += 0.01
        if accepted:
            pace.accept()
        else:
            pace.throttle(now_s)

        assert policy.gap_s <= pace.gap_s <= policy.max_gap_s
        assert (pace.gap_s <= former_s) if accepted else (pace.gap_s >= former_s)
        assert max(pace.next_s, pace.next_text_s) <= now_s + 1.0
        now_s = max(pace.next_s, pace.next_text_s, now_s)


@pytest.mark.parametrize("gap_s", GAPS_S)
def test_a_widened_gap_narrows_to_the_former_one_within_half_a_minute_of_accepted_posts(gap_s: float) -> None:
    pace, now_s = Pace(replace(POLICY, gap_s=gap_s), lambda: 0.5, NEVER), 0.0
    for _ in range(10):
        pace.throttle(now_s)
    assert pace.gap_s == POLICY.max_gap_s

    while now_s < 30:
        pace.begin(now_s)
        pace.accept()
        now_s += max(pace.gap_s, 0.015)

    assert pace.gap_s == pytest.approx(gap_s, abs=0.05)


def test_of_two_streams_with_the_same_429s_the_faster_one_loses_more_of_its_rate() -> None:
    fast, slow = (Pace(POLICY, lambda: 0.5, NEVER) for _ in range(2))
    for _ in range(5):
        slow.throttle(0.0)
    former = 1 / fast.gap_s / (1 / slow.gap_s)

    for _ in range(20):
        for pace in (fast, slow):
            pace.throttle(0.0)
            for _ in range(10):
                pace.accept()

    assert 1 <= 1 / fast.gap_s / (1 / slow.gap_s) < former / 3


def test_a_throttled_text_waits_for_the_widened_gap_and_merges_what_follows() -> None:
    simulation, connection = streaming()
    post_until_widest(simulation, connection)
    simulation.apply(AnswerDelta("a", "last"))

    simulation.now_s += 0.9
    assert isinstance(connection.outbox.next_step(simulation.now_s), Wait)
    simulation.now_s += 0.1
    assert simulation.step(connection, repeat(ACCEPTED))

    payload = connection.received[-1]["payload"]
    assert "more last" in str(payload)


@pytest.mark.parametrize("ends", [False, True])
def test_a_step_and_the_end_never_wait_for_a_widened_gap(*, ends: bool) -> None:
    simulation, connection = streaming()
    post_until_widest(simulation, connection)
    simulation.now_s += 1.0
    assert simulation.step(connection, repeat(ACCEPTED))
    began_s = simulation.now_s

    if ends:
        simulation.end(Outcome("completed"))
    else:
        simulation.apply(StepSnapshot(PillsStep("pills", "Looked up", ())))
    while simulation.step(connection, repeat(ACCEPTED)):
        pass

    assert connection.outbox.caught_up
    assert simulation.now_s - began_s < 0.05


def test_ten_times_the_streams_that_an_account_carries_share_its_rate_fairly_and_lose_nothing() -> None:
    load = Load(300, Account(requests_per_s=600, burst=300))

    results = simulate(load)

    assert results.lost == 0
    assert results.unfinished == 0
    assert results.fairness >= 0.95
    assert results.attempts_per_accepted <= 1.5
    assert results.posts_per_s >= 0.95 * load.account.requests_per_s
    assert results.gaps_s == (POLICY.gap_s, POLICY.max_gap_s)
    assert results.ending_s(0.99) <= 4
    assert results.last_ending_s <= 5


def test_streams_that_an_account_carries_are_never_throttled() -> None:
    load = Load(30, Account(requests_per_s=900, burst=450), measured_s=10)

    results = simulate(load)

    assert (results.lost, results.attempts_per_accepted, results.gaps_s) == (0, 1.0, (0.05, 0.05))
    assert results.lag_s(0.99) <= 0.15
