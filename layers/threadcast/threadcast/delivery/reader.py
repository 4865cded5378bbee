"""The thread that carries one connection's frames: asks its outbox, posts, tells it what came of it."""

import logging
import threading
from collections.abc import Callable
from typing import Protocol, assert_never

from threadcast.delivery.outbox import Outbox, Source
from threadcast.delivery.outbox_steps import Delivery, Finished, Send, Wait
from threadcast.errors import ConnectionGone, FrameTooLarge, PushError, PushThrottled
from threadcast.ports import Clock, Connection, Pusher

__all__ = ["Reader", "WaitableSource"]

_log = logging.getLogger(__name__)


class WaitableSource(Source, Protocol):
    """A turn whose readers can wait for more of it."""

    def wait(
        self, cursor: int, timeout_s: float | None, unless: Callable[[], bool], *, text_too: bool = True
    ) -> None:
        """Return when something was published past `cursor`, on `wake`, or after `timeout_s`.

        Without `text_too`, chunks are no reason to return. `unless` is asked, before anything is waited for,
        whether there is another reason not to wait; whoever makes it true calls `wake`.
        """
        ...

    def wake(self) -> None:
        """Make every waiting reader look again."""
        ...


class Reader:
    """One connection that listens to a turn."""

    def __init__(
        self,
        connection: Connection,
        outbox: Outbox,
        source: WaitableSource,
        pusher: Pusher,
        clock: Clock,
        progress: threading.Condition,
        forget: Callable[[Connection], None],
        may_post: Callable[[], bool | None],
    ) -> None:
        self.outbox = outbox
        self.gone = False
        self.connection = connection
        self._source = source
        self._pusher = pusher
        self._clock = clock
        self._progress = progress
        self._forget = forget
        self._may_tell = may_post
        self._left = threading.Event()
        self._busy = False
        self._thread = threading.Thread(target=self._run, name=f"reader {connection.id}", daemon=True)

    @property
    def up_to_date(self) -> bool:
        """Whether the connection has taken all there was, and for certain."""
        return self.outbox.acknowledged and self.outbox.caught_up and not self.gone

    @property
    def in_doubt(self) -> bool:
        """Whether a post may still reach the connection, or may have reached it."""
        return self._busy or self.outbox.in_doubt

    def start(self) -> None:
        """Begin to carry frames."""
        self._thread.start()

    def update(self, connection: Connection) -> None:
        """Take note of what the registry says now: the client may have asked to be brought up to date."""
        if connection.catch_up_at != self.connection.catch_up_at:
            self.connection = connection
            self.outbox.fall_behind()
            self._source.wake()

    def leave(self) -> None:
        """Post nothing more after what is in flight."""
        self._left.set()
        self._source.wake()

    def join(self) -> None:
        """Return when the thread has ended."""
        self._thread.join()

    def _run(self) -> None:
        try:
            self._carry()
        except Exception:  # noqa: BLE001 - the edge of this thread: nobody may wait for it in vain
            _log.exception("reader_raised", extra={"connection_id": self.connection.id})
            self.outbox.give_up()
            self._report()
        finally:
            self._busy = False

    def _carry(self) -> None:
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

    def _is_wanted(self) -> bool:
        self._busy = True  # before it is asked for: from here on a post may begin
        return not self._left.is_set()

    def _wait(self, wait: Wait) -> None:
        self._busy = False
        timeout_s = None if wait.until_s is None else max(wait.until_s - self._clock.monotonic_s(), 0.0)
        if wait.wake_on == "time":
            self._left.wait(timeout_s)
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
        may_post = self._may_tell()
        if may_post is False:
            self.outbox.give_up()
            return
        delivery = Delivery.THROTTLED if may_post is None else self._post(frame)
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
        except Exception:  # noqa: BLE001 - whatever it was, it may have come after the frame had left
            _log.exception("push_raised", extra={"connection_id": self.connection.id})
            return Delivery.UNKNOWN
        return Delivery.ACCEPTED
