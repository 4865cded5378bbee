"""Registration of connections as they open and close, and the limit of connections of a user."""

import heapq
import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from threadcast.adapters.memory import MemoryConnectionStore, MemoryTable
from threadcast.errors import ConnectionLimitReached, PushThrottled
from threadcast.ports import Connection, ConnectionStore, Presence
from threadcast.turns.connections import ConnectionOpener, close_session

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
CONNECTION = Connection("c-1", "u-1", "https://example.com/prod", NOON)


class ManualClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.elapsed_s = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.elapsed_s)

    def monotonic_s(self) -> float:
        return self.elapsed_s

    def sleep(self, duration_s: float) -> None:
        self.elapsed_s += duration_s


class Probe:
    """Knows which connections are gone, and records which were asked about."""

    def __init__(self, *gone: str, error: type[PushThrottled] | None = None) -> None:
        self.gone = set(gone)
        self.asked: list[str] = []
        self._error = error

    def is_gone(self, connection: Connection) -> bool:
        self.asked.append(connection.id)
        if self._error is not None:
            raise self._error(connection.id)
        return connection.id in self.gone


def oldest_first(connections: Sequence[Connection], number: int) -> Sequence[Connection]:
    return connections[:number]


class Sessions:
    """An opener over a registry in memory; connections are one minute old unless given otherwise."""

    def __init__(self, limit: int, probe: Probe | None = None) -> None:
        self.clock = ManualClock()
        self.registry: ConnectionStore = MemoryConnectionStore(MemoryTable(), self.clock.now)
        self.probe = probe or Probe()
        self.limit = limit
        self.choose: Callable[[Sequence[Connection], int], Sequence[Connection]] = oldest_first

    @property
    def opener(self) -> ConnectionOpener:
        return ConnectionOpener(
            self.registry, self.probe, self.clock, limit=self.limit, grace_s=10, choose=self.choose
        )

    def open(self, name: str, *, age_s: float = 60, has_spoken: bool = False) -> None:
        connected_at = self.clock.now() - timedelta(seconds=age_s)
        connection = replace(CONNECTION, id=name, connected_at=connected_at, has_spoken=has_spoken)
        self.opener.open(connection, ())

    @property
    def stored(self) -> list[str]:
        return sorted(each.id for each in self.registry.presence("u-1").connections)


def test_an_open_connection_is_stored() -> None:
    sessions = Sessions(limit=1)

    assert sessions.opener.open(CONNECTION, ()) is None
    assert sessions.registry.presence("u-1").connections == (CONNECTION,)


def test_the_subprotocol_is_selected_and_the_token_is_not() -> None:
    assert Sessions(limit=1).opener.open(CONNECTION, ("bearer", "x.y.z")) == "bearer"
    assert Sessions(limit=1).opener.open(CONNECTION, ("graphql-ws",)) is None


def test_a_closed_connection_is_deleted_even_if_it_is_closed_twice() -> None:
    sessions = Sessions(limit=1)
    sessions.opener.open(CONNECTION, ())

    close_session(CONNECTION, sessions.registry)
    close_session(CONNECTION, sessions.registry)

    assert sessions.stored == []


def test_a_connection_beyond_the_limit_is_refused_and_no_other_one_is_removed() -> None:
    sessions = Sessions(limit=2)
    sessions.open("a")
    sessions.open("b")

    with pytest.raises(ConnectionLimitReached):
        sessions.open("c")

    assert sessions.stored == ["a", "b"]
    assert sessions.probe.asked == ["a", "b"]


def test_the_limit_is_one_users_own() -> None:
    sessions = Sessions(limit=1)
    sessions.open("a")

    sessions.opener.open(replace(CONNECTION, user_id="u-2"), ())

    assert sessions.stored == ["a"]


def test_a_connection_below_the_limit_asks_about_none() -> None:
    sessions = Sessions(limit=3, probe=Probe("a"))

    sessions.open("a")
    sessions.open("b")
    sessions.open("c")

    assert sessions.probe.asked == []


def test_a_handshake_that_is_delivered_twice_counts_once() -> None:
    sessions = Sessions(limit=1)
    sessions.open("a")

    sessions.open("a")

    assert sessions.stored == ["a"]


def test_connections_that_are_gone_make_room() -> None:
    sessions = Sessions(limit=3, probe=Probe("b", "c"))
    for name in "abc":
        sessions.open(name)

    sessions.open("d")

    assert sessions.stored == ["a", "c", "d"]
    assert sessions.probe.asked == ["a", "b"]


