"""The list of behaviours: each has a sentence, its evidence, and a check that observes the target."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from local_gateway.conformance.target import Target

__all__ = ["BEHAVIOURS", "Behaviour", "Evidence", "behaviour"]

Evidence = Literal["doc", "seen", "inferred", "unknown"]
"""Why API Gateway is taken to behave so; see docs/local-gateway.md."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One behaviour. `observe` returns what the target does, `expected` is what API Gateway does."""

    sentence: str
    evidence: Evidence
    expected: Any
    observe: Callable[[Target], Any]


BEHAVIOURS: list[Behaviour] = []
"""Every behaviour, in the order of the report; the modules of checks fill it."""

Check = Callable[[Target], Any]


def behaviour(sentence: str, evidence: Evidence, expected: Any) -> Callable[[Check], Check]:
    """Add the decorated check to the list."""

    def add(observe: Check) -> Check:
        BEHAVIOURS.append(Behaviour(sentence, evidence, expected, observe))
        return observe

    return add
