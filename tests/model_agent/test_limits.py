"""What bounds an answer, and how it ends there."""

import logging
from dataclasses import replace

import pytest

from tests.contracts.agent_contract import asked
from tests.model_agent.script import Say, Tokens, Use, in_order
from tests.model_agent.world import LIMITS, answering, answers, text_of
from tests.samples.loaded import context_of
from threadcast.adapters.model_agent.limits import Limit, Spending
from threadcast.agent_events import AnswerEnded, AnswerExtended, TokensUsed

LOOKING = [Say("I look."), Use("describe_asset", {}), Tokens(1_000, 100)]


def test_the_loop_ends_after_so_many_calls(endpoint: str, caplog: pytest.LogCaptureFixture) -> None:
    limits = replace(LIMITS, max_loops=2)

    caplog.set_level(logging.INFO, "threadcast")
    said = answers(
        endpoint, LOOKING, LOOKING, [Say("?")], context=context_of("iowa_electricity"), limits=limits
    )

    assert text_of(said) == "I look.I look." + Limit.LOOPS.value
    assert said[-2:] == [AnswerExtended("notice", Limit.LOOPS.value), AnswerEnded("notice")]
    assert [record.__dict__["model_calls"] for record in caplog.records if record.msg == "model_used"] == [2]


@pytest.mark.parametrize(("max_cost", "calls"), [(0.0079, 1), (0.0081, 2), (1, 3)])
def test_a_call_is_made_only_while_there_is_money(endpoint: str, max_cost: float, calls: int) -> None:
    # A call costs 1,000 tokens of 3 and 100 of 50 a million: 0.008.
    limits = replace(LIMITS, price_in=3, price_out=50, max_cost=max_cost)
    replies = [LOOKING, LOOKING, [Say("Done.")]]

    said = answers(endpoint, *replies, context=context_of("iowa_electricity"), limits=limits)

    assert sum(isinstance(event, TokensUsed) for event in said) == calls
    assert (Limit.COST.value in text_of(said)) == (calls < 3)


def test_cost_is_tokens_times_prices() -> None:
    spending = Spending(replace(LIMITS, price_in=3, price_out=15))

    spending.add(TokensUsed(1_000_000, 200_000))

    assert spending.cost == 6.0


def test_the_model_is_told_how_much_it_may_write(endpoint: str) -> None:

    with answering(endpoint, in_order([Say("Yes.")]), max_output_tokens=777) as world:
        world.says(asked(wants_title=False))

        body = world.model.asked[0].body
    assert 777 in {body.get("max_tokens"), body.get("inferenceConfig", {}).get("maxTokens")}


def test_what_a_turn_has_used_is_logged_in_figures(endpoint: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "threadcast")

    answers(endpoint, [Say("Yes."), Tokens(1_000, 100)], limits=replace(LIMITS, price_in=3, price_out=50))

    (record,) = [record for record in caplog.records if record.message == "model_used"]
    told = {
        name: record.__dict__[name] for name in ("model_calls", "input_tokens", "output_tokens", "model_cost")
    }
    assert told == {"model_calls": 1, "input_tokens": 1_000, "output_tokens": 100, "model_cost": 0.008}
