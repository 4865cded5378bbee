"""What became of an invocation, whoever ran it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Outcome"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The `result` of an invocation, or the `error` that the function raised; and what it printed."""

    result: Any
    error: Mapping[str, Any] | None
    output: str
