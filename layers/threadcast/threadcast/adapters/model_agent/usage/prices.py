"""What a model's tokens cost."""

from dataclasses import dataclass
from decimal import Decimal

__all__ = ["CallTokens", "Prices"]

_PER_MILLION = -6


@dataclass(frozen=True, slots=True)
class CallTokens:
    """The tokens of one call: read anew, read from the prompt cache, written to it, said."""

    fresh: int
    cache_read: int
    cache_written: int
    output: int

    @property
    def input(self) -> int:
        """All that was read."""
        return self.fresh + self.cache_read + self.cache_written


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars for a million tokens; what goes through the prompt cache costs `input` where it has none."""

    input: Decimal = Decimal(0)
    output: Decimal = Decimal(0)
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None

    def of(self, tokens: CallTokens) -> Decimal:
        """What a call has cost, in US dollars, to the last digit."""
        read = self.input if self.cache_read is None else self.cache_read
        write = self.input if self.cache_write is None else self.cache_write
        total = (
            tokens.fresh * self.input
            + tokens.cache_read * read
            + tokens.cache_written * write
            + tokens.output * self.output
        )
        return total.scaleb(_PER_MILLION)
