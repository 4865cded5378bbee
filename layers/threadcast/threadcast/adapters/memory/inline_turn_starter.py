"""`InlineTurnStarter`: runs a turn in the process that opened it, for tests and for `sam local invoke`."""

import time
from collections.abc import Callable

from threadcast.ports import Handoff

__all__ = ["InlineTurnStarter"]

Run = Callable[[Handoff, Callable[[], float]], object]
"""Runs a handoff; its second argument returns the seconds that are left."""


class InlineTurnStarter:
    """Starts a turn by running it to its end, within `budget_s` seconds."""

    def __init__(self, run: Run, budget_s: float = 25) -> None:
        self._run = run
        self._budget_s = budget_s

    def start(self, handoff: Handoff) -> None:
        """Return when the turn has ended."""
        end_s = time.monotonic() + self._budget_s
        self._run(handoff, lambda: end_s - time.monotonic())
