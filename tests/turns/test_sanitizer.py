"""The sanitizer: every agent event can be stored, delivered and folded, and fits the smallest frame."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.delivery.simulation import ALICE, CHAT_ID, EPOCH, MESSAGE_ID, opened_view
from tests.fakes import renderer
from threadcast.domain.address import Address
from threadcast.domain.asset import AssetRef, AssetType
from threadcast.domain.message import (
    FilesStep,
    Outcome,
    Pill,
    PillContainer,
    PillsStep,
    StepFile,
    TextResponse,
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
from threadcast.ports.agent_events import AgentEvent, FileMade
from threadcast.protocol.chat_payload import message_payload
from threadcast.turns.message.builder import MessageBuilder

MAX_MESSAGE_BYTES, SMALLEST_FRAME_BYTES = 65_536, 32_768
ASSET = AssetRef("55555555-5555-4555-8555-555555555555", AssetType.METRIC_FILE)
RENDER = renderer(Address("/chats/post", "r" * 64, CHAT_ID, MESSAGE_ID, ALICE))


def new_builder() -> MessageBuilder:
    return MessageBuilder(opened_view(), lambda: EPOCH + timedelta(seconds=1), MAX_MESSAGE_BYTES)


def answer_of(builder: MessageBuilder) -> str:
    return "".join(part.text for part in builder.message().responses if isinstance(part, TextResponse))


@pytest.mark.parametrize(
    ("deltas", "answer"),
    [
        (["smile \ud83d", "\ude00!"], "smile \U0001f600!"),
        (["\ud83d", "\ude00", " and on"], "\U0001f600 and on"),
        (["a nul \x00 and a bell \x07", "\n\ttab"], "a nul  and a bell \n\ttab"),
    ],
)
def test_an_answer_contains_only_whole_and_printable_characters(deltas: list[str], answer: str) -> None:
    builder = new_builder()

    emitted = [event for delta in deltas for event in builder.apply(AnswerDelta("a", delta))]

    assert answer_of(builder) == answer
    assert "".join(event.text for event in emitted if hasattr(event, "text")) == answer


def test_half_a_surrogate_pair_at_the_end_of_an_answer_is_dropped() -> None:
    builder = new_builder()
    builder.apply(AnswerDelta("a", "cut \ud83d"))
    builder.apply(AnswerEnd("a"))

    assert answer_of(builder) == "cut "


anything = st.text(st.characters(codec=None), max_size=40).map(lambda text: text * 40)
pills = st.builds(Pill, anything, anything, anything)
containers = st.lists(
    st.builds(PillContainer, anything, st.lists(pills, max_size=9).map(tuple)), max_size=9
).map(tuple)
files = st.builds(
    StepFile,
    st.uuids().map(str),
    st.just("metric"),
    anything,
    st.just(1),
    st.just(ASSET.id),
    st.just("loading"),
    anything.map(lambda text: text * 20),
)
events = st.one_of(
    st.builds(ReasoningDelta, st.just("s"), anything, anything),
    st.builds(ReasoningEnd, st.just("s"), anything),
    st.builds(StepSnapshot, st.builds(PillsStep, st.just("p"), anything, containers)),
    st.builds(
        StepSnapshot,
        st.builds(FilesStep, st.just("f"), anything, st.lists(files, max_size=9).map(tuple)),
    ),
    st.builds(TitleDelta, anything),
    st.builds(TitleEnd, anything),
    st.builds(AnswerDelta, st.just("a"), anything.map(lambda text: text[:1_000]), anything),
    st.builds(FileMade, st.just("m"), st.just(ASSET), anything, note=anything),
)


@given(st.lists(events, max_size=12))
def test_every_event_fits_the_smallest_frame_and_the_message_its_size_limit(
    events_: list[AgentEvent],
) -> None:
    builder = new_builder()

    emitted = [event for each in events_ for event in builder.apply(each)]
    emitted += builder.close("completed")

    frames = [
        RENDER(event, SMALLEST_FRAME_BYTES)
        for event in emitted
        if not hasattr(event, "text") or event.text is None
    ]
    assert all(len(frame) <= SMALLEST_FRAME_BYTES for frame in frames)
    message = message_payload(builder.decide(Outcome("completed")).messages[-1])
    assert len(json.dumps(message, ensure_ascii=False).encode()) <= MAX_MESSAGE_BYTES


def test_half_a_surrogate_pair_in_a_label_is_replaced() -> None:
    builder = new_builder()

    found = (PillContainer("Found \ud83d", (Pill("1", "\ude00", "v"),)),)
    builder.apply(StepSnapshot(PillsStep("p", "\ud83d", found)))

    (step,) = builder.message().reasoning
    assert isinstance(step, PillsStep)
    assert step == PillsStep(
        step.id,
        "\ufffd",
        (PillContainer("Found \ufffd", (Pill("1", "\ufffd", "v"),)),),
        "completed",
        step.secondary_title,
    )


def test_many_short_reasoning_steps_are_limited_like_one_long_text() -> None:
    builder = new_builder()
    for number in range(1_000):
        builder.apply(ReasoningDelta(f"step {number}", "Thinking", "."))
        builder.apply(ReasoningEnd(f"step {number}"))

    builder.close("completed")

    message = message_payload(builder.decide(Outcome("completed")).messages[-1])
    assert builder.full
    assert len(json.dumps(message).encode()) <= MAX_MESSAGE_BYTES


def test_a_step_that_is_updated_counts_once_towards_the_size_limit() -> None:
    builder = new_builder()
    found = (PillContainer("Found", tuple(Pill(str(n), "x" * 250, "value") for n in range(50))),)

    for _ in range(20):
        builder.apply(StepSnapshot(PillsStep("p", "Looking", found, "loading")))

    assert not builder.full
