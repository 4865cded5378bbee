"""The contract suite of `UsageStore`, and what a user's presence has of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests.contracts.stores import ALICE, BOB, NOON, Stores
from threadcast.domain.budget import Budget, CallUsage, MonthlyUsage
from threadcast.ports import Connection, SpendingState

CALL = CallUsage("m-1", 1, 1_000, Decimal("0.25"))
NEXT_MONTH = datetime(2026, 4, 1, tzinfo=UTC)


def spent(stores: Stores, user_id: str = ALICE.id, now: datetime = NOON) -> MonthlyUsage:
    return stores.usage.spending(user_id, now).used


def test_an_unknown_user_has_used_nothing_and_has_no_budget(stores: Stores) -> None:
    assert stores.usage.spending(ALICE.id, NOON) == SpendingState()


def test_calls_add_up_and_each_returns_the_sum(stores: Stores) -> None:
    first = stores.usage.count(ALICE.id, CALL, NOON)
    second = stores.usage.count(ALICE.id, replace(CALL, number=2, cost_usd=Decimal("1.5")), NOON)
    other_turn = stores.usage.count(ALICE.id, replace(CALL, message_id="m-2"), NOON)

    assert first == MonthlyUsage(1_000, Decimal("0.25"), 1)
    assert second == MonthlyUsage(2_000, Decimal("1.75"), 2)
    assert other_turn == spent(stores) == MonthlyUsage(3_000, Decimal("2.00"), 3)


def test_a_call_is_counted_once_however_often_it_is_reported(stores: Stores) -> None:
    stores.usage.count(ALICE.id, CALL, NOON)
    stores.usage.count(ALICE.id, replace(CALL, number=2), NOON)

    again = [stores.usage.count(ALICE.id, replace(CALL, number=number), NOON) for number in (1, 2)]

    assert again == [MonthlyUsage(2_000, Decimal("0.50"), 2)] * 2
    assert spent(stores) == again[0]


def test_the_tenth_call_of_a_turn_comes_after_the_ninth(stores: Stores) -> None:
    for number in range(1, 12):
        stores.usage.count(ALICE.id, replace(CALL, number=number), NOON)

    assert spent(stores).calls == 11


def test_costs_below_a_billionth_of_a_dollar_are_rounded_up(stores: Stores) -> None:
    used = stores.usage.count(ALICE.id, replace(CALL, cost_usd=Decimal("0.0000000001")), NOON)

    assert used.cost_usd == Decimal("1e-9")


def test_a_month_begins_with_nothing_used(stores: Stores) -> None:
    stores.usage.count(ALICE.id, CALL, NEXT_MONTH - timedelta(seconds=1))

    assert spent(stores, now=NEXT_MONTH) == MonthlyUsage()
    assert spent(stores, now=NEXT_MONTH - timedelta(seconds=1)).calls == 1


def test_users_do_not_share_their_usage(stores: Stores) -> None:
    stores.usage.count(ALICE.id, CALL, NOON)

    assert spent(stores, BOB.id) == MonthlyUsage()


def test_turns_that_have_ended_are_forgotten_and_their_sums_stay(stores: Stores) -> None:
    for number in range(40):
        stores.usage.count(ALICE.id, replace(CALL, message_id=f"m-{number}"), NOON)

    later = stores.usage.count(ALICE.id, replace(CALL, message_id="m-new"), NOON + timedelta(hours=1))
    again = stores.usage.count(ALICE.id, replace(CALL, message_id="m-new"), NOON + timedelta(hours=1))

    assert later == again
    assert later.calls == 41


def test_a_budget_stays_until_it_is_replaced_or_removed(stores: Stores) -> None:
    stores.usage.set_budget(ALICE.id, Budget(tokens=5, cost_usd=Decimal("0.10")))
    both = stores.usage.spending(ALICE.id, NOON).budget
    stores.usage.set_budget(ALICE.id, Budget(cost_usd=Decimal(0)))
    one = stores.usage.spending(ALICE.id, NOON).budget
    stores.usage.set_budget(ALICE.id, Budget())

    assert (both, one) == (Budget(5, Decimal("0.10")), Budget(None, Decimal(0)))
    assert stores.usage.spending(ALICE.id, NEXT_MONTH) == SpendingState()


def test_the_presence_of_a_user_has_usage_and_budget_beside_connections_and_quota(stores: Stores) -> None:
    stores.connections.add(Connection("one=", ALICE.id, "https://api", NOON))
    stores.usage.count(ALICE.id, CALL, NOON)
    stores.usage.set_budget(ALICE.id, Budget(tokens=5_000))
    now = stores.clock.now()
    stores.connections.charge_message(ALICE.id, stores.connections.presence(ALICE.id), now, 1)

    presence = stores.connections.presence(ALICE.id)

    assert [connection.id for connection in presence.connections] == ["one="]
    assert presence.paid_until == now + timedelta(seconds=1)
    assert presence.spending == SpendingState(MonthlyUsage(1_000, Decimal("0.25"), 1), Budget(tokens=5_000))


def test_the_presence_of_a_user_forgets_the_usage_of_a_former_month(stores: Stores) -> None:
    stores.usage.count(ALICE.id, CALL, NOON)

    stores.clock.advance(days=31)

    assert stores.connections.presence(ALICE.id).spending == SpendingState()
