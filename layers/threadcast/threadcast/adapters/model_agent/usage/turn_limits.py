"""How much a turn may take of the model, and what it has taken."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from threadcast.adapters.model_agent.usage.prices import CallTokens, Prices
from threadcast.ports.agent_events import TokensUsed

__all__ = ["Limit", "ModelLimits", "Spending"]


class Limit(Enum):
    """A limit that was reached; its value is what the answer then ends with."""

    OUTPUT = "*The answer ends here: it has reached the largest length that is set for the model.*"
    LOOPS = "*The answer ends here: it has taken as many steps as are allowed for one question.*"
    COST = "*The answer ends here: it has cost as much as is allowed for one question.*"
    TIME = "*The answer ends here: it has taken as long as is allowed for one question.*"


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """Bounds of one turn. `prices` None: unknown, so that no cost is told; `max_cost_usd` None: no bound.

    `max_loops` counts calls of the model. `attempts` and `backoff_s` are for a call that fails before its
    first token: the pause doubles from `backoff_s` on.
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
class Spending:
    """What a turn has used so far, and the limit that has ended it, if one did.

    `loops` are the calls for the answer that have come to their end; `calls` all that are counted.
    """

    limits: ModelLimits
    loops: int = 0
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    estimated_tokens: int = 0
    cost_usd: Decimal = Decimal(0)
    reached: Limit | None = field(default=None)

    def add(self, used: CallTokens, *, is_estimated: bool = False) -> TokensUsed:
        """Count what a call has used, and say so."""
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
        """Whether the model may be called once more; remembers the limit if not."""
        if self.loops >= self.limits.max_loops:
            self.reached = Limit.LOOPS
        elif self.limits.max_cost_usd is not None and self.cost_usd >= self.limits.max_cost_usd:
            self.reached = Limit.COST
        return self.reached is None
