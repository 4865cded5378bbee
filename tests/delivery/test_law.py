"""The law of the stream: whoever folds what they heard has what `complete` says, whatever the weather was."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.delivery.simulation import MESSAGE_ID, Simulation, Tab
from threadcast.delivery.outbox_steps import Delivery
from threadcast.domain.asset import AssetRef, AssetType
from threadcast.domain.message import Outcome, Pill, PillContainer, StepFile
from threadcast.ports import agent_events as said
from threadcast_client import ChatState, agrees_with, check_frame, fold, is_terminal


@dataclass(frozen=True)
class InDoubt:
    """A tab joins to which an opening is on its way, for this share of the longest that it may take."""

    lands_in: float


FINE = (Delivery.ACCEPTED, True)
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
agent_events = st.one_of(
    st.builds(said.AnswerExtended, st.sampled_from(["a", "b"]), texts),
    st.builds(said.AnswerExtended, st.just("a"), texts),
    st.builds(said.AnswerEnded, st.sampled_from(["a", "b"])),
    st.builds(said.ReasoningExtended, steps, st.just("Thinking"), texts),
    st.builds(said.ReasoningEnded, steps, st.none(), st.booleans()),
    st.builds(said.PillsShown, st.just("pills"), st.just("Looked up"), pills, statuses),
    st.builds(said.FilesShown, st.just("files"), st.just("Made"), files, statuses),
    st.builds(said.TitleExtended, texts),
    st.builds(said.TitleDecided, texts),
    st.builds(said.FileMade, st.just("file"), st.just(ASSET), texts),
)
weathers = st.lists(
    st.sampled_from(
        [
            FINE,
            FINE,
            FINE,
            (Delivery.THROTTLED, False),
            (Delivery.TOO_LARGE, False),
            (Delivery.UNKNOWN, True),
            (Delivery.UNKNOWN, False),
            (Delivery.GONE, False),
        ]
    ),
    max_size=30,
)
acts = st.one_of(
    agent_events,
    agent_events,
    st.just("post"),
    st.just("join"),
    st.just("newborn"),
    st.just("catch up"),
    st.builds(InDoubt, st.floats(0, 1)),
    st.floats(0.001, 0.2),
)
outcomes = st.sampled_from(
    [Outcome("completed"), Outcome("stopped"), Outcome("failed", "INTERNAL_SERVER_ERROR", None, "r-1")]
)


thorough = settings(max_examples=max(300, settings.default.max_examples))


def run(plot: list[object], weather: list[tuple[Delivery, bool]], outcome: Outcome) -> Simulation:
    simulation = Simulation()
    ahead: Iterator[tuple[Delivery, bool]] = chain(weather, repeat(FINE))
    simulation.join(heard_opening=True)
    simulation.join(heard_opening=True)
    for act in plot:
        match act:
            case "post":
                for tab in simulation.tabs:
                    simulation.step(tab, ahead)
            case "join":
                simulation.join()
            case "newborn":
                simulation.join(age_s=0)
            case "catch up":
                simulation.tabs[0].outbox.fall_behind()
            case InDoubt(lands_in=lands_in):
                simulation.join(opening_lands_in=lands_in)
            case float():
                simulation.now_s += act
            case _:
                simulation.say(act)
    simulation.end(outcome)
    simulation.join()
    simulation.join(opening_lands_in=1)
    simulation.drain(ahead)
    return simulation


def terminals(tab: Tab) -> list[dict[str, object]]:
    return [frame for frame in tab.heard if is_terminal(frame)]


def fold_of(tab: Tab) -> ChatState:
    """The chat as a tab has it before its turn's last frame."""
    state = ChatState()
    for frame in tab.heard:
        if not is_terminal(frame):
            state = fold(state, frame)
    return state


def told_by(tab: Tab) -> dict[str, object] | None:
    """The chat that a tab's own `complete` told; None where its turn failed."""
    return next((frame["payload"] for frame in terminals(tab) if frame["event"] == "complete"), None)  # type: ignore[return-value]


