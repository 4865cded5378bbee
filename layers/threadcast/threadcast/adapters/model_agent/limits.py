"""How much a turn may take of the model, and what it has taken."""

from dataclasses import dataclass, field
from enum import Enum

from threadcast.agent_events import TokensUsed

__all__ = ["Limit", "ModelLimits", "Spending"]

_MILLION = 1_000_000


class Limit(Enum):
    """A limit that was reached; its value is what the answer then ends with."""

    OUTPUT = "*The answer ends here: it has reached the largest length that is set for the model.*"
    LOOPS = "*The answer ends here: it has taken as many steps as are allowed for one question.*"
    COST = "*The answer ends here: it has cost as much as is allowed for one question.*"
    TIME = "*The answer ends here: it has taken as long as is allowed for one question.*"


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """Bounds of one turn; prices are per million tokens, in the currency of `max_cost` (None: no bound).

    `max_loops` counts calls of the model. `attempts` and `backoff_s` are for a call that fails before its
    first token: the pause doubles from `backoff_s` on.
    """

    max_output_tokens: int = 4_096
    max_loops: int = 8
    max_s: float = 300
    price_in: float = 0
    price_out: float = 0
    max_cost: float | None = None
    context_tokens: int = 12_000
    history_tokens: int = 16_000
    attempts: int = 4
    backoff_s: float = 0.5
    title_s: float = 10


@dataclass(slots=True)
class Spending:
    """What a turn has used so far, and the limit that has ended it, if one did."""

    limits: ModelLimits
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    reached: Limit | None = field(default=None)

    @property
    def cost(self) -> float:
        """In the currency of the prices; cached tokens count as much as others."""
        price = self.limits.price_in * self.input_tokens + self.limits.price_out * self.output_tokens
        return price / _MILLION

    def add(self, used: TokensUsed) -> TokensUsed:
        """Count what a call has used."""
        self.input_tokens += used.input_tokens
        self.output_tokens += used.output_tokens
        return used

    def may_call(self) -> bool:
        """Whether the model may be called once more; remembers the limit if not."""
        if self.calls >= self.limits.max_loops:
            self.reached = Limit.LOOPS
        elif self.limits.max_cost is not None and self.cost >= self.limits.max_cost:
            self.reached = Limit.COST
        return self.reached is None
