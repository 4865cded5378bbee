"""Limits of an answer, and its end at a limit."""

import logging
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.contracts.agent_contract import a_task
from tests.model_agent.agent_runs import LIMITS, answering, answers, text_of
from tests.model_agent.scripted_model import Refuse, Say, Tokens, Use, in_order
from tests.samples.loaded import context_of
from threadcast.adapters.model_agent.usage.prices import CallTokens, Prices
from threadcast.adapters.model_agent.usage.turn_limits import Limit, TurnUsage
from threadcast.domain.streamed_parts import AnswerDelta, AnswerEnd
from threadcast.errors import AgentError
from threadcast.ports.agent_events import TokensUsed

PRICES = Prices(Decimal(3), Decimal(50))
LOOKING = [Say("I look."), Use("describe_asset", {}), Tokens(1_000, 100)]


def test_the_loop_ends_at_the_limit_of_calls(endpoint: str, caplog: pytest.LogCaptureFixture) -> None:
    limits = replace(LIMITS, max_loops=2)

    caplog.set_level(logging.INFO, "threadcast")
    events = answers(
        endpoint, LOOKING, LOOKING, [Say("?")], context=context_of("iowa_electricity"), limits=limits
    )

    assert text_of(events) == "I look.I look." + Limit.LOOPS.value
    assert events[-2:] == [AnswerDelta("notice", Limit.LOOPS.value), AnswerEnd("notice")]
    assert [record.__dict__["model_calls"] for record in caplog.records if record.msg == "model_used"] == [2]


@pytest.mark.parametrize(("max_cost", "calls"), [("0.0079", 1), ("0.008", 1), ("0.0081", 2), ("1", 3)])
def test_no_call_is_made_beyond_the_cost_limit(endpoint: str, max_cost: str, calls: int) -> None:
    # A call costs 1,000 tokens of 3 and 100 of 50 a million: 0.008.
    limits = replace(LIMITS, prices=PRICES, max_cost_usd=Decimal(max_cost))
    replies = [LOOKING, LOOKING, [Say("Done.")]]

    events = answers(endpoint, *replies, context=context_of("iowa_electricity"), limits=limits)

    assert sum(isinstance(event, TokensUsed) for event in events) == calls
    assert (Limit.COST.value in text_of(events)) == (calls < 3)


class TokenAllowance:
    """Permits calls until a turn has used so many tokens."""

    def __init__(self, tokens: int) -> None:
        self.tokens = tokens

    def is_used_up(self, tokens: int, cost_usd: Decimal) -> bool:
        assert cost_usd == Decimal("0.008") * (tokens // 1_100)
        return tokens >= self.tokens


@pytest.mark.parametrize(("tokens", "calls"), [(0, 0), (1, 1), (1_100, 1), (1_101, 2), (9_999, 3)])
def test_no_call_is_made_beyond_the_users_budget(endpoint: str, tokens: int, calls: int) -> None:
    task = a_task(context=context_of("iowa_electricity"), wants_title=False)
    with answering(
        endpoint,
        in_order(LOOKING, LOOKING, [Say("Done."), Tokens(1_000, 100)]),
        replace(LIMITS, prices=PRICES),
    ) as setup:
        events = setup.answer(replace(task, allowance=TokenAllowance(tokens)))

    assert sum(isinstance(event, TokensUsed) for event in events) == calls
    assert (Limit.BUDGET.value in text_of(events)) == (calls < 3)


@pytest.mark.parametrize(
    ("prices", "cost"),
    [
        (PRICES, "0.0055"),
        (Prices(Decimal(3), Decimal(50), cache_read=Decimal("0.3")), "0.00334"),
        (Prices(Decimal(3), Decimal(50), Decimal("0.3"), Decimal("3.75")), "0.00349"),
        (None, None),
    ],
)
def test_cost_is_tokens_times_prices(prices: Prices | None, cost: str | None) -> None:
    usage = TurnUsage(replace(LIMITS, prices=prices))

    used = usage.add(CallTokens(fresh=100, cache_read=800, cache_written=200, output=44))

    assert used == TokensUsed(1_100, 44, 800, None if cost is None else Decimal(cost))


def test_every_call_reports_its_cost_also_the_titles(endpoint: str) -> None:
    limits = replace(LIMITS, prices=PRICES)
    reply = in_order([Say("Yes."), Tokens(1_000, 100)], title=[Say("A title"), Tokens(200, 4)])
    with answering(endpoint, reply, limits) as setup:
        events = setup.answer(a_task())

    used = [event for event in events if isinstance(event, TokensUsed)]
    assert sorted(used, key=lambda call: call.input_tokens) == [  # the two calls end as they happen to
        TokensUsed(200, 4, 0, Decimal("0.0008")),
        TokensUsed(1_000, 100, 0, Decimal("0.008")),
    ]


def test_the_request_contains_the_output_limit(endpoint: str) -> None:

    with answering(endpoint, in_order([Say("Yes.")]), max_output_tokens=777) as setup:
        setup.answer(a_task(wants_title=False))

        body = setup.model.requests[0].body
    assert 777 in {body.get("max_tokens"), body.get("inferenceConfig", {}).get("maxTokens")}


def test_usage_is_logged_also_if_the_turn_fails(endpoint: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "threadcast")

    with pytest.raises(AgentError):
        answers(
            endpoint, LOOKING, [Refuse(403, "AccessDeniedException")], context=context_of("us_jobs_change")
        )

    (record,) = [record for record in caplog.records if record.message == "model_used"]
    assert (record.__dict__["model_calls"], record.__dict__["input_tokens"]) == (1, 1_000)


def test_usage_is_logged_as_numbers(endpoint: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "threadcast")

    answers(endpoint, [Say("Yes."), Tokens(1_000, 100)], limits=replace(LIMITS, prices=PRICES))

    (record,) = [record for record in caplog.records if record.message == "model_used"]
    logged = {
        name: record.__dict__[name] for name in ("model_calls", "input_tokens", "output_tokens", "cost_usd")
    }
    assert logged == {"model_calls": 1, "input_tokens": 1_000, "output_tokens": 100, "cost_usd": 0.008}
