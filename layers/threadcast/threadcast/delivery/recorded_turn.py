"""A turn, or a part of one, that is told from what is already known."""

import threading
from collections.abc import Callable, Sequence

from threadcast.delivery.outbox import Snapshot
from threadcast.domain.turn_events import TurnEvent

__all__ = ["Recording"]


class Recording:
    """A turn told from its start: `opening` to whoever is brought up to date, then `rest` to everybody."""

    def __init__(self, opening: Sequence[TurnEvent], rest: Sequence[TurnEvent] = ()) -> None:
        self._opening = tuple(opening)
        self._rest = tuple(rest)
        self._woken = threading.Condition()

    @property
    def log(self) -> Sequence[TurnEvent]:
        """All the events there will be after the opening."""
        return self._rest

    def snapshot(self) -> Snapshot:
        """The opening; all the rest follows it."""
        return Snapshot(self._opening, 0)

    def wait(
        self,
        cursor: int,  # noqa: ARG002 - nothing new is ever published
        timeout_s: float | None,
        unless: Callable[[], bool],
        *,
        text_too: bool = True,  # noqa: ARG002 - the same
    ) -> None:
        """Wait to be woken; see `stream.reader.WaitableSource`."""
        with self._woken:
            if not unless():
                self._woken.wait(timeout_s)

    def wake(self) -> None:
        """Make every waiting reader look again."""
        with self._woken:
            self._woken.notify_all()
