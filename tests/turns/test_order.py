"""The end of one turn never follows the beginning of the next, whatever the weather of a tab is."""

import itertools
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes import RecordingPusher, ScriptedAgent
from tests.turns.world import HELLO, WIND, World, quick
from tests.waiting import eventually
from threadcast.adapters.memory import MemoryTurnStore
from threadcast.delivery.post_gate import PostGate, Verdict
from threadcast.domain.access import Principal
from threadcast.domain.commands import PostRequest
from threadcast.domain.message import Message
from threadcast.errors import ConnectionGone, HandoffFailed, PushThrottled, StoreUnavailable
from threadcast.ports import Connection, Handoff, StoredChat


class SlowTab:
    """FaultPlan in which one connection, once `slow` is set, takes nothing until it is cleared."""

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self.slow = threading.Event()

    def __call__(self, connection: Connection) -> None:
        if self.slow.is_set() and self.connection is not None and connection.id == self.connection.id:
            raise PushThrottled(connection.id)


def world_with_a_slow_tab(**policy: float) -> tuple[World, SlowTab, Connection, str]:
    """A first turn is told to a tab that asks, and to one that is throttled from its opening on."""
    weather = SlowTab()
    world = World(
        ScriptedAgent(*HELLO),
        pusher=RecordingPusher(weather),
        background=True,
        policy=quick(World().policy, opening_push_s=0.05, **policy),
    )
    tab, weather.connection = world.connect(), world.connect()
    weather.slow.set()
    world.ask(PostRequest("One?"), tab)
    chat = world.pusher.wait_for(tab, "complete")["payload"]
    return world, weather, tab, chat["id"]


def starts_and_ends(world: World, tab: Connection) -> list[tuple[str, int]]:
    """Each beginning and end that a tab heard, and how many messages the chat had in it."""
    return [
        (frame["event"], len(frame["payload"]["message_ids"]))
        for frame in world.pusher.heard(tab)
        if frame["event"] in {"initializeChat", "complete"}
    ]


def newest_message(world: World, chat_id: str) -> Message:
    """The last message of a chat, as it is stored."""
    stored = world.use_cases.chats.load(chat_id, (), max_bytes=10_000)
    assert stored is not None
    return stored.messages[-1]


def test_a_turn_waits_until_a_slow_tab_has_heard_the_end_of_the_last_one() -> None:
    world, weather, tab, chat_id = world_with_a_slow_tab(replace_wait_s=5)
    threading.Timer(0.3, weather.slow.clear).start()

    world.ask(PostRequest("Two?", chat_id=chat_id), tab)
    world.finish()

    assert weather.connection is not None
    assert starts_and_ends(world, weather.connection) == [
        ("initializeChat", 1),
        ("complete", 1),
        ("initializeChat", 2),
        ("complete", 2),
    ]


def test_a_young_tab_that_was_closed_holds_up_no_turn() -> None:
    """A 410 for so young a connection could mean that its `$connect` has not returned."""
    closed = threading.Event()

    def weather(connection: Connection) -> None:
        if connection.id == young.id:
            closed.set()
            raise ConnectionGone(connection.id)

    world = World(
        ScriptedAgent(*HELLO),
        pusher=RecordingPusher(weather),
        background=True,
        policy=quick(World().policy, opening_push_s=0.05, grace_s=60),
        stream=replace(World().stream, connect_grace_s=60),
    )
    tab, young = world.connect(), replace(world.connect(), connected_at=world.clock.now())
    world.use_cases.connections.add(young)
    world.ask(PostRequest("One?"), tab)
    chat_id = world.pusher.wait_for(tab, "complete")["payload"]["id"]
    assert closed.wait(5)
    world.use_cases.connections.forget(young.user_id, young.id)
    world.finish()

    world.ask(PostRequest("Two?", chat_id=chat_id), tab)
    world.finish()

    assert starts_and_ends(world, tab)[-1] == ("complete", 2)


