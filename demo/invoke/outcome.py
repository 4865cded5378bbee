"""The outcome of an invocation, the same for every runner."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Outcome"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The `result` of an invocation, or the `error` that the function raised, and its log `output`."""

    result: Any
    error: Mapping[str, Any] | None
    output: str
