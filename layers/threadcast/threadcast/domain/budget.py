"""A user's budget for a calendar month in UTC, in tokens and US dollars, and what the month has used."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

__all__ = ["NO_LIMIT", "Budget", "CallUsage", "MonthlyUsage", "month_of", "renewal_of"]


@dataclass(frozen=True, slots=True)
class CallUsage:
    """What one call of a model has used; `number` counts the calls of its turn from 1."""

    message_id: str
    number: int
    tokens: int
    cost_usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class MonthlyUsage:
    """What a user's turns have used in a month; `tokens` are input and output, cached ones included.

    `cost_usd` has nine decimals; each call is rounded up.
    """

    tokens: int = 0
    cost_usd: Decimal = Decimal(0)
    calls: int = 0

    def plus(self, tokens: int, cost_usd: Decimal, *, calls: int = 0) -> "MonthlyUsage":
        """Return the usage with these tokens, costs and calls added."""
        return MonthlyUsage(self.tokens + tokens, self.cost_usd + cost_usd, self.calls + calls)


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of a month's tokens and US dollars; 0: no limit, None: not set."""

    tokens: int | None = None
    cost_usd: Decimal | None = None

    def or_else(self, other: "Budget") -> "Budget":
        """Return the budget with each limit that is not set taken from the other one."""
        return Budget(
            other.tokens if self.tokens is None else self.tokens,
            other.cost_usd if self.cost_usd is None else self.cost_usd,
        )

    def left(self, used: MonthlyUsage) -> "Budget":
        """Return what is left; None without a limit."""
        return Budget(
            max(self.tokens - used.tokens, 0) if self.tokens else None,
            max(self.cost_usd - used.cost_usd, Decimal(0)) if self.cost_usd else None,
        )

    def is_used_up(self, used: MonthlyUsage) -> bool:
        """Return whether one of the limits is reached."""
        left = self.left(used)
        return left.tokens == 0 or left.cost_usd == 0


NO_LIMIT = Budget(0, Decimal(0))


def month_of(moment: datetime) -> str:
    """Return the month of a time in UTC, as `2026-03`."""
    return f"{moment.astimezone(UTC):%Y-%m}"


def renewal_of(moment: datetime) -> datetime:
    """Return when the month of a time ends and the next budget begins."""
    in_utc = moment.astimezone(UTC)
    year, month = (in_utc.year + 1, 1) if in_utc.month == 12 else (in_utc.year, in_utc.month + 1)  # noqa: PLR2004 - December
    return datetime(year, month, 1, tzinfo=UTC)
