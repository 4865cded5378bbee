"""A turn, or a part of one, that is told from what is already known."""

import threading
from collections.abc import Callable, Sequence

from threadcast.domain.chat import ChatView
from threadcast.events import ChatOpened, TerminalEvent, TurnEvent
from threadcast.stream.outbox import Snapshot

__all__ = ["Recording"]


class Recording:
    """A fixed log of events; to be brought up to date is to get `view`, then the terminal event if there is one."""

    def __init__(self, events: Sequence[TurnEvent], view: ChatView) -> None:
        self._events = tuple(events)
        self._view = view
        self._woken = threading.Condition()

    @property
    def log(self) -> Sequence[TurnEvent]:
        """All the events there will be."""
        return self._events

    def snapshot(self) -> Snapshot:
        """The state as it ends up."""
        terminal = sum(isinstance(event, TerminalEvent) for event in self._events)
        return Snapshot((ChatOpened(self._view),), len(self._events) - terminal)

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
