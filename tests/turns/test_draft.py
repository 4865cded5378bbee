"""The message while it is made."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.delivery.simulation import EPOCH, opened_view
from threadcast.domain.message import Outcome, TextResponse
from threadcast.domain.turn_events import AnswerClosed, AnswerExtended, ReasoningClosed, TitleDecided
from threadcast.ports import agent_events as said
from threadcast.protocol.chat_payload import message_payload
from threadcast.turns.message.builder import CUT_NOTICE, MessageBuilder
from threadcast.turns.message.streaming_part import duration_words


class Watch:
    """A clock that tests move."""

    moment = EPOCH

    def __call__(self) -> datetime:
        return self.moment


def draft(max_bytes: int = 65_536, watch: Watch | None = None) -> MessageBuilder:
    return MessageBuilder(opened_view(), watch or Watch(), max_bytes)


@given(st.lists(st.text(min_size=1, max_size=2_000), max_size=60))
def test_a_message_never_outgrows_its_bound(texts: list[str]) -> None:
    made = draft(max_bytes=20_000)

    for text in texts:
        made.apply(said.AnswerExtended("a", text))
    made.close("completed")

    assert len(json.dumps(message_payload(made.message()), ensure_ascii=False).encode()) <= 20_000


def test_a_message_that_is_full_says_so_and_takes_no_more() -> None:
    made = draft(max_bytes=20_000)
    for _ in range(30):
        made.apply(said.AnswerExtended("a", "x" * 1_000))
    made.close("completed")

    texts = [part.text for part in made.message().responses if isinstance(part, TextResponse)]

    assert made.full
    assert texts[-1] == CUT_NOTICE.lstrip()
    assert made.apply(said.AnswerExtended("a", "more")) == ()


def test_closing_ends_every_text_whole() -> None:
    watch = Watch()
    made = draft(watch=watch)
    made.apply(said.ReasoningExtended("think", "Thinking", "hm"))
    made.apply(said.TitleExtended("Wi"))
    made.apply(said.AnswerExtended("a", "Hel"))
    watch.moment += timedelta(seconds=12)

    closing = made.close("failed")

    thought, title, answer = closing
    assert isinstance(thought, ReasoningClosed)
    assert (thought.reasoning.status, thought.reasoning.secondary_title) == ("failed", "12 seconds")
    assert title == TitleDecided("Wi")
    assert isinstance(answer, AnswerClosed)
    assert answer.text == "Hel"
    assert made.message().final_reasoning == "Reasoned for 12 seconds"


def test_what_has_ended_stays_as_it_was_told() -> None:
    made = draft()
    made.apply(said.AnswerExtended("a", "Hello"))
    made.apply(said.AnswerEnded("a"))

    assert made.apply(said.AnswerExtended("a", " again")) == ()
    assert made.apply(said.AnswerEnded("unheard of")) == ()


def test_parts_have_the_same_ids_whoever_makes_the_message() -> None:
    (first,), (second,) = (draft().apply(said.AnswerExtended("a", "x")) for _ in range(2))

    assert isinstance(first, AnswerExtended)
    assert first == second


def test_tokens_and_costs_add_up_on_the_message() -> None:
    made = draft()
    made.apply(said.TokensUsed(100, 20, 90, Decimal("0.0001")))
    made.apply(said.TokensUsed(50, 7, 0, Decimal("0.0002")))

    message = made.decide(Outcome("completed")).messages[-1]

    assert (message.input_tokens, message.output_tokens, message.cached_tokens) == (150, 27, 90)
    assert message.cost_usd == Decimal("0.0003")


def test_what_has_no_price_has_no_cost_rather_than_none_at_all() -> None:
    made = draft()
    made.apply(said.TokensUsed(100, 20))

    assert made.message().cost_usd is None


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
def test_durations_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert duration_words(timedelta(seconds=seconds)) == words


def test_a_draft_can_be_seen_at_any_time() -> None:
    made = draft()
    made.apply(said.AnswerExtended("a", "Hel"))

    (part,) = made.view().messages[-1].responses
    (so_far,) = made.growing_answers()

    assert isinstance(part, TextResponse)
    assert (part.text, part.is_final, so_far.text) == ("Hel", False, "Hel")
    assert made.view().messages[-1].updated_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
