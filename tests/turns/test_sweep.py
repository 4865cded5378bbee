"""One sweep after the trouble ends, every turn has ended and its end was delivered, without a request."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes import Pause, ScriptedAgent
from tests.turns.test_endings import FIRST, terminals, world_with_a_running_turn
from tests.turns.world import HELLO, WIND, World, with_times
from tests.waiting import eventually
from threadcast.adapters.memory import MemoryTurnStore
from threadcast.delivery.terminal_delivery import TerminalDelivery
from threadcast.domain.message import Message
from threadcast.errors import HandoffFailed, StoreUnavailable
from threadcast.ports import Connection, Handoff
from threadcast.turns.commands import PostRequest
from threadcast.turns.recovery.sweep import SweepReport

AFTER_ALL_LEASES = timedelta(minutes=3)
"""Longer than every lease, and than the delivery of an end."""


class LosingStarter:
    """A starter that loses every handoff, or fails, as if its process ended."""

    def __init__(self, *, fails: bool = False) -> None:
        self._fails = fails

    def start(self, handoff: Handoff) -> None:
        if self._fails:
            raise HandoffFailed(handoff.message_id)


def sweep(world: World) -> SweepReport:
    return world.use_cases.sweeper.sweep(lambda: 55.0)


def test_a_turn_that_never_started_is_closed_after_its_start_lease() -> None:
    world = World(starter=LosingStarter())
    connection = world.connect()
    world.ask(PostRequest("Why?"), connection)

    early = sweep(world)
    world.clock.shift = AFTER_ALL_LEASES
    late = sweep(world)

    assert (early.closed, late.closed) == (0, 1)
    assert terminals(world, connection) == [("postThread", "INTERNAL_SERVER_ERROR")]
    assert sweep(world) == SweepReport(0, 0, 0)


def test_a_turn_with_a_runner_is_not_closed() -> None:
    pause = Pause()
    world, connection, chat_id, _ = world_with_a_running_turn((FIRST, pause, *HELLO[1:]))

    def has_renewed_its_lease() -> bool:
        running = world.use_cases.chats.running_turn(chat_id)
        return running is not None and running.lease_until > world.clock.now() + timedelta(seconds=15)

    for _ in range(3):  # longer than one lease
        eventually(has_renewed_its_lease)
        world.clock.shift += timedelta(seconds=10)
        assert sweep(world).closed == 0

    eventually(has_renewed_its_lease)
    pause.go_on.set()
    world.finish()
    assert terminals(world, connection) == [("complete", None)]


@pytest.mark.parametrize("request_", [PostRequest("Why?"), PostRequest(asset=WIND)])
def test_an_end_that_was_never_delivered_is_delivered_once(
    request_: PostRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies between the decision and the delivery; a prompt-less turn is decided when it opens."""

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    world = World(ScriptedAgent(*HELLO))
    connection = world.connect()
    with monkeypatch.context() as patch:
        patch.setattr(TerminalDelivery, "begin", die)
        with pytest.raises(Killed):
            world.ask(request_, connection)
    assert terminals(world, connection) == []

    world.clock.shift = AFTER_ALL_LEASES
    reports = [sweep(world), sweep(world)]

    assert [report.closed for report in reports] == [1, 0]
    assert terminals(world, connection) == [("complete", None)]


def test_a_turn_whose_message_was_replaced_is_forgotten() -> None:
    world = World(ScriptedAgent(*HELLO))
    connection = world.connect()
    world.ask(PostRequest("One?"), connection)
    chat_id = world.pusher.received(connection)[-1]["payload"]["id"]
    first = world.table.messages[chat_id][1]
    world.ask(PostRequest("Better?", chat_id=chat_id, replace_from=first.id), connection)
    world.table.messages[chat_id][1] = _undelivered(first)
    before = len(world.pusher.received(connection))

    world.clock.shift = AFTER_ALL_LEASES

    assert sweep(world).closed == 1
    assert sweep(world).unfinished == 0
    assert len(world.pusher.received(connection)) == before


def test_a_turn_that_cannot_be_closed_is_left_for_the_next_sweep() -> None:
    class UnavailableOnceStore(MemoryTurnStore):
        failures = 1

        def decide(self, *arguments: object, **options: object) -> None:
            if self.failures:
                UnavailableOnceStore.failures -= 1
                raise StoreUnavailable("table")
            super().decide(*arguments, **options)  # type: ignore[arg-type]

    world = World(starter=LosingStarter())
    connections = [world.connect() for _ in range(2)]
    for connection in connections:
        world.ask(PostRequest("Why?"), connection)
    world.change(turns=UnavailableOnceStore(world.table, world.clock.now))
    world.clock.shift = AFTER_ALL_LEASES

    assert sweep(world) == SweepReport(2, 1, 1)
    assert sweep(world) == SweepReport(1, 1, 0)


def test_no_turn_is_closed_that_the_time_left_does_not_suffice_for() -> None:
    world = World(starter=LosingStarter())
    world.ask(PostRequest("Why?"), world.connect())
    world.clock.shift = AFTER_ALL_LEASES

    report = world.use_cases.sweeper.sweep(lambda: world.policy.sweep_reserve_s - 1)

    assert report == SweepReport(1, 0, 1)


def test_many_turns_are_closed_in_one_sweep() -> None:
    world = World(starter=LosingStarter(), policy=with_times(World().policy, closing_push_s=1))
    connections: list[Connection] = []
    for number in range(130):
        connection = world.connect()
        world.use_cases.connections.forget(connection.user_id, connection.id)
        if number % 3 == 0:
            world.clock.shift += timedelta(minutes=2)  # three turns may run at once
        world.ask(PostRequest("Why?"), connection)
        connections.append(connection)
    world.clock.shift += AFTER_ALL_LEASES

    report = sweep(world)

    assert (report.unfinished, report.closed, report.left) == (130, 130, 0)
    assert all(chat.running_turn is None for chat in world.table.chats.values())


def _undelivered(message: Message) -> Message:
    return replace(message, outcome_sent=False)
