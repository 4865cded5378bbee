"""Invariants of the stream: folding the received frames gives the payload of `complete`."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.delivery.simulation import MESSAGE_ID, PostResult, SimulatedConnection, Simulation
from threadcast.delivery.outbox.steps import Delivery
from threadcast.domain.asset import AssetRef, AssetType
from threadcast.domain.message import (
    FilesStep,
    Outcome,
    Pill,
    PillContainer,
    PillsStep,
    StepFile,
)
from threadcast.domain.streamed_parts import (
    AnswerDelta,
    AnswerEnd,
    ReasoningDelta,
    ReasoningEnd,
    StepSnapshot,
    TitleDelta,
    TitleEnd,
)
from threadcast.ports.agent_events import FileMade
from threadcast_client import ChatState, agrees_with, check_frame, fold, is_terminal


@dataclass(frozen=True)
class InDoubt:
    """A connection joins with `initializeChat` in flight, for this share of the longest possible time."""

    arrives_in: float


ACCEPTED: PostResult = (Delivery.ACCEPTED, True)
THROTTLED: PostResult = (Delivery.THROTTLED, False)
ASSET = AssetRef("55555555-5555-4555-8555-555555555555", AssetType.METRIC_FILE)

texts = st.text(min_size=1, max_size=12)
steps = st.sampled_from(["one", "two"])
statuses = st.sampled_from(["loading", "completed", "failed"])
pills = st.builds(
    lambda texts_: (PillContainer("Found", tuple(Pill(str(i), t, "value") for i, t in enumerate(texts_))),),
    st.lists(texts, max_size=3),
)
files = st.builds(
    lambda text: (
        StepFile("66666666-6666-4666-8666-666666666666", "metric", "Wind", 1, ASSET.id, "completed", text),
    ),
    texts,
)
any_agent_event = st.one_of(
    st.builds(AnswerDelta, st.sampled_from(["a", "b"]), texts),
    st.builds(AnswerDelta, st.just("a"), texts),
    st.builds(AnswerEnd, st.sampled_from(["a", "b"])),
    st.builds(ReasoningDelta, steps, st.just("Thinking"), texts),
    st.builds(ReasoningEnd, steps, st.none(), st.booleans()),
    st.builds(StepSnapshot, st.builds(PillsStep, st.just("pills"), st.just("Looked up"), pills, statuses)),
    st.builds(StepSnapshot, st.builds(FilesStep, st.just("files"), st.just("Made"), files, statuses)),
    st.builds(TitleDelta, texts),
    st.builds(TitleEnd, texts),
    st.builds(FileMade, st.just("file"), st.just(ASSET), texts),
)
post_result = st.sampled_from(
    [
        ACCEPTED,
        ACCEPTED,
        ACCEPTED,
        THROTTLED,
        (Delivery.TOO_LARGE, False),
        (Delivery.UNKNOWN, True),
        (Delivery.UNKNOWN, False),
        (Delivery.GONE, False),
    ]
)
throttled_posts = st.integers(1, 12).map(lambda times: [THROTTLED] * times)
post_results = st.lists(
    st.one_of(post_result.map(lambda result: [result]), throttled_posts), max_size=30
).map(lambda runs: list(chain.from_iterable(runs)))
any_action = st.one_of(
    any_agent_event,
    any_agent_event,
    st.just("post"),
    st.just("join"),
    st.just("join within the grace period"),
    st.just("catch up"),
    st.builds(InDoubt, st.floats(0, 1)),
    st.floats(0.001, 0.2),
)
outcomes = st.sampled_from(
    [Outcome("completed"), Outcome("stopped"), Outcome("failed", "INTERNAL_SERVER_ERROR", None, "r-1")]
)


thorough = settings(max_examples=max(300, settings.default.max_examples))


def run(actions: list[object], results: list[PostResult], outcome: Outcome) -> Simulation:
    """Simulate a turn with these actions and post results; then every connection receives the rest."""
    simulation = Simulation()
    remaining: Iterator[PostResult] = chain(results, repeat(ACCEPTED))
    simulation.join(received_opening=True)
    simulation.join(received_opening=True)
    for action in actions:
        match action:
            case "post":
                for connection in simulation.connections:
                    simulation.step(connection, remaining)
            case "join":
                simulation.join()
            case "join within the grace period":
                simulation.join(age_s=0)
            case "catch up":
                simulation.connections[0].outbox.fall_behind()
            case InDoubt(arrives_in=arrives_in):
                simulation.join(opening_arrives_in=arrives_in)
            case float():
                simulation.now_s += action
            case _:
                simulation.apply(action)
    simulation.end(outcome)
    simulation.join()
    simulation.join(opening_arrives_in=1)
    simulation.drain(remaining)
    return simulation


def terminal_frames(connection: SimulatedConnection) -> list[dict[str, object]]:
    """Return the terminal frames that a connection received: one, and its repetitions."""
    return [frame for frame in connection.received if is_terminal(frame)]


def fold_of(connection: SimulatedConnection) -> ChatState:
    """Return the chat that a connection has folded before the terminal frame."""
    state = ChatState()
    for frame in connection.received:
        if not is_terminal(frame):
            state = fold(state, frame)
    return state


def complete_payload(connection: SimulatedConnection) -> dict[str, object] | None:
    """Return the payload of the connection's `complete`; None where it received none."""
    return next(
        (frame["payload"] for frame in terminal_frames(connection) if frame["event"] == "complete"), None
    )  # type: ignore[return-value]


