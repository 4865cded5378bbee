"""Prices of a model's tokens."""

from dataclasses import dataclass
from decimal import Decimal

__all__ = ["CallTokens", "Prices"]

_PER_MILLION = -6


@dataclass(frozen=True, slots=True)
class CallTokens:
    """The tokens of one call: uncached input, read from the prompt cache, written to it, output."""

    fresh: int
    cache_read: int
    cache_written: int
    output: int

    @property
    def input(self) -> int:
        """All input tokens."""
        return self.fresh + self.cache_read + self.cache_written


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars for a million tokens; prompt cache prices that are None equal `input`."""

    input: Decimal = Decimal(0)
    output: Decimal = Decimal(0)
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None

    def of(self, tokens: CallTokens) -> Decimal:
        """Return the exact cost of a call in US dollars."""
        read = self.input if self.cache_read is None else self.cache_read
        write = self.input if self.cache_write is None else self.cache_write
        total = (
            tokens.fresh * self.input
            + tokens.cache_read * read
            + tokens.cache_written * write
            + tokens.output * self.output
        )
        return total.scaleb(_PER_MILLION)
