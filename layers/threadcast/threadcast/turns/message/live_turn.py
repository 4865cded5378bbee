"""A running turn: one log of its events, one state, any number of readers; thread-safe.

The agent's thread writes, readers follow. State and log change together under one lock, so a snapshot and the
rest of the log fit without a gap or a repetition.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from threadcast.delivery.outbox.outbox import Snapshot
from threadcast.domain.chat import ChatView
from threadcast.domain.message import Message, Outcome
from threadcast.domain.streamed_parts import Delta
from threadcast.domain.turn_events import ChatOpened, TerminalEvent, TurnCompleted, TurnEvent, TurnFailed
from threadcast.ports.agent_events import AgentEvent, TokensUsed
from threadcast.turns.message.builder import MessageBuilder

__all__ = ["LiveTurn"]


class LiveTurn:
    """The events of one turn as they are made; a `delivery.outbox.Source`.

    It starts with an empty log: readers whose connection has received `ChatOpened` begin at 0.
    """

    def __init__(self, builder: MessageBuilder) -> None:
        self._builder = builder
        self._log: list[TurnEvent] = []
        self._lock = threading.RLock()
        self._news = threading.Condition(self._lock)
        self._not_just_text = threading.Condition(self._lock)
        self._closed = False
        self.changed = False

    @property
    def log(self) -> Sequence[TurnEvent]:
        """Everything published so far; it only ever grows."""
        return self._log

    @property
    def over(self) -> bool:
        """Whether the terminal event is out."""
        return bool(self._log) and isinstance(self._log[-1], TerminalEvent)

    def say(self, event: AgentEvent) -> bool:
        """Apply one of the agent's events; False once no more is accepted (closed, or the message is full).

        Usage of tokens is counted even then: `decide` returns it with the message; it is not sent.
        """
        with self._lock:
            if self._closed and not isinstance(event, TokensUsed):
                return False
            self.changed = True
            self._publish(self._builder.apply(event))
            return not (self._closed or self._builder.full)

    def close(self, status: Literal["completed", "failed"]) -> None:
        """End every open text; later events of the agent are ignored."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._publish(self._builder.close(status))

    def abandon(self) -> None:
        """Accept and publish nothing more: another process owns the turn."""
        with self._lock:
            self._closed = True

    def decide(self, outcome: Outcome) -> ChatView:
        """Return the chat as it will be stored and delivered; nothing is published yet."""
        with self._lock:
            return self._builder.decide(outcome)

    def end(self, terminal: TurnCompleted | TurnFailed) -> None:
        """Publish the last event."""
        with self._lock:
            self._publish((terminal,))

    def checkpoint(self) -> Message | None:
        """Return the message so far; None if it has not changed since the last checkpoint."""
        with self._lock:
            changed, self.changed = self.changed, False
            return self._builder.message() if changed else None

    def snapshot(self) -> Snapshot:
        """The state so far as events; the terminal event, if it is out, stays to be read from the log."""
        with self._lock:
            opened = ChatOpened(self._builder.view())
            cursor = len(self._log) - self.over
            return Snapshot((opened, *self._builder.open_answers()), cursor)

    def view(self) -> ChatView:
        """The chat with the message as it stands now."""
        with self._lock:
            return self._builder.view()

    def wait(
        self,
        cursor: int,
        timeout_s: float | None,
        unless: Callable[[], bool] = lambda: False,
        *,
        text_too: bool = True,
    ) -> None:
        """Wait for something past `cursor`; see `delivery.reader.WaitableSource`."""
        with self._lock:
            if unless():
                return
            if text_too:
                if len(self._log) <= cursor:
                    self._news.wait(timeout_s)
            elif all(isinstance(event, Delta) for event in self._log[cursor:]):
                self._not_just_text.wait(timeout_s)

    def wake(self) -> None:
        """Make every waiting reader look again."""
        with self._lock:
            self._news.notify_all()
            self._not_just_text.notify_all()

    def follow(self, keep_going: Callable[[], bool] = lambda: True) -> Iterator[TurnEvent]:
        """Every event from the first to the terminal one, as they are made."""
        cursor = 0
        while True:
            going = keep_going()  # asked first: whatever was published before the answer is read below
            while cursor < len(self._log):
                yield self._log[cursor]
                cursor += 1
            if not going or (cursor and isinstance(self._log[cursor - 1], TerminalEvent)):
                return
            self.wait(cursor, timeout_s=1.0)

    def _publish(self, events: Sequence[TurnEvent]) -> None:
        if not events:
            return
        self._log.extend(events)
        self._news.notify_all()
        if not all(isinstance(event, Delta) for event in events):
            self._not_just_text.notify_all()
