"""Runners that still deliver the end of a turn to a stuck connection count as running turns of their user."""

import threading

from tests.fakes import RecordingPusher, ScriptedAgent
from tests.turns.test_endings import terminals
from tests.turns.world import ALICE, HELLO, World, with_times
from tests.waiting import eventually
from threadcast.errors import PushThrottled, TooManyRequests
from threadcast.ports import Connection
from threadcast.turns.commands import PostRequest
from threadcast.turns.opening.quota import QuotaLimits


class StuckConnections:
    """Posts to the connections of `ids` are refused until `released`, as where a client does not read."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.released = threading.Event()

    def __call__(self, connection: Connection) -> None:
        if connection.id in self.ids and not self.released.is_set():
            raise PushThrottled(connection.id)


def world_with_a_stuck_connection(concurrent: int) -> tuple[World, Connection, StuckConnections]:
    stuck = StuckConnections()
    world = World(
        ScriptedAgent(*HELLO),
        pusher=RecordingPusher(stuck),
        background=True,
        limits=QuotaLimits(600, 100, concurrent),
        policy=with_times(World().policy, opening_push_s=0.01, place_free_s=0.01),
    )
    stuck.ids.add(world.connect().id)
    return world, world.connect(), stuck


def places(world: World) -> int:
    quota = world.use_cases.connections.presence(ALICE.id).quota
    return 0 if quota is None else len(quota.running)


def undecided(world: World) -> int:
    return sum(chat.running_turn is not None for chat in world.table.chats.values())


def working(world: World) -> int:
    return sum(thread.is_alive() for thread in world.background_starter.threads)


def test_a_stuck_connection_does_not_give_a_user_more_runners_than_turns_at_once() -> None:
    world, asker, stuck = world_with_a_stuck_connection(concurrent=3)
    refused = 0
    for _ in range(12):
        try:
            world.ask(PostRequest("Why?"), asker)
        except TooManyRequests:
            refused += 1
        eventually(lambda: undecided(world) == 0 and places(world) == working(world))

    runners = working(world)
    stuck.released.set()
    world.finish()
    world.ask(PostRequest("Why?"), asker)
    world.finish()

    assert (runners, refused) == (3, 9)
    assert terminals(world, asker) == [("complete", None)] * 4
    assert places(world) == 0


def test_the_next_turn_of_a_chat_does_not_count_the_runner_that_it_ends() -> None:
    world, asker, stuck = world_with_a_stuck_connection(concurrent=1)
    world.ask(PostRequest("Why?"), asker)
    eventually(lambda: undecided(world) == 0 and places(world) == 1)
    (chat_id,) = world.table.chats

    world.ask(PostRequest("And now?", chat_id=chat_id), asker)
    world.pusher.wait_for(asker, "complete")
    eventually(lambda: len(terminals(world, asker)) == 2)

    stuck.released.set()
    world.finish()
    assert places(world) == 0
