"""`InlineTurnStarter`: runs a turn where it was opened, for tests and for `sam local invoke`."""

import time
from collections.abc import Callable

from threadcast.ports import Handoff
from threadcast.turns.desk import Desk
from threadcast.turns.running.run_handoff import conduct

__all__ = ["InlineTurnStarter"]


class InlineTurnStarter:
    """Starts a turn by running it to its end, within `budget_s` seconds.

    `desk` gives the desk that this starter belongs to, which can't exist before it.
    """

    def __init__(self, desk: Callable[[], Desk], budget_s: float = 25) -> None:
        self._desk = desk
        self._budget_s = budget_s

    def start(self, handoff: Handoff) -> None:
        """Return when the turn has ended."""
        end_s = time.monotonic() + self._budget_s
        conduct(handoff, self._desk(), lambda: end_s - time.monotonic())
