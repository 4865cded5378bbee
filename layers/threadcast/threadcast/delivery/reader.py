"""The thread of one connection: it posts what the outbox says and reports each result to the outbox."""

import contextvars
import logging
import threading
from collections.abc import Callable
from typing import Protocol, assert_never

from threadcast.delivery.outbox.outbox import NEVER, Outbox, Source
from threadcast.delivery.outbox.steps import Delivery, Finished, Send, Wait
from threadcast.delivery.post_gate import PostGate, Verdict
from threadcast.domain.error_report import error_facts
from threadcast.errors import ConnectionGone, FrameTooLarge, PushError, PushThrottled
from threadcast.ports import Clock, Connection, Pusher

__all__ = ["Reader", "WaitableSource"]

_log = logging.getLogger(__name__)


class WaitableSource(Source, Protocol):
    """A turn whose readers can wait for further events."""

    def wait(
        self, cursor: int, timeout_s: float | None, unless: Callable[[], bool], *, text_too: bool = True
    ) -> None:
        """Return when an event was published after `cursor`, on `wake`, or after `timeout_s` seconds.

        Without `text_too`, a chunk does not end the wait. `unless` is called before the wait begins: if it
        returns True, there is no wait. Code that makes it true calls `wake`.
        """
        ...

    def wake(self) -> None:
        """End every wait."""
        ...


class Reader:
    """Delivers a turn to one connection.

    `forget` is called, on this thread, once the connection turns out to be gone.
    """

    def __init__(
        self,
        connection: Connection,
        outbox: Outbox,
        source: WaitableSource,
        pusher: Pusher,
        clock: Clock,
        progress: threading.Condition,
        forget: Callable[[Connection], None],
        gate: PostGate,
    ) -> None:
        self.outbox = outbox
        self.gone = False
        self.connection = connection
        self._source = source
        self._pusher = pusher
        self._clock = clock
        self._progress = progress
        self._forget = forget
        self._gate = gate
        self._left = threading.Event()
        self._interrupted = threading.Event()
        self._busy = False
        context = contextvars.copy_context()  # the invocation's log keys
        self._thread = threading.Thread(
            target=context.run, args=(self._run,), name=f"reader {connection.id}", daemon=True
        )

    @property
    def up_to_date(self) -> bool:
        """Whether the connection has certainly received everything published so far."""
        return self.outbox.acknowledged and self.outbox.caught_up and not self.gone

    @property
    def in_doubt(self) -> bool:
        """Whether a post may still reach the connection, or may have reached it unnoticed."""
        return self._busy or self.outbox.in_doubt

    @property
    def runs(self) -> bool:
        """Whether the thread has started and not ended."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def update(self, connection: Connection) -> None:
        """Apply what the registry says now: the client may have requested a catch-up."""
        if connection.catch_up_at != self.connection.catch_up_at:
            self.connection = connection
            self.outbox.fall_behind()
            self._source.wake()

    def release(self) -> None:
        """End the outbox's hold: no frame of the former turn can arrive any more."""
        if self.outbox.hold_until_s > NEVER:
            self.outbox.hold_until_s = NEVER
            self._interrupted.set()

    def leave(self) -> None:
        """Post nothing after the post in flight."""
        self._left.set()
        self._interrupted.set()
        self._source.wake()

    def join(self) -> None:
        """Wait until the thread has ended."""
        self._thread.join()

    def _run(self) -> None:
        try:
            self._deliver_all()
        except Exception as error:  # noqa: BLE001 - the edge of this thread: its waiters must be released
            self._log_failure("reader_raised", error)
            self.outbox.give_up()
            self._report()
        finally:
            self._busy = False

    def _deliver_all(self) -> None:
        while self._is_wanted():
            step = self.outbox.next_step(self._clock.monotonic_s())
            match step:
                case Send(frame=frame):
                    self._deliver(frame)
                    self._report()
                case Wait():
                    self._wait(step)
                case Finished(gone=gone):
                    self.gone = gone
                    if gone:
                        self._forget(self.connection)
                    self._report()
                    return
                case _:
                    assert_never(step)

    def _log_failure(self, event: str, error: Exception) -> None:
        _log.error(event, extra={"connection_id": self.connection.id, **error_facts(error)})

    def _is_wanted(self) -> bool:
        if self._left.is_set():
            return False
        self._busy = True  # set before the second check: from here on a post may start
        return not self._left.is_set()

    def _wait(self, wait: Wait) -> None:
        self._busy = False
        timeout_s = None if wait.until_s is None else max(wait.until_s - self._clock.monotonic_s(), 0.0)
        if wait.wake_on == "time":
            self._interrupted.wait(timeout_s)
            self._interrupted.clear()
        else:
            self._source.wait(
                wait.cursor, timeout_s, self._has_other_business, text_too=wait.wake_on == "news"
            )

    def _has_other_business(self) -> bool:
        return self._left.is_set() or self.outbox.behind

    def _report(self) -> None:
        with self._progress:
            self._progress.notify_all()

    def _deliver(self, frame: bytes) -> None:
        verdict = self._gate.verdict(self._clock.monotonic_s())
        if verdict is Verdict.GIVE_UP:
            self.outbox.give_up()
            return
        delivery = Delivery.HELD if verdict is Verdict.WAIT else self._post(frame)
        self.outbox.settle(delivery, self._clock.monotonic_s())

    def _post(self, frame: bytes) -> Delivery:
        try:
            self._pusher.push(self.connection, frame)
        except ConnectionGone:
            return Delivery.GONE
        except PushThrottled:
            return Delivery.THROTTLED
        except FrameTooLarge:
            return Delivery.TOO_LARGE
        except PushError:
            return Delivery.UNKNOWN
        except Exception as error:  # noqa: BLE001 - it may have been raised after the frame was sent
            self._log_failure("push_raised", error)
            return Delivery.UNKNOWN
        return Delivery.ACCEPTED