def test_five_connections_at_most_are_asked_about() -> None:
    sessions = Sessions(limit=8, probe=Probe("h"))
    for name in "abcdefgh":
        sessions.open(name)

    with pytest.raises(ConnectionLimitReached):
        sessions.open("i")

    assert sessions.probe.asked == ["a", "b", "c", "d", "e"]


def test_a_connection_that_is_gone_is_found_in_the_end_however_many_are_open() -> None:
    sessions = Sessions(limit=20, probe=Probe("c-7"))
    for number in range(20):
        sessions.open(f"c-{number}")
    sessions.choose = random.Random(1).sample  # noqa: S311 - no secret

    refusals = 0
    while "late" not in sessions.stored:
        try:
            sessions.open("late")
        except ConnectionLimitReached:
            refusals += 1

    assert "c-7" not in sessions.stored
    assert refusals < 40


def test_a_connection_whose_handshake_may_still_run_is_not_asked_about() -> None:
    sessions = Sessions(limit=2, probe=Probe("new"))
    sessions.open("new", age_s=1)
    sessions.open("speaking", age_s=1, has_spoken=True)

    with pytest.raises(ConnectionLimitReached):
        sessions.open("c")

    assert sessions.probe.asked == ["speaking"]


def test_an_unclear_response_removes_nothing_and_ends_the_search() -> None:
    sessions = Sessions(limit=2, probe=Probe("a", "b", error=PushThrottled))
    sessions.open("a")
    sessions.open("b")

    with pytest.raises(ConnectionLimitReached):
        sessions.open("c")

    assert sessions.stored == ["a", "b"]
    assert len(sessions.probe.asked) == 1


def test_a_lowered_limit_removes_nothing_that_is_open() -> None:
    sessions = Sessions(limit=3, probe=Probe("a"))
    for name in "abc":
        sessions.open(name)
    sessions.limit = 1

    with pytest.raises(ConnectionLimitReached):
        sessions.open("d")

    assert sessions.stored == ["b", "c"]


class MeetingStore:
    """A registry whose first readers wait for each other: each of them counts before anybody is stored."""

    def __init__(self, registry: ConnectionStore, readers: int) -> None:
        self._registry = registry
        self._meeting = threading.Barrier(readers)
        self._first_reads = threading.Semaphore(readers)

    def presence(self, user_id: str) -> Presence:
        found = self._registry.presence(user_id)
        if self._first_reads.acquire(blocking=False):
            self._meeting.wait(60)
        return found

    def add(self, connection: Connection) -> None:
        self._registry.add(connection)

    def forget(self, user_id: str, connection_id: str) -> None:
        self._registry.forget(user_id, connection_id)


@pytest.mark.parametrize("limit", [1, 3, 20, 100])
def test_concurrent_handshakes_never_exceed_the_limit(limit: int) -> None:
    sessions, handshakes = Sessions(limit), limit + 12
    sessions.registry = MeetingStore(sessions.registry, handshakes)

    def accepted(number: int) -> bool:
        try:
            sessions.open(f"c-{number}")
        except ConnectionLimitReached:
            return False
        return True

    with ThreadPoolExecutor(handshakes) as threads:
        results = list(threads.map(accepted, range(handshakes)))

    assert sum(results) <= limit
    assert len(sessions.stored) == sum(results)


def test_one_client_too_many_that_reconnects_disturbs_nobody_at_a_bounded_rate() -> None:
    """Each client reconnects when it is closed or refused, after a pause that doubles from 1 s to 60 s."""
    sessions, hour_s = Sessions(limit=3), 3_600
    due = [(0.0, client, 1.0) for client in range(4)]
    handshakes: list[int] = []
    accepted: list[int] = []

    while due and due[0][0] < hour_s:
        sessions.clock.elapsed_s, client, pause_s = heapq.heappop(due)
        handshakes.append(client)
        try:
            sessions.open(f"client {client}, handshake {len(handshakes)}", age_s=0)
        except ConnectionLimitReached:
            heapq.heappush(due, (sessions.clock.elapsed_s + pause_s, client, min(2 * pause_s, 60.0)))
        else:
            accepted.append(client)

    assert accepted == [0, 1, 2]
    assert len(handshakes) <= 3 + 6 + hour_s / 60
    assert len(sessions.probe.asked) <= 5 * len(handshakes)
    assert len(sessions.stored) == 3


def test_a_client_that_closes_lets_the_waiting_one_in() -> None:
    sessions = Sessions(limit=1)
    sessions.open("a")
    with pytest.raises(ConnectionLimitReached):
        sessions.open("b")

    close_session(replace(CONNECTION, id="a"), sessions.registry)
    sessions.open("b")

    assert sessions.stored == ["b"]
