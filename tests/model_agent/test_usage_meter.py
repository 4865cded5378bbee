"""Usage of a call without reported usage is estimated, and marked as an estimate."""

import logging
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.contracts.agent_contract import a_task
from tests.model_agent.agent_runs import LIMITS, AgentSetup, answering, text_of
from tests.model_agent.scripted_model import (
    Fault,
    Hold,
    ModelRequest,
    NoUsage,
    Piece,
    Refuse,
    Say,
    Think,
    Truncate,
    Use,
    in_order,
)
from tests.model_agent.test_stopping import FOR_EVER, stopping_at
from tests.samples.loaded import context_of
from threadcast.adapters.model_agent.usage.prices import Prices
from threadcast.adapters.model_agent.usage.turn_limits import Limit
from threadcast.domain.text import estimated_tokens
from threadcast.errors import AgentError
from threadcast.ports import AgentTask
from threadcast.ports.agent_events import AgentEvent, TokensUsed

PRICED = replace(LIMITS, prices=Prices(Decimal(3), Decimal(15)))


def used(events: Sequence[AgentEvent]) -> list[TokensUsed]:
    return [event for event in events if isinstance(event, TokensUsed)]


def collected(setup: AgentSetup, task: AgentTask) -> list[AgentEvent]:
    """Return all events, also of an answer that fails."""
    events: list[AgentEvent] = []
    with suppress(AgentError):
        for event in setup.agent.answer(task):
            events.append(event)  # noqa: PERF402 - what came before an error stays
    return events


def test_a_stopped_call_is_estimated_from_the_text_sent_and_received(endpoint: str) -> None:
    stop, events = threading.Event(), []
    script = [Think("Let me see."), Say("It was "), Hold()]
    with answering(endpoint, in_order(script), PRICED, **FOR_EVER) as setup:
        for event in setup.agent.answer(a_task("Which year?", wants_title=False, stop=stop)):
            events.append(event)
            if text_of(events):
                stop.set()

        (call,) = used(events)
        sent = setup.model.requests[0]
    assert call.input_tokens >= estimated_tokens(sent.system + sent.messages[0][1])
    assert call.output_tokens == estimated_tokens("Let me see.It was ")
    assert call.estimated_tokens == call.input_tokens + call.output_tokens
    assert call.cost_usd == Decimal(call.input_tokens * 3 + call.output_tokens * 15).scaleb(-6)


def test_a_call_stopped_before_its_response_counts_its_input(endpoint: str) -> None:
    hold, stop = Hold(before_the_stream=True), threading.Event()
    with answering(endpoint, in_order([hold]), **FOR_EVER) as setup, stopping_at(hold, stop):
        (call,) = used(collected(setup, a_task(wants_title=False, stop=stop)))

    assert (call.input_tokens > 100, call.output_tokens) == (True, 0)


def test_a_call_aborted_by_the_time_limit_is_counted(endpoint: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "threadcast")
    limits = replace(PRICED, max_s=0.3)
    with answering(endpoint, in_order([Say("It "), Hold()]), limits, **FOR_EVER) as setup:
        events = collected(setup, a_task(wants_title=False))

    (call,) = used(events)
    (record,) = [record for record in caplog.records if record.msg == "model_used"]
    assert text_of(events) == "It " + Limit.TIME.value
    assert call.estimated_tokens > 0
    logged = record.__dict__
    assert (logged["model_calls"], logged["estimated_tokens"]) == (1, call.estimated_tokens)
    assert logged["cost_usd"] == float(call.cost_usd or 0)


@pytest.mark.parametrize("end", [Truncate(), Truncate(politely=True), Fault("ThrottlingException")])
def test_an_interrupted_call_is_counted(endpoint: str, end: Piece) -> None:
    with answering(endpoint, in_order([Say("It "), end]), **FOR_EVER) as setup:
        (call,) = used(collected(setup, a_task(wants_title=False)))

    assert call.output_tokens == estimated_tokens("It ")
    assert call.estimated_tokens == call.input_tokens + call.output_tokens


def test_a_call_without_a_response_is_counted(endpoint: str) -> None:
    hold = Hold(before_the_stream=True)
    with answering(endpoint, in_order([hold]), read_timeout_s=0.3) as setup:
        (call,) = used(collected(setup, a_task(wants_title=False)))

    assert (call.input_tokens > 100, call.output_tokens) == (True, 0)


