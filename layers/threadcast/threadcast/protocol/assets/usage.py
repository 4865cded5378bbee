"""The payload of a user's usage."""

from threadcast.domain.budget import Budget
from threadcast.protocol.chat_payload import rfc3339
from threadcast.protocol.types.asset_frames import UsageLimits, UsagePayload
from threadcast.turns.budgets import UsageReport

__all__ = ["usage_payload"]


def usage_payload(report: UsageReport, _max_bytes: int) -> UsagePayload:
    """Return what a user has used in a month."""
    return {
        "month": report.month,
        "tokens": report.used.tokens,
        "cost_usd": float(report.used.cost_usd),
        "model_calls": report.used.calls,
        "budget": _limits(Budget(report.budget.tokens or None, report.budget.cost_usd or None)),
        "left": _limits(report.budget.left(report.used)),
        "renews_at": rfc3339(report.renews_at),
    }


def _limits(budget: Budget) -> UsageLimits:
    return {
        "tokens": budget.tokens,
        "cost_usd": None if budget.cost_usd is None else float(budget.cost_usd),
    }
