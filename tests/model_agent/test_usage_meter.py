"""What a call has used is counted also where the endpoint tells no figures: as an estimate, marked as one."""

import logging
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.contracts.agent_contract import asked
from tests.model_agent.agent_runs import LIMITS, World, answering, text_of
from tests.model_agent.scripted_model import (
    Asked,
    Fault,
    Hold,
    Piece,
    Refuse,
    Say,
    Think,
    Truncate,
    Untold,
    Use,
    in_order,
)
from tests.model_agent.test_stopping import FOR_EVER, stopping_at
from tests.samples.loaded import context_of
from threadcast.adapters.model_agent.usage.prices import Prices
from threadcast.adapters.model_agent.usage.turn_limits import Limit
from threadcast.domain.token_budget import estimated_tokens
from threadcast.errors import AgentError
from threadcast.ports import AgentTask
from threadcast.ports.agent_events import AgentEvent, TokensUsed

PRICED = replace(LIMITS, prices=Prices(Decimal(3), Decimal(15)))


def used(said: Sequence[AgentEvent]) -> list[TokensUsed]:
    return [event for event in said if isinstance(event, TokensUsed)]


def collected(world: World, task: AgentTask) -> list[AgentEvent]:
    """All that is said, also if it fails in the end."""
    said: list[AgentEvent] = []
    with suppress(AgentError):
        for event in world.agent.answer(task):
            said.append(event)  # noqa: PERF402 - what came before an error stays
    return said


def test_a_call_that_was_stopped_is_counted_by_what_went_over_the_wire(endpoint: str) -> None:
    stop, said = threading.Event(), []
    script = [Think("Let me see."), Say("It was "), Hold()]
    with answering(endpoint, in_order(script), PRICED, **FOR_EVER) as world:
        for event in world.agent.answer(asked("Which year?", wants_title=False, stop=stop)):
            said.append(event)
            if text_of(said):
                stop.set()

        (call,) = used(said)
        sent = world.model.asked[0]
    assert call.input_tokens >= estimated_tokens(sent.system + sent.messages[0][1])
    assert call.output_tokens == estimated_tokens("Let me see.It was ")
    assert call.estimated_tokens == call.input_tokens + call.output_tokens
    assert call.cost_usd == Decimal(call.input_tokens * 3 + call.output_tokens * 15).scaleb(-6)


def test_a_call_that_was_stopped_before_it_began_to_answer_has_still_read(endpoint: str) -> None:
    hold, stop = Hold(before_the_stream=True), threading.Event()
    with answering(endpoint, in_order([hold]), **FOR_EVER) as world, stopping_at(hold, stop):
        (call,) = used(collected(world, asked(wants_title=False, stop=stop)))

    assert (call.input_tokens > 100, call.output_tokens) == (True, 0)


def test_the_time_limit_is_not_blind_to_the_call_that_it_hangs_up(
    endpoint: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "threadcast")
    limits = replace(PRICED, max_s=0.3)
    with answering(endpoint, in_order([Say("It "), Hold()]), limits, **FOR_EVER) as world:
        said = collected(world, asked(wants_title=False))

    (call,) = used(said)
    (record,) = [record for record in caplog.records if record.msg == "model_used"]
    assert text_of(said) == "It " + Limit.TIME.value
    assert call.estimated_tokens > 0
    told = record.__dict__
    assert (told["model_calls"], told["estimated_tokens"]) == (1, call.estimated_tokens)
    assert told["cost_usd"] == float(call.cost_usd or 0)


@pytest.mark.parametrize("end", [Truncate(), Truncate(politely=True), Fault("ThrottlingException")])
def test_a_call_that_broke_off_is_counted(endpoint: str, end: Piece) -> None:
    with answering(endpoint, in_order([Say("It "), end]), **FOR_EVER) as world:
        (call,) = used(collected(world, asked(wants_title=False)))

    assert call.output_tokens == estimated_tokens("It ")
    assert call.estimated_tokens == call.input_tokens + call.output_tokens


def test_a_call_that_was_never_answered_is_counted(endpoint: str) -> None:
    hold = Hold(before_the_stream=True)
    with answering(endpoint, in_order([hold]), read_timeout_s=0.3) as world:
        (call,) = used(collected(world, asked(wants_title=False)))

    assert (call.input_tokens > 100, call.output_tokens) == (True, 0)


