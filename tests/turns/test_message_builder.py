"""The message builder: an agent's events in, a turn's events and the message out."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.delivery.simulation import EPOCH, opened_view
from threadcast.domain.message import Outcome, TextResponse
from threadcast.domain.streamed_parts import (
    AnswerDelta,
    AnswerEnd,
    AnswerSnapshot,
    ReasoningDelta,
    ReasoningSnapshot,
    TitleDelta,
    TitleEnd,
)
from threadcast.ports.agent_events import TokensUsed
from threadcast.protocol.chat_payload import message_payload
from threadcast.turns.message.builder import CUT_NOTICE, MessageBuilder
from threadcast.turns.message.streaming_part import duration_words


class ManualClock:
    """A clock that only the test moves."""

    moment = EPOCH

    def __call__(self) -> datetime:
        return self.moment


def new_builder(max_bytes: int = 65_536, clock: ManualClock | None = None) -> MessageBuilder:
    return MessageBuilder(opened_view(), clock or ManualClock(), max_bytes)


@given(st.lists(st.text(min_size=1, max_size=2_000), max_size=60))
def test_a_message_never_exceeds_its_size_limit(texts: list[str]) -> None:
    builder = new_builder(max_bytes=20_000)

    for text in texts:
        builder.apply(AnswerDelta("a", text))
    builder.close("completed")

    assert len(json.dumps(message_payload(builder.message()), ensure_ascii=False).encode()) <= 20_000


def test_a_full_message_ends_with_a_notice_and_accepts_no_more_text() -> None:
    builder = new_builder(max_bytes=20_000)
    for _ in range(30):
        builder.apply(AnswerDelta("a", "x" * 1_000))
    builder.close("completed")

    texts = [part.text for part in builder.message().responses if isinstance(part, TextResponse)]

    assert builder.full
    assert texts[-1] == CUT_NOTICE.lstrip()
    assert builder.apply(AnswerDelta("a", "more")) == ()


def test_closing_emits_the_complete_text_of_every_open_part() -> None:
    clock = ManualClock()
    builder = new_builder(clock=clock)
    builder.apply(ReasoningDelta("think", "Thinking", "hm"))
    builder.apply(TitleDelta("Wi"))
    builder.apply(AnswerDelta("a", "Hel"))
    clock.moment += timedelta(seconds=12)

    closing = builder.close("failed")

    reasoning, title, answer = closing
    assert isinstance(reasoning, ReasoningSnapshot)
    assert (reasoning.part.status, reasoning.part.secondary_title) == ("failed", "12 seconds")
    assert title == TitleEnd("Wi")
    assert isinstance(answer, AnswerSnapshot)
    assert isinstance(answer.part, TextResponse)
    assert answer.part.text == "Hel"
    assert builder.message().final_reasoning == "Reasoned for 12 seconds"


def test_a_part_that_has_ended_does_not_change() -> None:
    builder = new_builder()
    builder.apply(AnswerDelta("a", "Hello"))
    builder.apply(AnswerEnd("a"))

    assert builder.apply(AnswerDelta("a", " again")) == ()
    assert builder.apply(AnswerEnd("unknown")) == ()


def test_part_ids_are_the_same_for_every_builder_of_a_message() -> None:
    (first,), (second,) = (new_builder().apply(AnswerDelta("a", "x")) for _ in range(2))

    assert isinstance(first, AnswerDelta)
    assert first == second


def test_a_message_contains_the_sum_of_tokens_and_costs() -> None:
    builder = new_builder()
    builder.apply(TokensUsed(100, 20, 90, Decimal("0.0001")))
    builder.apply(TokensUsed(50, 7, 0, Decimal("0.0002")))

    message = builder.decide(Outcome("completed")).messages[-1]

    assert (message.input_tokens, message.output_tokens, message.cached_tokens) == (150, 27, 90)
    assert message.cost_usd == Decimal("0.0003")


def test_tokens_without_a_price_have_no_cost_rather_than_a_cost_of_zero() -> None:
    builder = new_builder()
    builder.apply(TokensUsed(100, 20))

    assert builder.message().cost_usd is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "less than 0.1 seconds"),
        (0.04, "less than 0.1 seconds"),
        (0.44, "0.4 seconds"),
        (9.94, "9.9 seconds"),
        (9.96, "10 seconds"),
        (59.4, "59 seconds"),
        (60, "1 minute 0 seconds"),
        (125, "2 minutes 5 seconds"),
    ],
)
def test_durations_are_formatted_in_words(seconds: float, words: str) -> None:
    assert duration_words(timedelta(seconds=seconds)) == words


def test_a_message_can_be_viewed_before_it_is_complete() -> None:
    builder = new_builder()
    builder.apply(AnswerDelta("a", "Hel"))

    (part,) = builder.view().messages[-1].responses
    (snapshot,) = builder.open_answers()

    assert snapshot.part == part == TextResponse(part.id, "Hel", is_final=False)
    assert builder.view().messages[-1].updated_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
