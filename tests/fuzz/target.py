"""A target of the fuzzer: the strategy of its inputs, and the check of one of them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

__all__ = ["Target", "fuzz"]

_EXAMPLES_OF_A_ROUND = 200


@dataclass(frozen=True)
class Target:
    """What is fuzzed: `check` raises if an input violates an invariant."""

    name: str
    inputs: SearchStrategy[Any]
    check: Callable[[Any], None]


def fuzz(target: Target, first_seed: int, duration_s: float, *, examples: int = _EXAMPLES_OF_A_ROUND) -> int:
    """Check random inputs in rounds, until the duration has passed; return how many were checked.

    Each round has the next seed. An input that fails raises, after it was reduced to a small one.
    """
    checked = 0

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(target.inputs)
    def check_one(given_input: Any) -> None:
        nonlocal checked
        checked += 1
        target.check(given_input)

    end = time.monotonic() + duration_s
    round_seed = first_seed
    while checked == 0 or time.monotonic() < end:
        seed(round_seed)(check_one)()
        round_seed += 1
    return checked
