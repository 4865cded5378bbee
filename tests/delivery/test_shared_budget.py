"""The posts of text of one turn: all connections of a user together stay within a budget."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import cycle, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.delivery.account_simulation import Load, simulate
from tests.delivery.simulation import PostResult, SimulatedConnection, Simulation
from tests.delivery.test_pace import GAPS_S
from threadcast.delivery.outbox.pace import NEVER, Pace
from threadcast.delivery.outbox.steps import Delivery
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.domain.message import Outcome, PillsStep
from threadcast.domain.streamed_parts import AnswerDelta, StepSnapshot

ACCEPTED: PostResult = (Delivery.ACCEPTED, True)
POLICY = StreamPolicy()
WITHOUT_BUDGET = replace(POLICY, texts_per_s=float("inf"))
TICK_S = 0.01


def streaming(connections: int, policy: StreamPolicy) -> tuple[Simulation, Sequence[SimulatedConnection]]:
    """Return a turn that so many connections receive, all of which have the beginning of its text."""
    simulation = Simulation(policy)
    joined = [simulation.join() for _ in range(connections)]
    for connection in joined:
        connection.outbox.pace.share(connections)
    simulation.apply(AnswerDelta("a", "first "))
    post_at_once(simulation)
    return simulation, joined


def post_at_once(simulation: Simulation) -> None:
    """Post what is due now, in no time."""
    while any(step(simulation, each) for each in simulation.connections):
        pass


def step(simulation: Simulation, connection: SimulatedConnection) -> bool:
    return simulation.step(connection, repeat(ACCEPTED), latency_s=0.0)


def stream(simulation: Simulation, ticks: int) -> None:
    """Publish a chunk in each tick of 10 ms, and post what is due."""
    for number in range(ticks):
        simulation.now_s += TICK_S
        simulation.apply(AnswerDelta("a", f"{number} "))
        for connection in simulation.connections:
            step(simulation, connection)


def times_of_posts(pace: Pace, began_s: float, results: Iterator[bool], until_s: float) -> list[float]:
    """Return when a connection posts, which always has text; a post takes no time."""
    times, now_s = [], began_s
    while now_s <= until_s:
        times.append(now_s)
        pace.begin(now_s)
        if next(results):
            pace.accept()
        else:
            pace.throttle(now_s)
        now_s = max(pace.next_s, pace.next_text_s, now_s + 0.001)
    return times


@pytest.mark.parametrize("gap_s", GAPS_S)
@given(
    st.integers(2, 101),
    st.lists(st.floats(0, 1), min_size=101, max_size=101),
    st.lists(st.booleans(), min_size=1, max_size=50),
)
def test_all_connections_together_begin_at_most_the_budget_in_any_second(
    gap_s: float, connections: int, begins_s: list[float], results: list[bool]
) -> None:
    policy, found = replace(POLICY, gap_s=gap_s), cycle(results)
    paces = [Pace(policy, lambda: 0.5, NEVER) for _ in range(connections)]
    for pace in paces:
        pace.share(connections)

    times = sorted(
        time
        for pace, began_s in zip(paces, begins_s, strict=False)
        for time in times_of_posts(pace, began_s, found, until_s=4)
    )

    most = POLICY.texts_per_s + connections  # each connection's first post is free
    assert all(bisect_left(times, time + 1) - at <= most for at, time in enumerate(times))
    assert len(times) <= 4 * POLICY.texts_per_s + connections


@pytest.mark.parametrize("gap_s", GAPS_S)
def test_a_single_connection_has_the_usual_gap(gap_s: float) -> None:
    policy = replace(POLICY, gap_s=gap_s)

    assert policy.shared_gap_s(0) == policy.shared_gap_s(1) == gap_s
    assert [policy.shared_gap_s(number) for number in (2, 3)] == [
        pytest.approx(max(gap_s, number / POLICY.texts_per_s)) for number in (2, 3)
    ]


def test_the_lag_of_a_single_connection_is_the_same_as_without_a_budget() -> None:
    load = Load(4, warm_up_s=2, measured_s=8)

    with_budget, without = simulate(load), simulate(load, policy=WITHOUT_BUDGET)

    assert with_budget.lags_ms == without.lags_ms
    assert (with_budget.accepted, with_budget.endings_s) == (without.accepted, without.endings_s)


@pytest.mark.parametrize("ends", [False, True])
def test_a_step_and_the_end_wait_for_no_budget_with_any_number_of_connections(*, ends: bool) -> None:
    simulation, connections = streaming(101, POLICY)
    stream(simulation, 10)
    began_s = simulation.now_s

    if ends:
        simulation.end(Outcome("completed"))
    else:
        simulation.apply(StepSnapshot(PillsStep("pills", "Looked up", ())))
    post_at_once(simulation)

    assert simulation.now_s == began_s
    assert all(connection.outbox.caught_up for connection in connections)


def test_the_first_chunk_of_each_text_waits_for_no_budget() -> None:
    simulation, connections = streaming(101, POLICY)
    stream(simulation, 10)

    simulation.apply(AnswerDelta("b", "another text"))
    post_at_once(simulation)

    assert all("another text" in str(connection.received[-1]) for connection in connections)


def test_when_the_others_leave_a_connection_has_its_usual_gap_again() -> None:
    pace = Pace(POLICY, lambda: 0.5, NEVER)

    gaps_s = []
    for connections in (1, 20, 101, 1):
        pace.share(connections)
        pace.begin(0.0)
        gaps_s.append(pace.next_text_s)

    assert gaps_s == [0.05, pytest.approx(1 / 3), pytest.approx(101 / 60), 0.05]


def test_a_429_widens_the_shared_gap() -> None:
    pace = Pace(POLICY, lambda: 0.5, NEVER)
    pace.share(20)

    pace.throttle(0.0)

    assert pace.next_text_s == pytest.approx(0.5)


def test_twenty_connections_of_three_turns_take_no_more_than_three_budgets() -> None:
    load = Load(60, connections=20, warm_up_s=2, measured_s=4)

    shared, without = simulate(load), simulate(load, policy=WITHOUT_BUDGET)

    assert without.posts_per_s > 1_000
    assert shared.posts_per_s < 3 * POLICY.texts_per_s + 60  # the other frames of 60 streams
    assert (shared.lost, shared.unfinished, shared.attempts_per_accepted) == (0, 0, 1.0)
    assert shared.lag_s(0.99) < 0.5
    assert shared.ending_s(0.99) < 0.15