def test_a_tab_that_asked_and_is_not_known_any_more_is_found_gone_at_once() -> None:
    def weather(connection: Connection) -> None:
        if connection.id == left.id:
            raise ConnectionGone(connection.id)

    world = World(
        ScriptedAgent(*HELLO),
        pusher=RecordingPusher(weather),
        stream=replace(World().stream, connect_grace_s=60),
    )
    left = replace(world.connect(), connected_at=world.clock.now(), has_spoken=True)
    world.use_cases.connections.forget(left.user_id, left.id)
    tab = world.connect()

    world.ask(PostRequest("One?"), left)

    chat_id = world.pusher.wait_for(tab, "complete")["payload"]["id"]
    assert newest_message(world, chat_id).untold == ()


def test_a_tab_that_stays_slow_hears_of_the_last_end_by_the_next_beginning() -> None:
    world, weather, tab, chat_id = world_with_a_slow_tab(replace_wait_s=0.1, closing_push_s=20)

    world.ask(PostRequest("Two?", chat_id=chat_id), tab)
    world.background_starter.threads[0].join(10)  # the first turn's runner has seen the second turn
    weather.slow.clear()
    world.finish()

    assert weather.connection is not None
    assert starts_and_ends(world, weather.connection) == [("initializeChat", 2), ("complete", 2)]


def test_a_store_that_is_away_lets_no_end_follow_a_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    world, weather, tab, chat_id = world_with_a_slow_tab(replace_wait_s=0.1, closing_push_s=20)
    load, away = world.use_cases.chats.load, threading.Event()
    asked_in_vain = threading.Semaphore(0)

    def whether_followed(
        chat_id: str, principals: Sequence[Principal], *, max_bytes: int
    ) -> StoredChat | None:
        if away.is_set() and max_bytes == 1:
            asked_in_vain.release()
            raise StoreUnavailable
        return load(chat_id, principals, max_bytes=max_bytes)

    monkeypatch.setattr(world.use_cases.chats, "load", whether_followed)
    away.set()
    world.ask(PostRequest("Two?", chat_id=chat_id), tab)
    weather.slow.clear()
    for _ in range(20):
        assert asked_in_vain.acquire(timeout=5)
    away.clear()
    world.finish()

    assert weather.connection is not None
    assert starts_and_ends(world, weather.connection) == [("initializeChat", 2), ("complete", 2)]


class UnreachableAudience:
    """One connection that never receives anything."""

    listeners = 1

    def __init__(self) -> None:
        self.gate = PostGate()

    def refresh(self) -> None:
        pass

    def wait_until_delivered(self, _: float) -> bool:
        return False

    def keep_listed(self, listed: Collection[str]) -> None:
        pass

    def undelivered(self) -> frozenset[str]:
        return frozenset({"out of reach"})


def test_a_late_delivery_first_reads_whether_a_newer_turn_has_opened() -> None:
    world = World(ScriptedAgent(*HELLO))
    connection = world.connect()
    world.ask(PostRequest("One?"), connection)
    chat_id = world.pusher.heard(connection)[-1]["payload"]["id"]
    message, now = newest_message(world, chat_id), world.clock.now()
    late, immediate = UnreachableAudience(), UnreachableAudience()

    world.ask(PostRequest("Two?", chat_id=chat_id), connection)
    delivery = world.use_cases.deliveries.of(message)
    delivery.begin(now - timedelta(seconds=world.policy.replace_wait_s), late.gate)
    world.use_cases.deliveries.of(message).begin(world.clock.now(), immediate.gate)
    before_the_read = late.gate.verdict(world.clock.monotonic_s())
    delivery.await_delivery(late, 0)

    assert before_the_read is Verdict.WAIT
    assert late.gate.verdict(world.clock.monotonic_s()) is Verdict.GIVE_UP
    assert immediate.gate.verdict(world.clock.monotonic_s()) is Verdict.POST


def test_a_tab_that_is_slow_for_longer_than_others_wait_hears_the_end_all_the_same() -> None:
    world, weather, _, chat_id = world_with_a_slow_tab(closing_push_s=0.1)
    assert weather.connection is not None

    eventually(lambda: newest_message(world, chat_id).outcome_sent)
    heard_before = starts_and_ends(world, weather.connection)
    weather.slow.clear()
    world.finish()

    assert heard_before == []
    assert starts_and_ends(world, weather.connection) == [("initializeChat", 1), ("complete", 1)]


