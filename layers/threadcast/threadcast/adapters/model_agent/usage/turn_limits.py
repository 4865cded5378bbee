"""Limits of a turn's model usage, and the usage so far."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from threadcast.adapters.model_agent.usage.prices import CallTokens, Prices
from threadcast.ports import Allowance, NoLimit
from threadcast.ports.agent_events import TokensUsed

__all__ = ["Limit", "ModelLimits", "TurnUsage"]


class Limit(Enum):
    """A limit; its value is the notice that ends the answer when it is reached."""

    OUTPUT = "*The answer ends here: it has reached the largest length that is set for the model.*"
    LOOPS = "*The answer ends here: it has taken as many steps as are allowed for one question.*"
    COST = "*The answer ends here: it has cost as much as is allowed for one question.*"
    TIME = "*The answer ends here: it has taken as long as is allowed for one question.*"
    BUDGET = "*The answer ends here: your budget of this month is used up.*"


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """Limits of one turn. `prices` None: no cost is reported; `max_cost_usd` None: no limit.

    `max_loops` counts calls of the model. `attempts` and `backoff_s` apply to calls that fail before their
    first token; the pause starts at `backoff_s` and doubles.
    """

    max_output_tokens: int = 4_096
    max_loops: int = 8
    max_s: float = 300
    prices: Prices | None = None
    max_cost_usd: Decimal | None = None
    context_tokens: int = 12_000
    history_tokens: int = 16_000
    attempts: int = 4
    backoff_s: float = 0.5
    title_s: float = 10


@dataclass(slots=True)
class TurnUsage:
    """A turn's usage so far, and the limit that it has reached, if any.

    `loops` are the completed calls for the answer; `calls` are all calls, the title's included.
    """

    limits: ModelLimits
    allowance: Allowance = field(default_factory=NoLimit)
    loops: int = 0
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    estimated_tokens: int = 0
    cost_usd: Decimal = Decimal(0)
    reached: Limit | None = field(default=None)

    def add(self, used: CallTokens, *, is_estimated: bool = False) -> TokensUsed:
        """Add a call's tokens, and return its event."""
        prices = self.limits.prices
        cost_usd = None if prices is None else prices.of(used)
        estimated = used.input + used.output if is_estimated else 0
        self.calls += 1
        self.input_tokens += used.input
        self.output_tokens += used.output
        self.cached_tokens += used.cache_read
        self.estimated_tokens += estimated
        self.cost_usd += cost_usd or 0
        return TokensUsed(used.input, used.output, used.cache_read, cost_usd, estimated)

    def may_call(self) -> bool:
        """Return whether another call is within the limits; if not, set `reached`."""
        if self.loops >= self.limits.max_loops:
            self.reached = Limit.LOOPS
        elif self.limits.max_cost_usd is not None and self.cost_usd >= self.limits.max_cost_usd:
            self.reached = Limit.COST
        elif self.allowance.is_used_up(self.input_tokens + self.output_tokens, self.cost_usd):
            self.reached = Limit.BUDGET
        return self.reached is None
