"""A turn, or a part of one, whose events are all known in advance."""

import threading
from collections.abc import Callable, Sequence

from threadcast.delivery.outbox.outbox import Snapshot
from threadcast.domain.turn_events import TurnEvent

__all__ = ["Recording"]


class Recording:
    """Delivers `opening` to a connection that is brought up to date, then `rest` to every connection."""

    def __init__(self, opening: Sequence[TurnEvent], rest: Sequence[TurnEvent] = ()) -> None:
        self._opening = tuple(opening)
        self._rest = tuple(rest)
        self._woken = threading.Condition()

    @property
    def log(self) -> Sequence[TurnEvent]:
        """Every event after the opening."""
        return self._rest

    def snapshot(self) -> Snapshot:
        """Return the opening; the rest follows it."""
        return Snapshot(self._opening, 0)

    def wait(
        self,
        cursor: int,  # noqa: ARG002 - nothing new is ever published
        timeout_s: float | None,
        unless: Callable[[], bool],
        *,
        text_too: bool = True,  # noqa: ARG002 - the same
    ) -> None:
        """Wait for `wake`; see `delivery.reader.WaitableSource`."""
        with self._woken:
            if not unless():
                self._woken.wait(timeout_s)

    def wake(self) -> None:
        """End every wait."""
        with self._woken:
            self._woken.notify_all()
