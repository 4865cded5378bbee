"""The terminal frame of one turn never follows the first frame of the next, also on slow connections."""

import threading
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes import RecordingPusher, ScriptedAgent
from tests.turns.world import HELLO, WIND, World, with_times
from tests.waiting import eventually
from threadcast.adapters.memory import MemoryTurnStore
from threadcast.delivery.post_gate import PostGate, Verdict
from threadcast.domain.access import Principal
from threadcast.domain.message import Message
from threadcast.errors import ConnectionGone, HandoffFailed, PushThrottled, StoreUnavailable
from threadcast.ports import Connection, Handoff, StoredChat
from threadcast.turns.commands import PostRequest


class SlowConnection:
    """A fault for `RecordingPusher`: while `throttled` is set, posts to `connection` are throttled."""

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self.throttled = threading.Event()

    def __call__(self, connection: Connection) -> None:
        if self.throttled.is_set() and self.connection is not None and connection.id == self.connection.id:
            raise PushThrottled(connection.id)


def world_with_a_slow_connection(
    gate_s: float = 0.1, **policy: float
) -> tuple[World, SlowConnection, Connection, str]:
    """Return a world whose first turn is delivered to one connection, and throttled on the slow one."""
    slow = SlowConnection()
    world = World(
        ScriptedAgent(*HELLO),
        pusher=RecordingPusher(slow),
        background=True,
        policy=with_times(World().policy, opening_push_s=0.05, **policy),
        stream=replace(World().stream, gate_s=gate_s),
    )
    connection, slow.connection = world.connect(), world.connect()
    slow.throttled.set()
    world.ask(PostRequest("One?"), connection)
    chat = world.pusher.wait_for(connection, "complete")["payload"]
    return world, slow, connection, chat["id"]


def starts_and_ends(world: World, connection: Connection) -> list[tuple[str, int]]:
    """Return each `initializeChat` and `complete` on a connection, with its number of messages."""
    return [
        (frame["event"], len(frame["payload"]["message_ids"]))
        for frame in world.pusher.received(connection)
        if frame["event"] in {"initializeChat", "complete"}
    ]


def newest_message(world: World, chat_id: str) -> Message:
    """Return the stored last message of a chat."""
    stored = world.use_cases.chats.load(chat_id, (), max_bytes=10_000)
    assert stored is not None
    return stored.messages[-1]


def _id(slow: SlowConnection) -> str:
    return "" if slow.connection is None else slow.connection.id


def is_decided(world: World) -> bool:
    """Return whether the outcome of the one message is stored."""
    (messages,) = world.table.messages.values()
    return messages[1].outcome is not None


def test_only_a_slow_connection_waits_until_it_has_received_the_former_complete() -> None:
    world, slow, connection, chat_id = world_with_a_slow_connection(gate_s=60)
    assert slow.connection is not None

    world.ask(PostRequest("Two?", chat_id=chat_id), connection)
    eventually(lambda: starts_and_ends(world, connection)[-1] == ("complete", 2))
    received_before = starts_and_ends(world, slow.connection)
    slow.throttled.clear()
    world.finish()

    assert received_before == []
    assert starts_and_ends(world, slow.connection) == [
        ("initializeChat", 1),
        ("complete", 1),
        ("initializeChat", 2),
        ("complete", 2),
    ]


def test_a_connection_closed_within_its_grace_period_delays_no_turn() -> None:
    """A 410 within the grace period may only mean that `$connect` has not returned yet."""
    closed = threading.Event()

    def fail_for_the_new_one(connection: Connection) -> None:
        if connection.id == new.id:
            closed.set()
            raise ConnectionGone(connection.id)

    world = World(
        ScriptedAgent(*HELLO),
        pusher=RecordingPusher(fail_for_the_new_one),
        background=True,
        policy=with_times(World().policy, opening_push_s=0.05, grace_s=60),
        stream=replace(World().stream, connect_grace_s=60),
    )
    connection, new = world.connect(), replace(world.connect(), connected_at=world.clock.now())
    world.use_cases.connections.add(new)
    world.ask(PostRequest("One?"), connection)
    chat_id = world.pusher.wait_for(connection, "complete")["payload"]["id"]
    assert closed.wait(30)
    world.use_cases.connections.forget(new.user_id, new.id)
    world.finish()

    world.ask(PostRequest("Two?", chat_id=chat_id), connection)
    world.finish()

    assert starts_and_ends(world, connection)[-1] == ("complete", 2)


