"""What every `Agent` keeps to: inherit from `AgentContract` in a test module, and give it an `agent` fixture.

The agent is asked about the sample “Iowa electricity generation by source”, and about nothing at all.
"""

import threading
from collections.abc import Sequence

import pytest

from tests.samples.loaded import OWNER_ID, context_of
from threadcast.domain.asset import AssetContext
from threadcast.domain.user import User
from threadcast.ports import Agent, AgentTask, Exchange, StopSignal
from threadcast.ports.agent_events import (
    AgentEvent,
    AnswerEnded,
    AnswerExtended,
    FileMade,
    FilesShown,
    PillsShown,
    ReasoningEnded,
    ReasoningExtended,
    TitleDecided,
    TitleExtended,
    TokensUsed,
)

__all__ = ["QUESTION", "AgentContract", "asked"]

QUESTION = "Which year had the highest net generation?"


def asked(
    prompt: str = QUESTION,
    context: AssetContext | None = None,
    history: tuple[Exchange, ...] = (),
    *,
    wants_title: bool = True,
    stop: StopSignal | None = None,
) -> AgentTask:
    return AgentTask(
        prompt, User(OWNER_ID, "Alice"), history, context, wants_title, stop or threading.Event()
    )


def whole_answer(said: Sequence[AgentEvent]) -> str:
    return "".join(event.text for event in said if isinstance(event, AnswerExtended))


class AgentContract:
    """The suite; subclasses give the fixture `agent`."""

    @pytest.fixture
    def agent(self) -> Agent:
        raise NotImplementedError

    @pytest.fixture
    def said(self, agent: Agent) -> list[AgentEvent]:
        return list(agent.answer(asked(context=context_of("iowa_electricity"))))

    def test_every_event_is_of_the_vocabulary(self, said: list[AgentEvent]) -> None:
        assert [event for event in said if not isinstance(event, AgentEvent)] == []

    def test_something_is_answered(self, said: list[AgentEvent]) -> None:
        assert whole_answer(said).strip()

    def test_every_delta_holds_text(self, said: list[AgentEvent]) -> None:
        deltas = [
            event for event in said if isinstance(event, AnswerExtended | ReasoningExtended | TitleExtended)
        ]

        assert all(delta.text for delta in deltas)

    def test_an_answer_comes_in_several_pieces(self, said: list[AgentEvent]) -> None:
        assert sum(isinstance(event, AnswerExtended) for event in said) > 1

    def test_every_part_and_step_is_extended_before_it_ends_and_ends_once(
        self, said: list[AgentEvent]
    ) -> None:
        opened: set[tuple[str, str]] = set()
        ended: list[tuple[str, str]] = []
        for event in said:
            match event:
                case AnswerExtended(part):
                    assert ("part", part) not in ended
                    opened.add(("part", part))
                case ReasoningExtended(step):
                    assert ("step", step) not in ended
                    opened.add(("step", step))
                case AnswerEnded(part):
                    ended.append(("part", part))
                case ReasoningEnded(step):
                    ended.append(("step", step))
                case (
                    PillsShown() | FilesShown() | FileMade() | TitleExtended() | TitleDecided() | TokensUsed()
                ):
                    pass

        assert sorted(ended) == sorted(opened)

    def test_pills_have_ids_of_their_own_within_a_step(self, said: list[AgentEvent]) -> None:
        for event in said:
            if isinstance(event, PillsShown):
                ids = [pill.id for container in event.containers for pill in container.pills]
                assert len(ids) == len(set(ids))

    def test_tokens_and_costs_are_never_negative(self, said: list[AgentEvent]) -> None:
        used = [event for event in said if isinstance(event, TokensUsed)]

        assert all(tokens.output_tokens >= 0 for tokens in used)
        assert all(tokens.input_tokens >= tokens.cached_tokens >= 0 for tokens in used)
        assert all(tokens.cost_usd is None or tokens.cost_usd >= 0 for tokens in used)
        assert all(
            tokens.input_tokens + tokens.output_tokens >= tokens.estimated_tokens >= 0 for tokens in used
        )

    def test_the_titles_pieces_are_the_title(self, said: list[AgentEvent]) -> None:
        pieces = "".join(event.text for event in said if isinstance(event, TitleExtended))

        titles = [event.title for event in said if isinstance(event, TitleDecided)]
        assert titles == [pieces]
        assert pieces.strip()

    def test_no_title_is_made_where_none_is_wanted(self, agent: Agent) -> None:
        said = agent.answer(asked(context=context_of("iowa_electricity"), wants_title=False))

        assert [event for event in said if isinstance(event, TitleExtended | TitleDecided)] == []

    def test_without_an_asset_it_still_answers(self, agent: Agent) -> None:
        said = list(agent.answer(asked()))

        assert whole_answer(said).strip()

    def test_a_followup_is_answered(self, agent: Agent) -> None:
        history = (Exchange(None, "Here it is."), Exchange(QUESTION, "2010."))

        said = agent.answer(asked("And the year before?", context_of("iowa_electricity"), history))

        assert whole_answer(list(said)).strip()

    def test_a_stop_before_the_start_leaves_nothing_to_say(self, agent: Agent) -> None:
        stop = threading.Event()
        stop.set()

        said = list(agent.answer(asked(context=context_of("iowa_electricity"), stop=stop)))

        assert said == []

    def test_a_stop_half_way_ends_the_answer_at_the_next_event_but_tells_what_was_used(
        self, agent: Agent
    ) -> None:
        stop = threading.Event()
        stream = agent.answer(asked(context=context_of("iowa_electricity"), stop=stop))
        next(stream)

        stop.set()

        assert [event for event in stream if not isinstance(event, TokensUsed)] == []