@pytest.mark.parametrize(
    "refusal",
    [
        Refuse(403, "AccessDeniedException"),
        Refuse(429, "ThrottlingException"),
        Refuse(400, "ValidationException"),
    ],
)
def test_a_call_that_was_refused_costs_nothing(endpoint: str, refusal: Refuse) -> None:
    with answering(endpoint, in_order(*[[refusal]] * LIMITS.attempts)) as world:
        assert used(collected(world, asked(wants_title=False))) == []


def test_a_call_that_was_throttled_before_its_first_token_costs_nothing(endpoint: str) -> None:
    with answering(endpoint, in_order([Fault("ThrottlingException")], [Say("Yes.")])) as world:
        said = collected(world, asked(wants_title=False))

    assert used(said) == [TokensUsed(100, 20)]


def test_what_an_endpoint_tells_is_no_estimate(endpoint: str) -> None:
    with answering(endpoint, in_order([Say("Yes.")])) as world:
        assert used(collected(world, asked(wants_title=False))) == [TokensUsed(100, 20, 0, None, 0)]


def test_an_endpoint_that_tells_no_figures_still_meets_the_limit_on_cost(endpoint: str) -> None:
    endless = [Say("I look."), Use("describe_asset", {}), Untold()]
    limits = replace(PRICED, max_cost_usd=Decimal("0.000001"))
    with answering(endpoint, lambda _: endless, limits) as world:
        said = collected(world, asked(context=context_of("iowa_electricity"), wants_title=False))

        assert len(world.model.asked) == 1
    (call,) = used(said)
    assert call.output_tokens == estimated_tokens("I look.{}")
    assert text_of(said) == "I look." + Limit.COST.value


@pytest.mark.parametrize(
    "usage",
    [{}, {"prompt_tokens": 5}, {"prompt_tokens": None, "completion_tokens": None, "total_tokens": None}],
)
def test_half_a_count_is_none_and_harms_no_answer(usage: dict[str, int | None]) -> None:
    with answering("openai", in_order([Say("Yes."), Untold(usage)])) as world:
        said = world.says(asked(wants_title=False))

    (call,) = used(said)
    assert text_of(said) == "Yes."
    assert call.estimated_tokens == call.input_tokens + call.output_tokens > 100


def test_the_results_of_tools_are_a_part_of_what_the_next_call_reads(endpoint: str) -> None:
    replies = [[Use("describe_asset", {}), Untold()], [Say("Done."), Untold()]]
    with answering(endpoint, in_order(*replies)) as world:
        first, second = used(
            collected(world, asked(context=context_of("iowa_electricity"), wants_title=False))
        )

        (result,) = world.model.asked[-1].results
    assert second.input_tokens - first.input_tokens >= estimated_tokens(result)


def test_a_titles_call_that_is_hung_up_is_counted_too(endpoint: str) -> None:
    def reply(request: Asked) -> list[Piece]:
        return [Say("Iowa's "), Hold()] if request.is_for_a_title else [Say("Yes.")]

    with answering(endpoint, reply, replace(LIMITS, title_s=0.3), **FOR_EVER) as world:
        title, answer = sorted(used(collected(world, asked())), key=lambda call: -call.estimated_tokens)

    assert answer == TokensUsed(100, 20)
    assert title.output_tokens == estimated_tokens("Iowa's ")


def test_a_titles_call_that_is_stopped_is_counted_too(endpoint: str) -> None:
    hold, stop, answered = Hold(), threading.Event(), threading.Event()

    def reply(request: Asked) -> list[Piece]:
        return [hold] if request.is_for_a_title else [Say("Yes.")]

    said: list[AgentEvent] = []
    limits = replace(LIMITS, title_s=3_600)
    with answering(endpoint, reply, limits, **FOR_EVER) as world, stopping_at(hold, stop, answered):
        for event in world.agent.answer(asked(stop=stop)):
            said.append(event)
            if used(said):
                answered.set()

    told, estimated = used(said)
    assert told == TokensUsed(100, 20)
    assert (estimated.input_tokens > 0, estimated.output_tokens) == (True, 0)