def test_a_410_is_final_for_a_requesting_connection_that_is_not_listed() -> None:
    def fail_for_the_closed_one(connection: Connection) -> None:
        if connection.id == closed.id:
            raise ConnectionGone(connection.id)

    world = World(
        ScriptedAgent(*HELLO),
        pusher=RecordingPusher(fail_for_the_closed_one),
        stream=replace(World().stream, connect_grace_s=60),
    )
    closed = replace(world.connect(), connected_at=world.clock.now(), has_spoken=True)
    world.use_cases.connections.forget(closed.user_id, closed.id)
    connection = world.connect()

    world.ask(PostRequest("One?"), closed)

    chat_id = world.pusher.wait_for(connection, "complete")["payload"]["id"]
    assert newest_message(world, chat_id).untold == ()


def test_a_connection_that_stays_slow_receives_initialize_chat_instead_of_the_former_complete() -> None:
    world, slow, connection, chat_id = world_with_a_slow_connection(closing_push_s=20)

    world.ask(PostRequest("Two?", chat_id=chat_id), connection)
    world.background_starter.threads[0].join(60)  # until the first runner has found the second turn
    slow.throttled.clear()
    world.finish()

    assert slow.connection is not None
    assert starts_and_ends(world, slow.connection) == [("initializeChat", 2), ("complete", 2)]


def test_no_complete_follows_the_next_initialize_chat_while_the_store_is_unavailable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, slow, connection, chat_id = world_with_a_slow_connection(closing_push_s=20)
    load, unavailable = world.use_cases.chats.load, threading.Event()
    failed_reads = threading.Semaphore(0)

    def load_or_fail(chat_id: str, principals: Sequence[Principal], *, max_bytes: int) -> StoredChat | None:
        if unavailable.is_set() and max_bytes == 1:
            failed_reads.release()
            raise StoreUnavailable
        return load(chat_id, principals, max_bytes=max_bytes)

    monkeypatch.setattr(world.use_cases.chats, "load", load_or_fail)
    unavailable.set()
    assert failed_reads.acquire(timeout=30)
    world.ask(PostRequest("Two?", chat_id=chat_id), connection)
    slow.throttled.clear()
    for _ in range(20):
        assert failed_reads.acquire(timeout=30)
    unavailable.clear()
    world.finish()

    assert slow.connection is not None
    assert starts_and_ends(world, slow.connection) == [("initializeChat", 2), ("complete", 2)]


class UnreachableAudience:
    """One connection that never receives anything."""

    listeners = 1

    def __init__(self) -> None:
        self.gate = PostGate()

    def refresh(self) -> bool:
        return True

    def wait_until_delivered(self, _: float) -> bool:
        return False

    def keep_listed(self, listed: Collection[str]) -> None:
        pass

    def undelivered(self) -> frozenset[str]:
        return frozenset({"unreachable"})


def test_a_late_delivery_first_reads_whether_a_newer_turn_has_opened() -> None:
    world = World(ScriptedAgent(*HELLO), stream=replace(World().stream, gate_s=60))
    connection = world.connect()
    world.ask(PostRequest("One?"), connection)
    chat_id = world.pusher.received(connection)[-1]["payload"]["id"]
    message, now = newest_message(world, chat_id), world.clock.now()
    late, immediate = UnreachableAudience(), UnreachableAudience()

    world.ask(PostRequest("Two?", chat_id=chat_id), connection)
    delivery = world.use_cases.deliveries.of(message, world.table.chats[chat_id])
    delivery.begin(now - timedelta(seconds=60), late.gate)
    new = replace(message, deliverer=None)
    world.use_cases.deliveries.of(new, world.table.chats[chat_id]).begin(world.clock.now(), immediate.gate)
    before_the_read = late.gate.verdict(world.clock.monotonic_s())
    delivery.await_delivery(late, 30)

    assert before_the_read is Verdict.WAIT
    assert late.gate.verdict(world.clock.monotonic_s()) is Verdict.GIVE_UP
    assert immediate.gate.verdict(world.clock.monotonic_s()) is Verdict.POST


def test_a_slow_connection_receives_complete_after_it_was_recorded_as_not_reached() -> None:
    world, slow, _, chat_id = world_with_a_slow_connection()
    assert slow.connection is not None

    eventually(lambda: newest_message(world, chat_id).untold == (_id(slow),))
    received_before = starts_and_ends(world, slow.connection)
    slow.throttled.clear()
    world.finish()

    assert received_before == []
    assert starts_and_ends(world, slow.connection) == [("initializeChat", 1), ("complete", 1)]