def test_a_tab_that_is_slow_hears_a_turn_without_a_prompt_all_the_same() -> None:
    weather = SlowTab()
    world = World(pusher=RecordingPusher(weather), policy=quick(World().policy, closing_push_s=0.5))
    tab, weather.connection = world.connect(), world.connect()
    weather.slow.set()
    threading.Timer(0.7, weather.slow.clear).start()

    world.ask(PostRequest(asset=WIND), tab)

    assert starts_and_ends(world, weather.connection) == [("initializeChat", 1), ("complete", 1)]


class ForgetfulTurnStore(MemoryTurnStore):
    """Can't record how far the first end has got, as if whoever tells it had died."""

    def record_delivery(self, message: Message, untold: Collection[str], *, sent: bool) -> None:
        if message.number == 1:
            raise StoreUnavailable(message.id)
        super().record_delivery(message, untold, sent=sent)


@pytest.mark.parametrize("store", [MemoryTurnStore, ForgetfulTurnStore])
def test_an_end_that_arrives_late_never_follows_the_next_beginning(store: type[MemoryTurnStore]) -> None:
    """The last of four frames takes longer than the next turn waits."""
    posts = itertools.count(1)

    def weather(connection: Connection) -> None:
        if connection.id == tardy.id and next(posts) == 4:
            time.sleep(0.6)

    world = World(
        ScriptedAgent(*HELLO),
        pusher=RecordingPusher(weather),
        background=True,
        policy=quick(World().policy, opening_push_s=0.05, replace_wait_s=0.2),
        stream=replace(World().stream, post_s=0.6, settle_s=0.2),
    )
    world.change(turns=store(world.table, world.clock.now))
    tab, tardy = world.connect(), world.connect()
    first = threading.Thread(target=world.ask, args=(PostRequest(asset=WIND), tab))
    first.start()
    chat = world.pusher.wait_for(tab, "complete")["payload"]

    world.ask(PostRequest("Two?", chat_id=chat["id"]), tab)
    first.join()
    world.finish()

    expected = [("initializeChat", 1), ("complete", 1), ("initializeChat", 2), ("complete", 2)]
    assert starts_and_ends(world, tab) == starts_and_ends(world, tardy) == expected


def test_a_tab_that_has_heard_the_end_in_the_end_hears_the_next_beginning_at_once() -> None:
    world, weather, tab, chat_id = world_with_a_slow_tab(replace_wait_s=0.1)
    assert weather.connection is not None
    eventually(lambda: newest_message(world, chat_id).untold == (weather.connection.id,))
    weather.slow.clear()
    world.finish()
    patient = replace(world.use_cases.stream, post_s=60)
    world.change(stream=patient)

    world.ask(PostRequest("Two?", chat_id=chat_id), tab)
    world.finish()

    assert starts_and_ends(world, weather.connection)[-1] == ("complete", 2)


def test_an_opening_that_arrives_late_never_follows_the_end() -> None:
    late, first = threading.Event(), threading.Event()

    def weather(connection: Connection) -> None:
        if connection.id == tardy.id and not first.is_set():
            first.set()
            late.wait(0.4)

    world = World(
        ScriptedAgent(*HELLO),
        pusher=RecordingPusher(weather),
        background=True,
        policy=quick(World().policy, opening_push_s=0.05),
        stream=replace(World().stream, post_s=0.5),
    )
    tab, tardy = world.connect(), world.connect()
    world.ask(PostRequest("One?"), tab)
    world.finish()

    assert world.pusher.events(tardy)[-1] == "complete"
    assert world.pusher.events(tab)[-1] == "complete"


class RefusesAtOnce:
    """A starter that can't."""

    def start(self, handoff: Handoff) -> None:
        raise HandoffFailed(handoff.message_id)


def test_an_opening_that_arrives_late_never_follows_the_failure_of_a_turn_that_could_not_start() -> None:
    late, first = threading.Event(), threading.Event()

    def weather(connection: Connection) -> None:
        if connection.id == tardy.id and not first.is_set():
            first.set()
            late.wait(0.4)

    world = World(
        pusher=RecordingPusher(weather),
        starter=RefusesAtOnce(),
        policy=quick(World().policy, opening_push_s=0.05),
        stream=replace(World().stream, post_s=0.5),
    )
    tab, tardy = world.connect(), world.connect()
    world.ask(PostRequest("One?"), tab)

    assert world.pusher.events(tardy)[-1] == "postThread"
