"""The contract suite of `Agent`: inherit from `AgentContract` in a test module, with an `agent` fixture.

The tasks are about the sample “Iowa electricity generation by source”, and about no asset.
"""

import threading
from collections.abc import Sequence

import pytest

from tests.agent_steps import pills_steps
from tests.samples.loaded import OWNER_ID, context_of
from threadcast.domain.asset import AssetContext
from threadcast.domain.streamed_parts import (
    AnswerDelta,
    AnswerEnd,
    ReasoningDelta,
    ReasoningEnd,
    StepSnapshot,
    TitleDelta,
    TitleEnd,
)
from threadcast.domain.user import User
from threadcast.ports import Agent, AgentTask, Exchange, StopSignal
from threadcast.ports.agent_events import AgentEvent, FileMade, TokensUsed

__all__ = ["QUESTION", "AgentContract", "a_task"]

QUESTION = "Which year had the highest net generation?"


def a_task(
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


def whole_answer(events: Sequence[AgentEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, AnswerDelta))


class AgentContract:
    """The suite; subclasses give the fixture `agent`."""

    @pytest.fixture
    def agent(self) -> Agent:
        raise NotImplementedError

    @pytest.fixture
    def events(self, agent: Agent) -> list[AgentEvent]:
        return list(agent.answer(a_task(context=context_of("iowa_electricity"))))

    def test_every_event_is_an_agent_event(self, events: list[AgentEvent]) -> None:
        assert [event for event in events if not isinstance(event, AgentEvent)] == []

    def test_the_answer_is_not_empty(self, events: list[AgentEvent]) -> None:
        assert whole_answer(events).strip()

    def test_every_delta_has_text(self, events: list[AgentEvent]) -> None:
        deltas = [event for event in events if isinstance(event, AnswerDelta | ReasoningDelta | TitleDelta)]

        assert all(delta.text for delta in deltas)

    def test_an_answer_has_several_deltas(self, events: list[AgentEvent]) -> None:
        assert sum(isinstance(event, AnswerDelta) for event in events) > 1

    def test_every_part_and_step_is_extended_before_it_ends_and_ends_once(
        self, events: list[AgentEvent]
    ) -> None:
        opened: set[tuple[str, str]] = set()
        ended: list[tuple[str, str]] = []
        for event in events:
            match event:
                case AnswerDelta(part):
                    assert ("part", part) not in ended
                    opened.add(("part", part))
                case ReasoningDelta(step):
                    assert ("step", step) not in ended
                    opened.add(("step", step))
                case AnswerEnd(part):
                    ended.append(("part", part))
                case ReasoningEnd(step):
                    ended.append(("step", step))
                case StepSnapshot() | FileMade() | TitleDelta() | TitleEnd() | TokensUsed():
                    pass

        assert sorted(ended) == sorted(opened)

    def test_pills_have_ids_of_their_own_within_a_step(self, events: list[AgentEvent]) -> None:
        for step in pills_steps(events):
            ids = [pill.id for container in step.containers for pill in container.pills]
            assert len(ids) == len(set(ids))

    def test_tokens_and_costs_are_never_negative(self, events: list[AgentEvent]) -> None:
        used = [event for event in events if isinstance(event, TokensUsed)]

        assert all(tokens.output_tokens >= 0 for tokens in used)
        assert all(tokens.input_tokens >= tokens.cached_tokens >= 0 for tokens in used)
        assert all(tokens.cost_usd is None or tokens.cost_usd >= 0 for tokens in used)
        assert all(
            tokens.input_tokens + tokens.output_tokens >= tokens.estimated_tokens >= 0 for tokens in used
        )

    def test_the_titles_deltas_are_the_title(self, events: list[AgentEvent]) -> None:
        pieces = "".join(event.text for event in events if isinstance(event, TitleDelta))

        titles = [event.title for event in events if isinstance(event, TitleEnd)]
        assert titles == [pieces]
        assert pieces.strip()

    def test_no_title_is_made_if_none_is_wanted(self, agent: Agent) -> None:
        events = agent.answer(a_task(context=context_of("iowa_electricity"), wants_title=False))

        assert [event for event in events if isinstance(event, TitleDelta | TitleEnd)] == []

    def test_without_an_asset_it_still_answers(self, agent: Agent) -> None:
        events = list(agent.answer(a_task()))

        assert whole_answer(events).strip()

    def test_a_followup_is_answered(self, agent: Agent) -> None:
        history = (Exchange(None, "Here it is."), Exchange(QUESTION, "2010."))

        events = agent.answer(a_task("And the year before?", context_of("iowa_electricity"), history))

        assert whole_answer(list(events)).strip()

    def test_a_stop_before_the_start_gives_no_events(self, agent: Agent) -> None:
        stop = threading.Event()
        stop.set()

        events = list(agent.answer(a_task(context=context_of("iowa_electricity"), stop=stop)))

        assert events == []

    def test_a_stop_ends_the_answer_at_the_next_event_with_the_usage(self, agent: Agent) -> None:
        stop = threading.Event()
        stream = agent.answer(a_task(context=context_of("iowa_electricity"), stop=stop))
        next(stream)

        stop.set()

        assert [event for event in stream if not isinstance(event, TokensUsed)] == []
