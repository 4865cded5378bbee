"""A chat's title: concurrent with the answer, never before it, and always present."""

import pytest

from tests.contracts.agent_contract import a_task
from tests.model_agent.agent_runs import LIMITS, answering
from tests.model_agent.scripted_model import Fault, ModelRequest, Piece, Refuse, Say, Stop, Think, in_order
from tests.samples.loaded import context_of
from threadcast.domain.streamed_parts import AnswerDelta, TitleDelta, TitleEnd
from threadcast.domain.text import title_from_prompt
from threadcast.errors import AgentError
from threadcast.ports.agent_events import AgentEvent

PROMPT = "Which year had the highest net generation?"
FALLBACK = [TitleDelta(PROMPT), TitleEnd(PROMPT)]


def titles(events: list[AgentEvent]) -> list[AgentEvent]:
    return [event for event in events if isinstance(event, TitleDelta | TitleEnd)]


@pytest.mark.parametrize(
    ("chunks", "title"),
    [
        (("Net ", "generation ", "by year"), "Net generation by year"),
        (('"Net', ' generation"', "."), "Net generation"),
        (("**Net**\n", "generation\n\n"), "Net generation"),
        (("# U.S. ", "jobs. "), "U.S. jobs"),
        ((" ", "Jobs"), "Jobs"),
        (("word " * 40,), ("word " * 12).strip()),
    ],
)
def test_a_title_is_streamed_and_cleaned(endpoint: str, chunks: tuple[str, ...], title: str) -> None:
    with answering(endpoint, in_order([Say("Yes.")], title=[Say(*chunks)])) as setup:
        events = titles(setup.answer(a_task()))

    assert events[-1] == TitleEnd(title)
    assert "".join(event.text for event in events[:-1] if isinstance(event, TitleDelta)) == title


@pytest.mark.parametrize(
    "script",
    [
        [Refuse(429, "ThrottlingException")],
        [Refuse(500, "InternalServerException")],
        [Think("Hm."), Stop("max_tokens")],
        [Say('"', "..."), Stop("end_turn")],
        [Fault("ThrottlingException")],
    ],
)
def test_without_a_title_from_the_model_the_prompt_is_the_title(endpoint: str, script: list[Piece]) -> None:
    with answering(endpoint, in_order([Say("Yes.")], title=script)) as setup:
        events = setup.answer(a_task(PROMPT))

    assert titles(events) == FALLBACK
    assert AnswerDelta("answer-1", "Yes.") in events


def test_an_interrupted_title_is_kept_as_it_was_streamed(endpoint: str) -> None:
    with answering(
        endpoint, in_order([Say("Yes.")], title=[Say("Net "), Fault("ThrottlingException")])
    ) as setup:
        events = titles(setup.answer(a_task()))

    assert events == [TitleDelta("Net"), TitleEnd("Net")]


def test_the_title_is_not_requested_before_the_answers_first_token(endpoint: str) -> None:
    seen: list[str] = []

    def reply(request: ModelRequest) -> list[Piece]:
        seen.append("title" if request.is_title_request else "answer")
        return [Say("A title")] if request.is_title_request else [Say("Yes", ".")]

    with answering(endpoint, reply) as setup:
        first, *_ = setup.answer(a_task())

    assert seen == ["answer", "title"]
    assert first == AnswerDelta("answer-1", "Yes")


def test_a_chat_has_a_title_even_if_the_answer_fails(endpoint: str) -> None:
    busy = [Refuse(429, "ThrottlingException")]
    events: list[AgentEvent] = []
    with answering(endpoint, in_order(*[busy] * LIMITS.attempts)) as setup:
        stream = setup.agent.answer(a_task(PROMPT))
        with pytest.raises(AgentError):
            events.extend(iter(lambda: next(stream), None))

    assert events == FALLBACK


def test_the_title_request_is_small(endpoint: str) -> None:
    with answering(endpoint, in_order([Say("Yes.")]), title_model_id="small") as setup:
        setup.answer(a_task("x" * 20_000, context_of("iowa_electricity")))

        (request,) = [request for request in setup.model.requests if request.is_title_request]
    ((_, text),) = request.messages
    assert len(text) < 2_200
    assert "Iowa electricity generation by source" in text
    assert request.tools == ()
    assert "small" in request.path or request.body["model"] == "small"


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("Why?", "Why?"),
        (" a\n b ", "a b"),
        ("", "New chat"),
        ("word " * 40, "word word word word word word word word word word word…"),
    ],
)
def test_the_beginning_of_the_prompt_is_a_title(prompt: str, title: str) -> None:
    assert title_from_prompt(prompt) == title
