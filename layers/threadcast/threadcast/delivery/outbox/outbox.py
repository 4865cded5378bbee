"""The outbox of one connection: a state machine without I/O that decides the next post.

It holds a cursor into the turn's log instead of a queue, so a slow connection costs no memory, and chunks
that are published while a post is in flight merge into the next one.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from threadcast.delivery.outbox.frame_splitting import split
from threadcast.delivery.outbox.pace import NEVER, Pace
from threadcast.delivery.outbox.steps import Delivery, Finished, Send, Wait
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.domain.message import TextResponse
from threadcast.domain.streamed_parts import (
    AnswerDelta,
    AnswerSnapshot,
    Delta,
    ReasoningDelta,
    StepSnapshot,
    TitleDelta,
    continues,
    merged,
)
from threadcast.domain.turn_events import TerminalEvent, TurnEvent

__all__ = ["NEVER", "Outbox", "OutboxCounts", "Renderer", "Snapshot", "Source"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How to bring a connection up to date: these events, then the log from `cursor` on."""

    events: tuple[TurnEvent, ...]
    cursor: int


class Source(Protocol):
    """A turn as its readers see it."""

    @property
    def log(self) -> Sequence[TurnEvent]:
        """Every event published so far; it only grows."""
        ...

    def snapshot(self) -> Snapshot:
        """Return the present state, as events."""
        ...


Renderer = Callable[[TurnEvent, int], bytes]
"""Makes the frame of an event, within the given number of bytes where the event permits it."""


@dataclass(slots=True)
class OutboxCounts:
    """Counts of a stream: posts, chunks merged into other frames, and each kind of failure."""

    posts: int = 0
    merged_chunks: int = 0
    throttled: int = 0
    too_large: int = 0
    unknown: int = 0
    catch_ups: int = 0
    gone: int = 0
    terminal_repeats: int = 0


