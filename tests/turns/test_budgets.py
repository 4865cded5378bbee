"""Budgets: looked at before a turn and between the calls of a model, counted after each call."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.turns.world import ALICE, BOB, WIND, WallClock, World
from threadcast.adapters.memory import MemoryTable, MemoryUsageStore
from threadcast.domain.budget import Budget, CallUsage, MonthlyUsage
from threadcast.domain.streamed_parts import AnswerDelta, AnswerEnd
from threadcast.errors import BudgetUsedUp, StoreUnavailable
from threadcast.ports import AgentTask, SpendingState
from threadcast.ports.agent_events import AgentEvent, TokensUsed
from threadcast.turns.budgets import Budgets, TurnSpending
from threadcast.turns.commands import PostRequest

CALL = TokensUsed(900, 100, 0, Decimal("0.25"))
THOUSAND = Budget(tokens=1_000, cost_usd=Decimal(0))


class CallingAgent:
    """Calls a model until the budget permits no further call, at most `most` times."""

    def __init__(self, most: int = 5) -> None:
        self.most = most
        self.calls = 0

    def answer(self, task: AgentTask) -> Iterator[AgentEvent]:
        while self.calls < self.most and not task.allowance.is_used_up(
            1_000 * self.calls, self.calls * CALL.cost_usd
        ):
            self.calls += 1
            yield AnswerDelta("answer", "word ")
            yield CALL
        yield AnswerEnd("answer")


class FailingUsageStore(MemoryUsageStore):
    """Fails as often as `failures` says, then works."""

    failures = 0

    def count(self, user_id: str, call: CallUsage, now: datetime) -> MonthlyUsage:
        self._fail()
        return super().count(user_id, call, now)

    def spending(self, user_id: str, now: datetime) -> SpendingState:
        self._fail()
        return super().spending(user_id, now)

    def _fail(self) -> None:
        self.failures -= 1
        if self.failures >= 0:
            raise StoreUnavailable("table")


def world_with(budget: Budget, agent: CallingAgent | None = None) -> World:
    world = World(agent=agent or CallingAgent())  # type: ignore[arg-type]
    world.change(budget=budget)
    return world


def used(world: World) -> MonthlyUsage:
    return world.use_cases.usage.spending(ALICE.id, world.clock.now()).used


def turn_spending(
    store: MemoryUsageStore, budget: Budget = THOUSAND, message_id: str = "m-1"
) -> TurnSpending:
    return Budgets(store, budget, WallClock()).of_turn(ALICE.id, message_id)


def test_every_call_of_a_turn_is_counted_in_the_users_month() -> None:
    world = world_with(Budget(0, Decimal(0)))

    world.ask(PostRequest("Why?"), world.connect())

    assert used(world) == MonthlyUsage(5_000, Decimal("1.25"), 5)


@pytest.mark.parametrize(
    "budget", [Budget(2_000, Decimal(0)), Budget(0, Decimal("0.50")), Budget(1_001, Decimal(9))]
)
def test_a_turn_makes_no_further_call_once_the_budget_is_used_up(budget: Budget) -> None:
    world = world_with(budget)

    world.ask(PostRequest("Why?"), world.connect())

    assert used(world).calls == 2


def test_a_user_whose_budget_is_used_up_starts_no_prompted_turn() -> None:
    world = world_with(THOUSAND)
    connection = world.connect()
    world.ask(PostRequest("Why?"), connection)

    with pytest.raises(BudgetUsedUp) as caught:
        world.ask(PostRequest("And?"), connection)

    now, fault = world.clock.now(), caught.value
    assert fault.code == "TOO_MANY_REQUESTS"
    assert fault.message.startswith(
        "Your budget of this month is used up (0 of 1,000 tokens left); it renews on 1 "
    )
    assert (fault.tokens_left, fault.usd_left) == (0, None)
    assert (fault.renews_at.day, fault.renews_at.hour) == (1, 0)
    assert now < fault.renews_at <= now + timedelta(days=31)
    assert fault.retry_after_s == pytest.approx((fault.renews_at - now).total_seconds(), abs=60)
    assert len(world.table.chats) == 1


def test_the_refusal_names_what_is_left_of_either_limit() -> None:
    world = world_with(Budget(5_000, Decimal("0.25")))
    connection = world.connect()
    world.ask(PostRequest("Why?"), connection)

    with pytest.raises(BudgetUsedUp, match=r"\(4,000 of 5,000 tokens and \$0\.00 of \$0\.25 left\)"):
        world.ask(PostRequest("And?"), connection)


def test_a_prompt_less_turn_and_other_users_are_not_refused() -> None:
    world = world_with(THOUSAND, CallingAgent(most=1))
    connection = world.connect()
    world.ask(PostRequest("Why?"), connection)

    world.ask(PostRequest(asset=WIND), connection)
    world.ask(PostRequest("Why?"), world.connect(BOB), BOB)

    assert len(world.table.chats) == 3


def test_a_budget_renews_with_the_month() -> None:
    world = world_with(THOUSAND)
    connection = world.connect()
    world.ask(PostRequest("Why?"), connection)

    world.clock.shift = timedelta(days=32)
    world.ask(PostRequest("And?"), world.connect())

    assert len(world.table.chats) == 2


@pytest.mark.parametrize(("own", "calls"), [(Budget(tokens=3_000), 3), (Budget(tokens=0), 5)])
def test_the_budget_that_an_operator_has_set_replaces_the_default(own: Budget, calls: int) -> None:
    world = world_with(THOUSAND)
    world.use_cases.usage.set_budget(ALICE.id, own)

    world.ask(PostRequest("Why?"), world.connect())

    assert used(world).calls == calls


def test_concurrent_turns_see_each_others_calls_after_each_own_call() -> None:
    store = MemoryUsageStore(MemoryTable())
    one, other = turn_spending(store), turn_spending(store, message_id="m-2")
    assert not one.is_used_up(0, Decimal(0))
    assert not other.is_used_up(0, Decimal(0))

    other.count(replace(CALL, input_tokens=400))
    one.count(replace(CALL, input_tokens=400))

    assert one.is_used_up(500, Decimal("0.25"))
    assert not other.is_used_up(500, Decimal("0.25"))


def test_calls_that_are_not_counted_yet_are_part_of_the_turns_usage() -> None:
    spending = turn_spending(MemoryUsageStore(MemoryTable()))

    assert not spending.is_used_up(999, Decimal(0))
    assert spending.is_used_up(1_000, Decimal(0))


def test_a_call_that_could_not_be_counted_is_counted_with_the_next_one(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = FailingUsageStore(MemoryTable())
    spending = turn_spending(store)
    store.failures = 1

    with caplog.at_level(logging.WARNING):
        spending.count(CALL)
    spending.count(CALL)

    assert [record.message for record in caplog.records] == ["usage_not_counted"]
    assert store.spending(ALICE.id, datetime.now(UTC)).used.calls == 2


def test_a_store_that_fails_permits_the_call() -> None:
    store = FailingUsageStore(MemoryTable())
    spending = turn_spending(store)
    store.failures = 1

    assert not spending.is_used_up(5_000, Decimal(0))
    assert spending.is_used_up(5_000, Decimal(0))