@thorough
@given(st.lists(acts, max_size=60), weathers, outcomes)
def test_the_end_as_told_is_the_whole_chat_within_the_size_of_that_tabs_frames(
    plot: list[object], weather: list[tuple[Delivery, bool]], outcome: Outcome
) -> None:
    simulation = run(plot, weather, outcome)

    for tab in simulation.tabs:
        told = told_by(tab)
        assert told in (None, simulation.final_payload(tab))


@thorough
@given(st.lists(acts, max_size=60), weathers, outcomes)
def test_folding_what_a_tab_heard_gives_the_final_chat(
    plot: list[object], weather: list[tuple[Delivery, bool]], outcome: Outcome
) -> None:
    simulation = run(plot, weather, outcome)

    for tab in simulation.tabs:
        if tab.gone:
            continue
        final = told_by(tab) or simulation.final_payload(tab)
        assert agrees_with(fold_of(tab), final) == []


@thorough
@given(st.lists(acts, max_size=60), weathers, outcomes)
def test_every_tab_that_is_still_there_hears_one_terminal_frame_and_hears_it_last(
    plot: list[object], weather: list[tuple[Delivery, bool]], outcome: Outcome
) -> None:
    simulation = run(plot, weather, outcome)

    for tab in simulation.tabs:
        told = terminals(tab)
        if tab.gone and not told:
            continue
        assert is_terminal(tab.heard[-1])
        assert len(told) <= 1 + tab.outbox.counts.terminal_repeats
        assert all(frame == told[0] for frame in told)


@thorough
@given(st.lists(acts, max_size=60), weathers, outcomes)
def test_every_frame_keeps_to_the_contract(
    plot: list[object], weather: list[tuple[Delivery, bool]], outcome: Outcome
) -> None:
    simulation = run(plot, weather, outcome)

    assert [fault for tab in simulation.tabs for frame in tab.heard for fault in check_frame(frame)] == []


def test_text_that_piles_up_behind_a_post_travels_in_one_frame() -> None:
    simulation = Simulation()
    tab = simulation.join(heard_opening=True)
    simulation.say(said.AnswerExtended("a", "one "))
    simulation.step(tab, repeat(FINE))

    for word in ("two ", "three ", "four"):
        simulation.say(said.AnswerExtended("a", word))
    simulation.now_s += 0.05
    simulation.step(tab, repeat(FINE))

    chunks = [frame["payload"]["response_message"]["message_chunk"] for frame in tab.heard[1:]]
    assert chunks == ["one ", "two three four"]
    assert tab.outbox.counts.merged_chunks == 2
    assert tab.heard[1]["payload"]["message_id"] == MESSAGE_ID


def test_a_last_frame_of_unknown_fate_is_never_followed_by_a_smaller_one() -> None:
    shrinking = [(Delivery.TOO_LARGE, False)] * 4
    weather = [FINE] * 5 + shrinking + [(Delivery.UNKNOWN, True), (Delivery.TOO_LARGE, False)]

    simulation = run([said.AnswerExtended("a", "0")], weather, Outcome("completed"))

    told = [terminals(tab) for tab in simulation.tabs]
    assert sorted(len(frames) for frames in told) == [1, 1, 1, 2]
    assert all(frame == frames[0] for frames in told for frame in frames)


def test_a_connection_that_was_throttled_thousands_of_times_still_hears_the_end() -> None:
    simulation = run([], [(Delivery.THROTTLED, False)] * 5_000, Outcome("completed"))

    assert [len(terminals(tab)) for tab in simulation.tabs] == [1, 1, 1, 1]


def test_a_step_that_no_frame_of_a_connection_can_carry_never_holds_up_the_rest() -> None:
    simulation = Simulation(gateway_bytes=4_096)
    tab = simulation.join(heard_opening=True)
    found = (PillContainer("Found", tuple(Pill(str(number), "wind " * 20, "value") for number in range(60))),)

    simulation.say(said.PillsShown("pills", "Looked up", found, "completed"))
    simulation.say(said.AnswerExtended("a", "Because."))
    simulation.end(Outcome("completed"))
    simulation.drain(repeat(FINE))

    assert [frame["event"] for frame in tab.heard] == [
        "initializeChat",
        *["generatingResponseMessage"] * 2,
        "complete",
    ]
    assert told_by(tab) == simulation.final_payload(tab)
    assert agrees_with(fold_of(tab), told_by(tab)) == []
