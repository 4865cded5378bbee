"""`threadcast users budget`: what it shows and sets."""

import json
from decimal import Decimal

import pytest

from tests.contracts.stores import ALICE, Stores
from tests.operator.commands import NOON, Threadcast
from threadcast.domain.budget import Budget, CallUsage

USED = CallUsage("m-1", 1, 12_500, Decimal("0.0375"))
TITLE = f"The user {ALICE.id}"
NOTHING = "  used in 2026-03  0 tokens, $0.0000, in 0 calls"


def budget_of(stores: Stores) -> Budget:
    return stores.usage.spending(ALICE.id, NOON).budget


def test_the_usage_of_the_month_and_the_budget_are_shown(threadcast: Threadcast, stores: Stores) -> None:
    stores.usage.count(ALICE.id, USED, NOON)

    assert threadcast("users", "budget", ALICE.id) == (
        0,
        [
            TITLE,
            "  used in 2026-03  12,500 tokens, $0.0375, in 1 call",
            "  tokens a month   the stack's default",
            "  dollars a month  the stack's default",
        ],
    )
    assert budget_of(stores) == Budget()


def test_a_limit_is_set_and_the_other_one_stays(threadcast: Threadcast, stores: Stores) -> None:
    threadcast("users", "budget", ALICE.id, "--usd", "12.50")

    result = threadcast("users", "budget", ALICE.id, "--tokens", "0")

    assert result == (0, [TITLE, NOTHING, "  tokens a month   no limit", "  dollars a month  $12.50"])
    assert budget_of(stores) == Budget(0, Decimal("12.50"))


def test_a_reset_returns_to_the_default(threadcast: Threadcast, stores: Stores) -> None:
    threadcast("users", "budget", ALICE.id, "--tokens", "5")

    code, _ = threadcast("users", "budget", ALICE.id, "--reset")

    assert (code, budget_of(stores)) == (0, Budget())


def test_a_reset_with_a_limit_changes_nothing(threadcast: Threadcast, stores: Stores) -> None:
    code, printed = threadcast("users", "budget", ALICE.id, "--reset", "--tokens", "5")

    assert (code, budget_of(stores)) == (1, Budget())
    assert printed == ["--reset cannot be combined with --tokens or --usd; nothing was changed."]


def test_a_budget_is_reported_as_json(threadcast: Threadcast) -> None:
    code, printed = threadcast("users", "budget", ALICE.id, "--tokens", "5", "--usd", "0.1", "--json")

    assert (code, json.loads("\n".join(printed))) == (
        0,
        {
            "user_id": ALICE.id,
            "month": "2026-03",
            "tokens": 0,
            "cost_usd": 0.0,
            "model_calls": 0,
            "budget": {"tokens": 5, "cost_usd": 0.1},
        },
    )


@pytest.mark.parametrize(
    "given", [("--tokens", "-1"), ("--tokens", "1.5"), ("--usd", "1e3"), ("--usd", "nan"), ("--usd", "")]
)
def test_an_amount_that_is_none_is_refused(threadcast: Threadcast, given: tuple[str, str]) -> None:
    with pytest.raises(SystemExit):
        threadcast("users", "budget", ALICE.id, *given)
