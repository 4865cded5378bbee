"""Every message takes its place in a quota before it is answered, and an empty one costs one read."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.turns.world import ALICE, WIND, World
from threadcast.adapters.memory import MemoryChatStore, MemoryConnectionStore
from threadcast.domain.user import User
from threadcast.entrypoints.connection_event import MessageEvent
from threadcast.errors import StoreUnavailable
from threadcast.ports import Connection, Presence
from threadcast.turns.opening.quota import QuotaLimits

LIMITS = QuotaLimits(600, 100, 3, messages_per_minute=60, message_burst=3)
UNKNOWN = "99999999-9999-4999-8999-999999999999"
GET = f'{{"route": "/chats/get", "payload": {{"id": "{UNKNOWN}"}}}}'
STOP = f'{{"route": "/chats/stop", "payload": {{"id": "{UNKNOWN}", "message_id": "{UNKNOWN}"}}}}'
REPLACE = f'{{"route": "/chats/post", "payload": {{"prompt": "?", "chat_id": "{UNKNOWN}"}}}}'
TURN = f'{{"route": "/chats/post", "payload": {{"asset_id": "{WIND.id}", "asset_type": "metric_file"}}}}'


class CountingChatStore(MemoryChatStore):
    """Counts its reads."""

    reads = 0

    def load(self, *arguments: Any, **options: Any) -> Any:
        self.reads += 1
        return super().load(*arguments, **options)

    def find_request(self, *arguments: Any) -> Any:
        self.reads += 1
        return super().find_request(*arguments)


class CountingConnectionStore(MemoryConnectionStore):
    """Counts its reads of presence, and the charges."""

    reads = charges = 0

    def presence(self, user_id: str) -> Presence:
        self.reads += 1
        return super().presence(user_id)

    def charge_message(self, *arguments: Any) -> None:
        self.charges += 1
        super().charge_message(*arguments)


def limited_world() -> tuple[World, Connection]:
    world = World(limits=LIMITS)
    world.change(
        chats=CountingChatStore(world.table),
        connections=CountingConnectionStore(world.table, world.clock.now),
    )
    return world, world.connect()


def send(world: World, connection: Connection, body: str, user: User = ALICE) -> str:
    now = datetime.now(UTC)
    event = MessageEvent(connection, user, "request", f"message {now.timestamp()}", "$default", now, body)
    return world.use_cases.messages.answer(event, lambda: 29.0)


@pytest.mark.parametrize("body", [GET, STOP, REPLACE, "no JSON", '{"route": "/chats/post"}'])
def test_messages_that_open_no_turn_are_refused_once_their_bucket_is_empty(body: str) -> None:
    world, connection = limited_world()

    answers = [send(world, connection, body) for _ in range(5)]

    assert answers[:3] == [answers[0]] * 3
    assert answers[0] in {"NOT_FOUND", "BAD_REQUEST"}
    assert answers[3:] == ["TOO_MANY_REQUESTS"] * 2
    error = world.pusher.received(connection)[-1]["error"]
    assert 0 < error["retry_after_s"] <= 1


def test_an_empty_bucket_costs_one_read_and_no_write() -> None:
    world, connection = limited_world()
    for _ in range(3):
        send(world, connection, GET)
    chats, connections = world.use_cases.chats, world.use_cases.connections
    assert isinstance(chats, CountingChatStore)
    assert isinstance(connections, CountingConnectionStore)
    before = (chats.reads, connections.reads, connections.charges)

    assert send(world, connection, REPLACE) == "TOO_MANY_REQUESTS"

    assert (chats.reads, connections.reads, connections.charges) == (before[0], before[1] + 1, before[2])


def test_the_bucket_refills_with_time() -> None:
    world, connection = limited_world()
    for _ in range(4):
        send(world, connection, GET)

    world.clock.shift = timedelta(seconds=61)

    assert [send(world, connection, GET) for _ in range(3)] == ["NOT_FOUND"] * 3


def test_a_turn_that_opens_does_not_pay_for_a_message_and_reads_the_quota_once() -> None:
    """A prompt-less turn reads the connections once more: those stored since its admission receive it too."""
    world, connection = limited_world()
    connections = world.use_cases.connections
    assert isinstance(connections, CountingConnectionStore)

    answers = [send(world, connection, TURN) for _ in range(5)]

    assert answers == ["ok"] * 5
    assert connections.charges == 0
    assert connections.reads == 2 * 5


def test_one_users_bucket_is_not_anothers() -> None:
    world, connection = limited_world()
    for _ in range(4):
        send(world, connection, GET)
    bob = User("b0b00000-0000-4000-8000-000000000002", "Bob")

    assert send(world, world.connect(bob), GET, bob) == "NOT_FOUND"


def test_a_message_is_free_where_it_cannot_be_charged() -> None:
    class UnchargeableStore(MemoryConnectionStore):
        def charge_message(self, *_: object) -> None:
            raise StoreUnavailable("table")

    world, connection = limited_world()
    world.change(connections=UnchargeableStore(world.table, world.clock.now))

    assert [send(world, connection, GET) for _ in range(5)] == ["NOT_FOUND"] * 5