@pytest.mark.parametrize(
    "refusal",
    [
        Refuse(403, "AccessDeniedException"),
        Refuse(429, "ThrottlingException"),
        Refuse(400, "ValidationException"),
    ],
)
def test_a_refused_call_costs_nothing(endpoint: str, refusal: Refuse) -> None:
    with answering(endpoint, in_order(*[[refusal]] * LIMITS.attempts)) as setup:
        assert used(collected(setup, a_task(wants_title=False))) == []


def test_a_call_throttled_before_its_first_token_costs_nothing(endpoint: str) -> None:
    with answering(endpoint, in_order([Fault("ThrottlingException")], [Say("Yes.")])) as setup:
        events = collected(setup, a_task(wants_title=False))

    assert used(events) == [TokensUsed(100, 20)]


def test_reported_usage_is_not_an_estimate(endpoint: str) -> None:
    with answering(endpoint, in_order([Say("Yes.")])) as setup:
        assert used(collected(setup, a_task(wants_title=False))) == [TokensUsed(100, 20, 0, None, 0)]


def test_the_cost_limit_applies_without_reported_usage(endpoint: str) -> None:
    endless = [Say("I look."), Use("describe_asset", {}), NoUsage()]
    limits = replace(PRICED, max_cost_usd=Decimal("0.000001"))
    with answering(endpoint, lambda _: endless, limits) as setup:
        events = collected(setup, a_task(context=context_of("iowa_electricity"), wants_title=False))

        assert len(setup.model.requests) == 1
    (call,) = used(events)
    assert call.output_tokens == estimated_tokens("I look.{}")
    assert text_of(events) == "I look." + Limit.COST.value


@pytest.mark.parametrize(
    "usage",
    [{}, {"prompt_tokens": 5}, {"prompt_tokens": None, "completion_tokens": None, "total_tokens": None}],
)
def test_incomplete_usage_is_ignored(usage: dict[str, int | None]) -> None:
    with answering("openai", in_order([Say("Yes."), NoUsage(usage)])) as setup:
        events = setup.answer(a_task(wants_title=False))

    (call,) = used(events)
    assert text_of(events) == "Yes."
    assert call.estimated_tokens == call.input_tokens + call.output_tokens > 100


def test_the_estimate_of_the_next_call_includes_tool_results(endpoint: str) -> None:
    replies = [[Use("describe_asset", {}), NoUsage()], [Say("Done."), NoUsage()]]
    with answering(endpoint, in_order(*replies)) as setup:
        first, second = used(
            collected(setup, a_task(context=context_of("iowa_electricity"), wants_title=False))
        )

        (result,) = setup.model.requests[-1].results
    assert second.input_tokens - first.input_tokens >= estimated_tokens(result)


def test_an_aborted_title_call_is_counted(endpoint: str) -> None:
    def reply(request: ModelRequest) -> list[Piece]:
        return [Say("Iowa's "), Hold()] if request.is_title_request else [Say("Yes.")]

    with answering(endpoint, reply, replace(LIMITS, title_s=0.3), **FOR_EVER) as setup:
        title, answer = sorted(used(collected(setup, a_task())), key=lambda call: -call.estimated_tokens)

    assert answer == TokensUsed(100, 20)
    assert title.output_tokens == estimated_tokens("Iowa's ")


def test_a_stopped_title_call_is_counted(endpoint: str) -> None:
    hold, stop, answered = Hold(), threading.Event(), threading.Event()

    def reply(request: ModelRequest) -> list[Piece]:
        return [hold] if request.is_title_request else [Say("Yes.")]

    events: list[AgentEvent] = []
    limits = replace(LIMITS, title_s=3_600)
    with answering(endpoint, reply, limits, **FOR_EVER) as setup, stopping_at(hold, stop, answered):
        for event in setup.agent.answer(a_task(stop=stop)):
            events.append(event)
            if used(events):
                answered.set()

    reported, estimated = used(events)
    assert reported == TokensUsed(100, 20)
    assert (estimated.input_tokens > 0, estimated.output_tokens) == (True, 0)
