"""Waiting for other threads."""

import time
from collections.abc import Callable

__all__ = ["eventually"]

TIMEOUT_S = 120
"""Generous, for a busy machine."""


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds; fail if it does not within `TIMEOUT_S`."""
    deadline_s = time.monotonic() + TIMEOUT_S
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)
