"""Waiting for what another thread does."""

import time
from collections.abc import Callable

__all__ = ["eventually"]


def eventually(claim: Callable[[], bool]) -> None:
    """Wait until a claim holds; fails if it does not in time."""
    deadline_s = time.monotonic() + 5
    while not claim():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)