def test_a_slow_connection_receives_a_prompt_less_turn_after_it_was_recorded_as_not_reached() -> None:
    slow = SlowConnection()
    world = World(pusher=RecordingPusher(slow), policy=with_times(World().policy, closing_push_s=2.5))
    connection, slow.connection = world.connect(), world.connect()
    slow.throttled.set()
    asking = threading.Thread(target=world.ask, args=(PostRequest(asset=WIND), connection))
    asking.start()
    chat_id = world.pusher.wait_for(connection, "complete")["payload"]["id"]

    eventually(lambda: newest_message(world, chat_id).untold == (_id(slow),))
    slow.throttled.clear()
    asking.join()

    assert starts_and_ends(world, slow.connection) == [("initializeChat", 1), ("complete", 1)]


class FirstDeliveryUnrecordedStore(MemoryTurnStore):
    """Is unavailable for the delivery records of the first message, as if its runner had ended."""

    def record_delivery(self, message: Message, untold: Collection[str], **record: Any) -> None:
        if message.number == 1:
            raise StoreUnavailable(message.id)
        super().record_delivery(message, untold, **record)


@pytest.mark.parametrize("store", [MemoryTurnStore, FirstDeliveryUnrecordedStore])
def test_a_complete_that_arrives_late_never_follows_the_next_initialize_chat(
    store: type[MemoryTurnStore],
) -> None:
    """The post of the terminal frame ends only after the next turn has opened."""
    in_flight = threading.Event()

    class LateCompletePusher(RecordingPusher):
        def push(self, connection: Connection, frame: bytes) -> None:
            is_complete = b'"event":"complete"' in frame
            if connection.id == slow.id and is_complete and not in_flight.is_set():
                in_flight.set()
                eventually(lambda: [len(chat) for chat in world.table.messages.values()] == [2])
            super().push(connection, frame)

    world = World(
        ScriptedAgent(*HELLO),
        pusher=LateCompletePusher(),
        background=True,
        policy=with_times(World().policy, opening_push_s=0.05),
        stream=replace(World().stream, post_s=1.5, settle_s=0.2),
    )
    world.change(turns=store(world.table, world.clock.now))
    connection, slow = world.connect(), world.connect()
    first = threading.Thread(target=world.ask, args=(PostRequest(asset=WIND), connection))
    first.start()
    chat_id = world.pusher.wait_for(connection, "complete")["payload"]["id"]
    assert in_flight.wait(30)

    world.ask(PostRequest("Two?", chat_id=chat_id), connection)
    first.join()
    world.finish()

    expected = [("initializeChat", 1), ("complete", 1), ("initializeChat", 2), ("complete", 2)]
    assert starts_and_ends(world, connection) == starts_and_ends(world, slow) == expected


def test_a_slow_connection_that_has_received_complete_receives_the_next_turn_without_a_wait() -> None:
    world, slow, connection, chat_id = world_with_a_slow_connection()
    assert slow.connection is not None
    eventually(lambda: newest_message(world, chat_id).untold == (slow.connection.id,))
    slow.throttled.clear()
    world.finish()
    world.change(stream=replace(world.use_cases.stream, post_s=60))

    world.ask(PostRequest("Two?", chat_id=chat_id), connection)
    world.finish()

    assert starts_and_ends(world, slow.connection)[-1] == ("complete", 2)


def test_an_initialize_chat_that_arrives_late_never_follows_complete() -> None:
    first = threading.Event()

    def delay_the_first_post(connection: Connection) -> None:
        if connection.id == slow.id and not first.is_set():
            first.set()
            eventually(lambda: is_decided(world))

    world = World(
        ScriptedAgent(*HELLO),
        pusher=RecordingPusher(delay_the_first_post),
        background=True,
        policy=with_times(World().policy, opening_push_s=0.05),
        stream=replace(World().stream, post_s=2),
    )
    connection, slow = world.connect(), world.connect()
    world.ask(PostRequest("One?"), connection)
    world.finish()

    assert world.pusher.events(slow)[-1] == "complete"
    assert world.pusher.events(connection)[-1] == "complete"


class FailingStarter:
    """A starter that cannot start a runner."""

    def start(self, handoff: Handoff) -> None:
        raise HandoffFailed(handoff.message_id)


def test_an_initialize_chat_that_arrives_late_never_follows_the_failure_of_the_start() -> None:
    first = threading.Event()

    def delay_the_first_post(connection: Connection) -> None:
        if connection.id == slow.id and not first.is_set():
            first.set()
            eventually(lambda: is_decided(world))

    world = World(
        pusher=RecordingPusher(delay_the_first_post),
        starter=FailingStarter(),
        policy=with_times(World().policy, opening_push_s=0.05, closing_push_s=10),
        stream=replace(World().stream, post_s=2),
    )
    connection, slow = world.connect(), world.connect()
    world.ask(PostRequest("One?"), connection)

    assert world.pusher.events(slow)[-1] == "postThread"