@thorough
@given(st.lists(any_action, max_size=60), post_results, outcomes)
def test_complete_contains_the_whole_chat_within_the_frame_size_limit_of_its_connection(
    actions: list[object], results: list[PostResult], outcome: Outcome
) -> None:
    simulation = run(actions, results, outcome)

    for connection in simulation.connections:
        assert complete_payload(connection) in (None, simulation.final_payload(connection))


@thorough
@given(st.lists(any_action, max_size=60), post_results, outcomes)
def test_folding_the_received_frames_gives_the_final_chat(
    actions: list[object], results: list[PostResult], outcome: Outcome
) -> None:
    simulation = run(actions, results, outcome)

    for connection in simulation.connections:
        if connection.gone:
            continue
        final = complete_payload(connection) or simulation.final_payload(connection)
        assert agrees_with(fold_of(connection), final) == []


@thorough
@given(st.lists(any_action, max_size=60), post_results, outcomes)
def test_every_open_connection_receives_one_terminal_frame_and_receives_it_last(
    actions: list[object], results: list[PostResult], outcome: Outcome
) -> None:
    simulation = run(actions, results, outcome)

    for connection in simulation.connections:
        terminals = terminal_frames(connection)
        if connection.gone and not terminals:
            continue
        assert is_terminal(connection.received[-1])
        assert len(terminals) <= 1 + connection.outbox.counts.terminal_repeats
        assert all(frame == terminals[0] for frame in terminals)


@thorough
@given(st.lists(any_action, max_size=60), post_results, outcomes)
def test_every_frame_conforms_to_the_contract(
    actions: list[object], results: list[PostResult], outcome: Outcome
) -> None:
    simulation = run(actions, results, outcome)

    violations = [
        violation
        for connection in simulation.connections
        for frame in connection.received
        for violation in check_frame(frame)
    ]
    assert violations == []


def test_text_published_during_a_post_is_merged_into_one_frame() -> None:
    simulation = Simulation()
    connection = simulation.join(received_opening=True)
    simulation.apply(AnswerDelta("a", "one "))
    simulation.step(connection, repeat(ACCEPTED))

    for word in ("two ", "three ", "four"):
        simulation.apply(AnswerDelta("a", word))
    simulation.now_s += 0.05
    simulation.step(connection, repeat(ACCEPTED))

    chunks = [frame["payload"]["response_message"]["message_chunk"] for frame in connection.received[1:]]
    assert chunks == ["one ", "two three four"]
    assert connection.outbox.counts.merged_chunks == 2
    assert connection.received[1]["payload"]["message_id"] == MESSAGE_ID


def test_a_terminal_frame_with_an_unknown_outcome_is_never_followed_by_a_smaller_one() -> None:
    shrinking = [(Delivery.TOO_LARGE, False)] * 4
    results = [ACCEPTED] * 5 + shrinking + [(Delivery.UNKNOWN, True), (Delivery.TOO_LARGE, False)]

    simulation = run([AnswerDelta("a", "0")], results, Outcome("completed"))

    terminals = [terminal_frames(connection) for connection in simulation.connections]
    assert sorted(len(frames) for frames in terminals) == [1, 1, 1, 2]
    assert all(frame == frames[0] for frames in terminals for frame in frames)


def test_a_connection_that_was_throttled_thousands_of_times_still_receives_the_terminal_frame() -> None:
    simulation = run([], [THROTTLED] * 5_000, Outcome("completed"))

    assert [len(terminal_frames(connection)) for connection in simulation.connections] == [1, 1, 1, 1]


def test_a_step_that_fits_no_frame_of_a_connection_never_delays_the_rest() -> None:
    simulation = Simulation(gateway_bytes=4_096)
    connection = simulation.join(received_opening=True)
    found = (PillContainer("Found", tuple(Pill(str(number), "wind " * 20, "value") for number in range(60))),)

    simulation.apply(StepSnapshot(PillsStep("pills", "Looked up", found)))
    simulation.apply(AnswerDelta("a", "Because."))
    simulation.end(Outcome("completed"))
    simulation.drain(repeat(ACCEPTED))

    assert [frame["event"] for frame in connection.received] == [
        "initializeChat",
        *["generatingResponseMessage"] * 2,
        "complete",
    ]
    assert complete_payload(connection) == simulation.final_payload(connection)
    assert agrees_with(fold_of(connection), complete_payload(connection)) == []
