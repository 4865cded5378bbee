"""Delivery of a turn to all open connections of a user: one thread and one outbox per connection."""

import logging
import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import fields
from typing import Self

from threadcast.delivery.former_end import FormerEnd
from threadcast.delivery.outbox.outbox import NEVER, Outbox, OutboxCounts, Renderer
from threadcast.delivery.post_gate import PostGate
from threadcast.delivery.reader import Reader, WaitableSource
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.domain.randomness import unpredictable
from threadcast.ports import Clock, Connection, Pusher

__all__ = ["Broadcast"]

_log = logging.getLogger(__name__)


class Broadcast:
    """Delivers one turn; an `Audience` whose connections are set by `deliver_to`.

    `renderer` returns what makes the frames of a connection. `forget` is called for each connection that
    turns out to be gone, on that connection's thread. Every post passes `gate`; connections that the `former`
    turn's end may still reach are held. A context manager: leaving it ends every thread, posts in flight
    included.
    """

    def __init__(
        self,
        source: WaitableSource,
        renderer: Callable[[Connection], Renderer],
        pusher: Pusher,
        clock: Clock,
        policy: StreamPolicy,
        forget: Callable[[Connection], None],
        gate: PostGate | None = None,
        former: FormerEnd | None = None,
    ) -> None:
        self._source = source
        self._renderer = renderer
        self._pusher = pusher
        self._clock = clock
        self._policy = policy
        self._forget = forget
        self.gate = gate or PostGate()
        self._former_end = former
        self._readers: dict[str, Reader] = {}
        self._former: list[Reader] = []
        self._progress = threading.Condition()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def deliver_to(
        self,
        connections: Iterable[Connection],
        *,
        up_to_date: frozenset[str] = frozenset(),
        in_doubt: frozenset[str] = frozenset(),
    ) -> None:
        """Deliver to exactly these connections from now on; a new one is brought up to date first.

        `up_to_date` are the ids of connections that have received everything before the log's first event.
        A former post may still reach those `in_doubt`: nothing is posted to them until it cannot arrive.

        At most `max_connections` threads run, those of former connections included. The connections that are
        last in order wait, and a later call brings them up to date once others have left. Until then they
        receive nothing, and no wait includes them.
        """
        self._look_at_former_end()
        wanted = {connection.id: connection for connection in connections}
        for id_ in self._readers.keys() - wanted.keys():
            self._dismiss(id_)
        waiting = []
        for id_, connection in wanted.items():
            if id_ in self._readers:
                self._readers[id_].update(connection)
            elif self._running() < self._policy.max_connections:
                self._readers[id_] = self._start(connection, id_ in up_to_date, id_ in in_doubt)
            else:
                waiting.append(id_)
        self._share_posts()
        if waiting:
            _log.warning("connections_wait_for_others", extra={"connection_ids": waiting})

    def keep_listed(self, listed: Collection[str]) -> None:
        """Stop delivery to connections that are not listed: their clients have left.

        A connection that has spoken stays until a post finds it gone: the list may have lost it.
        """
        for id_ in self._readers.keys() - set(listed):
            if not self._readers[id_].connection.has_spoken:
                self._dismiss(id_)
        self._share_posts()

    @property
    def listeners(self) -> int:
        """The number of connections that are not known to be gone."""
        return sum(not reader.gone for reader in self._readers.values())

    def refresh(self) -> bool:
        """Return True: `deliver_to` sets the connections."""
        return True

    def wait_until_delivered(self, timeout_s: float) -> bool:
        """Wait until all have received everything published so far; False after `timeout_s` seconds."""
        return self._wait(
            lambda: all(reader.outbox.caught_up for reader in self._readers.values()), timeout_s
        )

    def wait_until_opened(self, timeout_s: float) -> bool:
        """Wait as `wait_until_delivered` does, but not for connections that are known to be held."""
        return self._wait(
            lambda: all(
                reader.outbox.caught_up or self._is_known_to_be_held(id_)
                for id_, reader in self._readers.items()
            ),
            timeout_s,
        )

    def acknowledged(self) -> frozenset[str]:
        """Return the ids of the connections that have certainly received everything so far."""
        return frozenset(id_ for id_, reader in self._readers.items() if reader.up_to_date)

    def undelivered(self) -> frozenset[str]:
        """Return the ids of the connections that have not received everything published so far."""
        return frozenset(id_ for id_, reader in self._readers.items() if not reader.outbox.caught_up)

    def in_doubt(self) -> frozenset[str]:
        """Return the ids of the connections that a post may still reach, or may have reached unnoticed."""
        return frozenset(id_ for id_, reader in self._readers.items() if reader.in_doubt)

    def unsettled(self) -> tuple[str, ...] | None:
        """Return the ids of the connections that the former turn's end may still reach; None: any."""
        reaches = frozenset[str]() if self._former_end is None else self._former_end.reaches
        return None if reaches is None else tuple(sorted(reaches))

    def stop_posting(self) -> None:
        """Post nothing after the posts in flight."""
        for reader in self._readers.values():
            reader.leave()

    def close(self) -> None:
        """End every thread, after its post in flight, which the pusher's time-outs bound."""
        self.stop_posting()
        for reader in (*self._readers.values(), *self._former):
            reader.join()

    def counts(self) -> OutboxCounts:
        """Return the counts of all connections together."""
        totals = OutboxCounts()
        for reader in (*self._readers.values(), *self._former):
            for field in fields(totals):
                former = getattr(totals, field.name)
                setattr(totals, field.name, former + getattr(reader.outbox.counts, field.name))
        return totals

    def worst_lag_s(self) -> float:
        """Return the longest time, over all connections, from an event's publication to its delivery."""
        readers = (*self._readers.values(), *self._former)
        return max((reader.outbox.worst_lag_s for reader in readers), default=0.0)

    def _wait(self, is_done: Callable[[], bool], timeout_s: float) -> bool:
        deadline_s = self._clock.monotonic_s() + timeout_s
        while True:
            self._look_at_former_end()
            left_s = deadline_s - self._clock.monotonic_s()
            look_in_s = None if self._former_end is None else self._former_end.next_look_in_s()
            with self._progress:
                wait_s = left_s if look_in_s is None else min(left_s, look_in_s)
                if self._progress.wait_for(is_done, max(wait_s, 0.0)):
                    return True
            if left_s <= 0:
                return False

    def _look_at_former_end(self) -> None:
        if self._former_end is not None:
            self._former_end.look()
            for id_, reader in self._readers.items():
                if not self._former_end.may_reach(id_):
                    reader.release()

    def _is_known_to_be_held(self, connection_id: str) -> bool:
        former = self._former_end
        return former is not None and former.reaches is not None and former.may_reach(connection_id)

    def _held_until_s(self, connection_id: str) -> float:
        former = self._former_end
        return former.until_s if former is not None and former.may_reach(connection_id) else NEVER

    def _share_posts(self) -> None:
        """Bound the posts of text of all connections together: the more there are, the longer their gap."""
        connections = self.listeners
        for reader in self._readers.values():
            reader.outbox.pace.share(connections)

    def _running(self) -> int:
        return sum(reader.runs for reader in (*self._readers.values(), *self._former))

    def _dismiss(self, id_: str) -> None:
        reader = self._readers.pop(id_)
        reader.leave()
        self._former.append(reader)

    def _start(self, connection: Connection, up_to_date: bool, in_doubt: bool) -> Reader:
        now_s = self._clock.monotonic_s()
        age_s = (self._clock.now() - connection.connected_at).total_seconds()
        grace_until_s = NEVER if connection.has_spoken else now_s - age_s + self._policy.connect_grace_s
        outbox = Outbox(
            self._source,
            self._renderer(connection),
            self._policy,
            cursor=0 if up_to_date else None,
            connect_grace_until_s=grace_until_s,
            jitter=unpredictable.random,
            not_before_s=now_s + self._policy.former_post_s if in_doubt else NEVER,
            hold_until_s=self._held_until_s(connection.id),
        )
        reader = Reader(
            connection,
            outbox,
            self._source,
            self._pusher,
            self._clock,
            self._progress,
            self._forget,
            self.gate,
        )
        reader.start()
        return reader
