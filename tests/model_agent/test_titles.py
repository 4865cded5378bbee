"""A chat's title: beside the answer, never before it, and always one."""

import pytest

from tests.contracts.agent_contract import asked
from tests.model_agent.agent_runs import LIMITS, answering
from tests.model_agent.scripted_model import Asked, Fault, Piece, Refuse, Say, Stop, Think, in_order
from tests.samples.loaded import context_of
from threadcast.adapters.model_agent.titles import title_from_prompt
from threadcast.errors import AgentError
from threadcast.ports.agent_events import AgentEvent, AnswerExtended, TitleDecided, TitleExtended

PROMPT = "Which year had the highest net generation?"
FALLBACK = [TitleExtended(PROMPT), TitleDecided(PROMPT)]


def titles(said: list[AgentEvent]) -> list[AgentEvent]:
    return [event for event in said if isinstance(event, TitleExtended | TitleDecided)]


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
    with answering(endpoint, in_order([Say("Yes.")], title=[Say(*chunks)])) as world:
        said = titles(world.says(asked()))

    assert said[-1] == TitleDecided(title)
    assert "".join(event.text for event in said[:-1] if isinstance(event, TitleExtended)) == title


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
def test_where_the_model_gives_none_the_prompt_does(endpoint: str, script: list[Piece]) -> None:
    with answering(endpoint, in_order([Say("Yes.")], title=script)) as world:
        said = world.says(asked(PROMPT))

    assert titles(said) == FALLBACK
    assert AnswerExtended("answer-1", "Yes.") in said


def test_a_title_that_breaks_off_stays_as_it_was_streamed(endpoint: str) -> None:
    with answering(
        endpoint, in_order([Say("Yes.")], title=[Say("Net "), Fault("ThrottlingException")])
    ) as world:
        said = titles(world.says(asked()))

    assert said == [TitleExtended("Net"), TitleDecided("Net")]


def test_nothing_is_asked_for_a_title_before_the_answers_first_token(endpoint: str) -> None:
    seen: list[str] = []

    def reply(request: Asked) -> list[Piece]:
        seen.append("title" if request.is_for_a_title else "answer")
        return [Say("A title")] if request.is_for_a_title else [Say("Yes", ".")]

    with answering(endpoint, reply) as world:
        first, *_ = world.says(asked())

    assert seen == ["answer", "title"]
    assert first == AnswerExtended("answer-1", "Yes")


def test_an_answer_that_fails_still_leaves_the_chat_with_a_title(endpoint: str) -> None:
    busy = [Refuse(429, "ThrottlingException")]
    said: list[AgentEvent] = []
    with answering(endpoint, in_order(*[busy] * LIMITS.attempts)) as world:
        stream = world.agent.answer(asked(PROMPT))
        with pytest.raises(AgentError):
            said.extend(iter(lambda: next(stream), None))

    assert said == FALLBACK


def test_the_titles_call_is_small(endpoint: str) -> None:
    with answering(endpoint, in_order([Say("Yes.")]), title_model_id="small") as world:
        world.says(asked("x" * 20_000, context_of("iowa_electricity")))

        (request,) = [request for request in world.model.asked if request.is_for_a_title]
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
def test_the_prompts_beginning_is_a_title(prompt: str, title: str) -> None:
    assert title_from_prompt(prompt) == title
