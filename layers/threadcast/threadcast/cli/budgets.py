"""The command that shows a user's usage and sets the user's budget."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from threadcast.assets.columns.number_format import counted
from threadcast.cli.command_failed import CommandFailed
from threadcast.cli.output import Output
from threadcast.domain.access import Principal
from threadcast.domain.budget import Budget, month_of
from threadcast.ports import SpendingState, UsageStore

__all__ = ["BudgetChange", "show_budget"]


@dataclass(frozen=True, slots=True)
class BudgetChange:
    """What the operator gives: limits that replace the former ones, or a reset to the stack's default."""

    tokens: int | None = None
    cost_usd: Decimal | None = None
    is_reset: bool = False

    def applied_to(self, budget: Budget) -> Budget:
        """Return the budget after the change; raises `CommandFailed` for a reset with limits."""
        if not self.is_reset:
            return Budget(self.tokens, self.cost_usd).or_else(budget)
        if self.tokens is not None or self.cost_usd is not None:
            raise CommandFailed("--reset cannot be combined with --tokens or --usd; nothing was changed.")
        return Budget()


def show_budget(
    usage: UsageStore, user: Principal, change: BudgetChange, *, now: datetime, out: Output
) -> None:
    """Set the user's budget, if a change is given; print it with the usage of the present month."""
    spending = usage.spending(user.id, now)
    budget = change.applied_to(spending.budget)
    if budget != spending.budget:
        usage.set_budget(user.id, budget)
    out.result(*_report(user, SpendingState(spending.used, budget), now))


def _report(user: Principal, spending: SpendingState, now: datetime) -> tuple[dict[str, object], list[str]]:
    used, budget, month = spending.used, spending.budget, month_of(now)
    report: dict[str, object] = {
        "user_id": user.id,
        "month": month,
        "tokens": used.tokens,
        "cost_usd": float(used.cost_usd),
        "model_calls": used.calls,
        "budget": {
            "tokens": budget.tokens,
            "cost_usd": None if budget.cost_usd is None else float(budget.cost_usd),
        },
    }
    tokens = None if budget.tokens is None else f"{budget.tokens:,} tokens"
    calls = counted(used.calls, "call")
    usd = None if budget.cost_usd is None else f"${budget.cost_usd:,.2f}"
    return report, [
        f"The user {user.id}",
        f"  used in {month}  {used.tokens:,} tokens, ${used.cost_usd:,.4f}, in {calls}",
        f"  tokens a month   {_limit(tokens, is_off=budget.tokens == 0)}",
        f"  dollars a month  {_limit(usd, is_off=budget.cost_usd == 0)}",
    ]


def _limit(text: str | None, *, is_off: bool) -> str:
    if is_off:
        return "no limit"
    return "the stack's default" if text is None else text
