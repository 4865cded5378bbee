"""Whatever an agent says can be stored, told, and folded; nothing it says is too large for a frame."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.delivery.simulation import ALICE, CHAT_ID, EPOCH, MESSAGE_ID, opened_view
from threadcast.delivery.turn_broadcaster import renderer
from threadcast.domain.asset import AssetRef, AssetType
from threadcast.domain.message import Outcome, Pill, PillContainer, PillsStep, StepFile, TextResponse
from threadcast.ports import agent_events as said
from threadcast.protocol.chat_payload import message_payload
from threadcast.protocol.frames import Address
from threadcast.turns.message.builder import MessageBuilder

MAX_MESSAGE_BYTES, SMALLEST_FRAME_BYTES = 65_536, 32_768
ASSET = AssetRef("55555555-5555-4555-8555-555555555555", AssetType.METRIC_FILE)
RENDER = renderer(Address("/chats/post", "r" * 64, CHAT_ID, MESSAGE_ID, ALICE))


def a_draft() -> MessageBuilder:
    return MessageBuilder(opened_view(), lambda: EPOCH + timedelta(seconds=1), MAX_MESSAGE_BYTES)


def answer_of(draft: MessageBuilder) -> str:
    return "".join(part.text for part in draft.message().responses if isinstance(part, TextResponse))


@pytest.mark.parametrize(
    ("deltas", "answer"),
    [
        (["smile \ud83d", "\ude00!"], "smile \U0001f600!"),
        (["\ud83d", "\ude00", " and on"], "\U0001f600 and on"),
        (["a nul \x00 and a bell \x07", "\n\ttab"], "a nul  and a bell \n\ttab"),
    ],
)
def test_an_answer_is_made_of_whole_and_printable_characters(deltas: list[str], answer: str) -> None:
    draft = a_draft()

    told = [event for delta in deltas for event in draft.apply(said.AnswerExtended("a", delta))]

    assert answer_of(draft) == answer
    assert "".join(event.text for event in told if hasattr(event, "text")) == answer


def test_half_a_character_at_the_end_is_not_heard() -> None:
    draft = a_draft()
    draft.apply(said.AnswerExtended("a", "cut \ud83d"))
    draft.apply(said.AnswerEnded("a"))

    assert answer_of(draft) == "cut "


anything = st.text(st.characters(codec=None), max_size=40).map(lambda text: text * 40)
pills = st.builds(Pill, anything, anything, anything)
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
    st.builds(said.ReasoningExtended, st.just("s"), anything, anything),
    st.builds(said.ReasoningEnded, st.just("s"), anything),
    st.builds(
        said.PillsShown,
        st.just("p"),
        anything,
        st.lists(st.builds(PillContainer, anything, st.lists(pills, max_size=9).map(tuple)), max_size=9).map(
            tuple
        ),
    ),
    st.builds(said.FilesShown, st.just("f"), anything, st.lists(files, max_size=9).map(tuple)),
    st.builds(said.TitleExtended, anything),
    st.builds(said.TitleDecided, anything),
    st.builds(said.AnswerExtended, st.just("a"), anything.map(lambda text: text[:1_000]), anything),
    st.builds(said.FileMade, st.just("m"), st.just(ASSET), anything, note=anything),
)


@given(st.lists(events, max_size=12))
def test_whatever_is_said_fits_the_smallest_frame_and_the_message_its_bound(
    said_: list[said.AgentEvent],
) -> None:
    draft = a_draft()

    told = [event for each in said_ for event in draft.apply(each)] + list(draft.close("completed"))

    frames = [
        RENDER(event, SMALLEST_FRAME_BYTES)
        for event in told
        if not hasattr(event, "text") or event.text is None
    ]
    assert all(len(frame) <= SMALLEST_FRAME_BYTES for frame in frames)
    message = message_payload(draft.decide(Outcome("completed")).messages[-1])
    assert len(json.dumps(message, ensure_ascii=False).encode()) <= MAX_MESSAGE_BYTES


def test_half_a_character_in_a_label_is_not_heard() -> None:
    draft = a_draft()

    draft.apply(said.PillsShown("p", "\ud83d", (PillContainer("Found \ud83d", (Pill("1", "\ude00", "v"),)),)))

    (step,) = draft.message().reasoning
    assert isinstance(step, PillsStep)
    assert step == PillsStep(
        step.id,
        "\ufffd",
        step.secondary_title,
        (PillContainer("Found \ufffd", (Pill("1", "\ufffd", "v"),)),),
        "completed",
    )


def test_many_small_thoughts_are_bounded_like_one_long_text() -> None:
    draft = a_draft()
    for number in range(1_000):
        draft.apply(said.ReasoningExtended(f"step {number}", "Thinking", "."))
        draft.apply(said.ReasoningEnded(f"step {number}"))

    draft.close("completed")

    message = message_payload(draft.decide(Outcome("completed")).messages[-1])
    assert draft.full
    assert len(json.dumps(message).encode()) <= MAX_MESSAGE_BYTES


def test_a_step_that_is_shown_again_weighs_once() -> None:
    draft = a_draft()
    found = (PillContainer("Found", tuple(Pill(str(n), "x" * 250, "value") for n in range(50))),)

    for _ in range(20):
        draft.apply(said.PillsShown("p", "Looking", found, "loading"))

    assert not draft.full
