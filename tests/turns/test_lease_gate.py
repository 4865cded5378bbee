"""A runner posts only while its lease, as it knows it, lasts longer than a post takes to arrive."""

import threading
from dataclasses import replace
from datetime import timedelta

from tests.fakes import Pause, ScriptedAgent
from tests.turns.test_endings import FIRST, terminals
from tests.turns.world import HELLO, World
from tests.waiting import eventually
from threadcast.adapters.memory import MemoryTurnStore
from threadcast.domain.message import Message
from threadcast.domain.streamed_parts import AnswerDelta
from threadcast.errors import StoreUnavailable
from threadcast.ports import Claim, Connection
from threadcast.turns.commands import PostRequest

LEASE_S, ARRIVAL_S = 20, 5


class UnrenewableStore(MemoryTurnStore):
    """Is unavailable for renewals of leases while `fails` is set."""

    fails = False

    def checkpoint(self, claim: Claim, message: Message | None, lease_until: object) -> None:
        if self.fails:
            raise StoreUnavailable(claim.message_id)
        super().checkpoint(claim, message, lease_until)  # type: ignore[arg-type]


def running_world() -> tuple[World, UnrenewableStore, Connection, tuple[Pause, Pause]]:
    """Return a world whose agent waits after its first words, and again after some more."""
    pauses = (Pause(), Pause())
    world = World(
        ScriptedAgent(FIRST, pauses[0], AnswerDelta("answer", "lo"), pauses[1], *HELLO[2:]),
        background=True,
        stream=replace(World().stream, post_s=ARRIVAL_S - 1, settle_s=1),
    )
    store = UnrenewableStore(world.table, world.clock.now)
    world.change(turns=store)
    connection = world.connect()
    world.ask(PostRequest("Hello?"), connection)
    world.pusher.wait_for(connection, "generatingResponseMessage")
    return world, store, connection, pauses


def test_nothing_is_posted_that_may_arrive_after_the_lease_and_all_of_it_once_it_is_renewed() -> None:
    world, store, connection, (first, second) = running_world()
    store.fails = True
    world.clock.shift = timedelta(seconds=LEASE_S - ARRIVAL_S + 1)
    before = len(world.pusher.received(connection))

    first.go_on.set()
    assert second.reached.wait(30)
    threading.Event().wait(0.2)  # long enough for a post, were it permitted
    held = len(world.pusher.received(connection))
    store.fails = False
    eventually(lambda: len(world.pusher.received(connection)) > held)
    second.go_on.set()
    world.finish()

    assert held == before
    assert terminals(world, connection) == [("complete", None)]


def test_a_runner_whose_lease_has_expired_posts_nothing_after_the_turn_was_closed() -> None:
    world, store, connection, (first, second) = running_world()
    store.fails = True
    world.clock.shift = timedelta(seconds=LEASE_S - 1)
    first.go_on.set()
    assert second.reached.wait(30)

    world.clock.shift = timedelta(seconds=LEASE_S + 1)
    assert world.use_cases.sweeper.sweep(lambda: 55.0).closed == 1
    second.go_on.set()
    world.finish()

    assert terminals(world, connection) == [("postThread", "INTERNAL_SERVER_ERROR")]
    assert world.pusher.received(connection)[-1]["event"] == "postThread"
