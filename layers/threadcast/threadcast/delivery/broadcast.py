"""A turn told to all open connections of a user: a thread and an outbox each; none waits for another."""

import random
import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import fields
from typing import Self

from threadcast.delivery.outbox import NEVER, Outbox, OutboxCounts, Renderer
from threadcast.delivery.reader import Reader, WaitableSource
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.ports import Clock, Connection, Pusher

__all__ = ["Broadcast"]


class Broadcast:
    """Everybody who listens to one turn.

    `forget` is called for each connection that turns out to be gone, from that connection's thread.
    `may_post` is asked before each post: True, or False where it is too late for one, and that connection is
    given up, or None where that can't be told now, and is asked again a little later.
    A context manager: leaving it ends every thread, posts in flight included.
    """

    def __init__(
        self,
        source: WaitableSource,
        render: Renderer,
        pusher: Pusher,
        clock: Clock,
        policy: StreamPolicy,
        forget: Callable[[Connection], None],
        may_post: Callable[[], bool | None] = lambda: True,
    ) -> None:
        self._source = source
        self._render = render
        self._pusher = pusher
        self._clock = clock
        self._policy = policy
        self._forget = forget
        self._may_tell = may_post
        self._readers: dict[str, Reader] = {}
        self._former: list[Reader] = []
        self._progress = threading.Condition()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def tell(
        self,
        connections: Iterable[Connection],
        *,
        up_to_date: frozenset[str] = frozenset(),
        in_doubt: frozenset[str] = frozenset(),
    ) -> None:
        """From now on exactly these listen; whoever is new is first brought up to date.

        `up_to_date` are the ids of connections that have heard all that came before the log's first event;
        to those `in_doubt` a frame may still be on its way, so they are left alone until it can't be.
        """
        wanted = {connection.id: connection for connection in connections}
        for id_ in self._readers.keys() - wanted.keys():
            self._dismiss(id_)
        for id_, connection in wanted.items():
            if id_ in self._readers:
                self._readers[id_].update(connection)
            else:
                self._readers[id_] = self._start(connection, id_ in up_to_date, id_ in in_doubt)

    def keep(self, listed: Collection[str]) -> None:
        """Tell nothing more to connections that are not listed: they have left.

        One that has spoken stays until a post finds it gone: the list may have lost it.
        """
        for id_ in self._readers.keys() - set(listed):
            if not self._readers[id_].connection.has_spoken:
                self._dismiss(id_)

    @property
    def listeners(self) -> int:
        """How many connections are not known to be gone."""
        return sum(not reader.gone for reader in self._readers.values())

    def settled(self, timeout_s: float) -> bool:
        """Wait until everybody has taken everything published so far; False if somebody had not by then."""
        with self._progress:
            return self._progress.wait_for(
                lambda: all(reader.outbox.caught_up for reader in self._readers.values()), timeout_s
            )

    def acknowledged(self) -> frozenset[str]:
        """Ids of the connections that have taken all there was, and for certain."""
        return frozenset(id_ for id_, reader in self._readers.items() if reader.up_to_date)

    def untold(self) -> frozenset[str]:
        """Ids of the connections that have not taken everything published so far, and may yet."""
        return frozenset(id_ for id_, reader in self._readers.items() if not reader.outbox.caught_up)

    def in_doubt(self) -> frozenset[str]:
        """Ids of the connections that a post may still reach, or may have reached."""
        return frozenset(id_ for id_, reader in self._readers.items() if reader.in_doubt)

    def silence(self) -> None:
        """Post nothing more after what is in flight."""
        for reader in self._readers.values():
            reader.leave()

    def close(self) -> None:
        """End every thread; a post in flight is waited for (the pusher's time-outs bound it)."""
        self.silence()
        for reader in (*self._readers.values(), *self._former):
            reader.join()

    def counts(self) -> OutboxCounts:
        """What the stream has cost up to now, over all connections."""
        totals = OutboxCounts()
        for reader in (*self._readers.values(), *self._former):
            for field in fields(totals):
                former = getattr(totals, field.name)
                setattr(totals, field.name, former + getattr(reader.outbox.counts, field.name))
        return totals

    def worst_lag_s(self) -> float:
        """The longest, over all connections, that something to say has waited until it was taken."""
        readers = (*self._readers.values(), *self._former)
        return max((reader.outbox.worst_lag_s for reader in readers), default=0.0)

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
            self._render,
            self._policy,
            cursor=0 if up_to_date else None,
            connect_grace_until_s=grace_until_s,
            jitter=random.random,
            not_before_s=now_s + self._policy.post_s + self._policy.settle_s if in_doubt else NEVER,
        )
        reader = Reader(
            connection,
            outbox,
            self._source,
            self._pusher,
            self._clock,
            self._progress,
            self._forget,
            self._may_tell,
        )
        reader.start()
        return reader