class Outbox:
    """The state machine of one connection; at most one post is in flight.

    `cursor` is where it starts reading the log; None means it must be brought up to date first, not before
    `not_before_s`. It posts nothing until `hold_until_s`. Up to `connect_grace_until_s` a 410 may only mean
    that `$connect` has not returned yet, unless a frame was accepted before. All times are on the caller's
    monotonic clock; `jitter` gives a number from 0 up to 1.

    `worst_lag_s` is the longest time from an event's publication to its delivery. `in_doubt` means that the
    outcome of a former post is unknown: it may have arrived, or may still arrive.
    """

    def __init__(
        self,
        source: Source,
        render: Renderer,
        policy: StreamPolicy,
        *,
        cursor: int | None,
        connect_grace_until_s: float,
        jitter: Callable[[], float],
        not_before_s: float = NEVER,
        hold_until_s: float = NEVER,
    ) -> None:
        self._source = source
        self._render = render
        self._policy = policy
        self.pace = Pace(policy, jitter, not_before_s)
        self._cursor = cursor or 0
        self.behind = cursor is None
        self._connect_grace_until_s = connect_grace_until_s
        self._parts: deque[TurnEvent] = deque()
        self._begun: set[str] = set()
        self._max_bytes = policy.max_frame_bytes
        self.hold_until_s = hold_until_s
        self.in_doubt = not_before_s > NEVER
        self._in_flight = b""
        self._doubtful_terminal: bytes | None = None
        self._finished: Finished | None = None
        self._waiting_since_s: float | None = None
        self.worst_lag_s = 0.0
        self.acknowledged = False
        self.counts = OutboxCounts()

    def next_step(self, now_s: float) -> Send | Wait | Finished:
        """Return the next step; call only while no post is in flight."""
        if self._finished is not None:
            return self._finished
        if now_s < (next_s := max(self.pace.next_s, self.hold_until_s)):
            return Wait("time", next_s, self._cursor)
        self._refill()
        if not self._parts:
            return Wait("news", None, self._cursor)
        if self._waiting_since_s is None:
            self._waiting_since_s = now_s
        if self._may_grow() and now_s < (due_s := self.pace.next_text_s):
            return Wait("more_than_text", due_s, self._cursor)
        return self._send(now_s)

    def settle(self, delivery: Delivery, now_s: float) -> None:
        """Apply the result of the post that `next_step` returned last."""
        self.in_doubt = delivery is Delivery.UNKNOWN
        match delivery:
            case Delivery.ACCEPTED:
                self._accepted(now_s)
            case Delivery.THROTTLED:
                self.counts.throttled += 1
                self.pace.throttle(now_s)
            case Delivery.TOO_LARGE:
                self._shrink(now_s)
            case Delivery.UNKNOWN:
                self.counts.unknown += 1
                self._doubt()
                self.pace.back_off(now_s + self._policy.settle_s)
            case Delivery.GONE:
                self._gone(now_s)
            case Delivery.HELD:
                self.counts.posts -= 1
                self.pace.back_off(now_s)

    @property
    def caught_up(self) -> bool:
        """Whether the connection has received everything published so far, or never will."""
        return self._finished is not None or not (
            self.behind or self._parts or self._cursor < len(self._source.log)
        )

    def give_up(self) -> None:
        """Post nothing more to this connection."""
        self._finished = Finished(gone=False)

    def fall_behind(self) -> None:
        """Bring this connection up to date before any other post: its state is in doubt."""
        self.behind = True

    def _refill(self) -> None:
        if self.behind:
            snapshot = self._source.snapshot()
            self._parts = deque(snapshot.events)
            self._cursor = snapshot.cursor
            self.behind = False
            self.counts.catch_ups += 1
        log = self._source.log
        start = end = self._cursor
        last = self._parts[-1] if self._parts else None
        while end < len(log) and (last is None or continues(last, log[end])):
            last = log[end]
            end += 1
        if end > start:
            grown = [self._parts.pop()] if self._parts else []
            self._parts.append(merged([*grown, *log[start:end]]))
            self._cursor = end
            self.counts.merged_chunks += end - start - 1 + len(grown)

    def _may_grow(self) -> bool:
        """Return whether the next frame only continues a text, and no other event waits."""
        head = self._parts[0]
        return (
            isinstance(head, Delta)
            and len(self._parts) == 1
            and self._cursor == len(self._source.log)
            and _text_key(head) in self._begun
        )

    def _send(self, now_s: float) -> Send:
        again = self._doubtful_terminal if isinstance(self._parts[0], TerminalEvent) else None
        self._in_flight = self._fitting_frame() if again is None else again
        self.pace.begin(now_s)
        self.counts.posts += 1
        self.counts.terminal_repeats += again is not None
        return Send(self._in_flight)

    def _fitting_frame(self) -> bytes:
        frame = self._render(self._parts[0], self._max_bytes)
        while len(frame) > self._max_bytes and (pieces := split(self._parts[0])):
            self._parts.popleft()
            self._parts.extendleft(reversed(pieces))
            frame = self._render(self._parts[0], self._max_bytes)
        return frame

    def _accepted(self, now_s: float) -> None:
        event = self._parts.popleft()
        if self._waiting_since_s is not None:
            self.worst_lag_s = max(self.worst_lag_s, now_s - self._waiting_since_s)
            self._waiting_since_s = None
        self.pace.accept()
        self.acknowledged = True
        if (text_key := _text_key(event)) is not None:
            self._begun.add(text_key)
        if isinstance(event, TerminalEvent):
            self._finished = Finished(gone=False)

    def _doubt(self) -> None:
        """Recover from a post whose outcome is unknown.

        A repeated chunk would double the text, so a snapshot is sent instead. A terminal frame is complete by
        itself: the same bytes are sent again, since a client may otherwise never receive one.
        """
        if isinstance(self._parts[0], TerminalEvent):
            self._doubtful_terminal = self._in_flight
        else:
            self.fall_behind()

    def _shrink(self, now_s: float) -> None:
        self.counts.too_large += 1
        if self._doubtful_terminal == self._in_flight:
            self.pace.back_off(now_s)  # a smaller frame would be another one, and this one may have arrived
        elif self._max_bytes > self._policy.min_frame_bytes:
            self._max_bytes = max(self._max_bytes // 2, self._policy.min_frame_bytes)
        elif self._fits_no_frame():
            self._parts.popleft()
        else:
            self.pace.back_off(now_s)

    def _fits_no_frame(self) -> bool:
        """Return whether the refused frame is a step, which this connection can do without.

        A step is sent in one frame. A chat that fits a smaller frame leaves the reasoning out, too.
        """
        is_step = isinstance(self._parts[0], StepSnapshot)
        return is_step and len(self._in_flight) > self._policy.min_frame_bytes

    def _gone(self, now_s: float) -> None:
        if now_s < self._connect_grace_until_s and not self.acknowledged:
            self.pace.back_off(now_s)
        else:
            self.counts.gone += 1
            self._finished = Finished(gone=True)


def _text_key(event: TurnEvent) -> str | None:
    """Return the key of the open text that the event extends or restores; None for any other event."""
    match event:
        case TitleDelta():
            return "title"
        case (
            ReasoningDelta(id=id_)
            | AnswerDelta(id=id_)
            | AnswerSnapshot(part=TextResponse(id=id_, is_final=False))
        ):
            return id_
        case _:
            return None
