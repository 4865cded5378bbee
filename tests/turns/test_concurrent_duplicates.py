"""One request delivered twice at the same time: the slower delivery finds the turn of the faster one."""

from datetime import datetime

from tests.fakes import Pause, ScriptedAgent
from tests.turns.world import ALICE, HELLO, World
from threadcast.adapters.memory import MemoryChatStore
from threadcast.ports import Connection, RequestRecord
from threadcast.ports.agent_events import AgentEvent
from threadcast.turns.commands import PostRequest


class StaleRequestStore(MemoryChatStore):
    """Finds no request in the next `misses` reads, as if the duplicate were written at that moment."""

    misses = 0

    def find_request(self, request_key: str, now: datetime) -> RequestRecord | None:
        if self.misses > 0:
            self.misses -= 1
            return None
        return super().find_request(request_key, now)


def world_with_stale_reads(
    *script: AgentEvent | Exception | Pause,
) -> tuple[World, StaleRequestStore]:
    world = World(agent=ScriptedAgent(*script), background=True)
    store = StaleRequestStore(world.table)
    world.change(chats=store)
    return world, store


def ask_twice(world: World, store: StaleRequestStore, request: PostRequest, connection: Connection) -> None:
    world.ask(request, connection, key="same")
    store.misses = 1
    world.ask(request, connection, key="same")


def test_a_duplicate_request_whose_message_is_already_replaced_receives_the_turn() -> None:
    world, store = world_with_stale_reads(*HELLO)
    connection = world.connect(ALICE)
    world.ask(PostRequest(prompt="Why?"), connection)
    world.finish()
    (chat_id,) = world.table.chats
    replaced = world.table.messages[chat_id][1].id

    ask_twice(world, store, PostRequest(prompt="How?", chat_id=chat_id, replace_from=replaced), connection)
    world.finish()

    assert [frame["error"] for frame in world.pusher.received(connection) if frame["error"]] == []
    assert sorted(world.table.messages[chat_id]) == [1, 2]


def test_a_duplicate_request_during_its_own_turn_is_not_a_conflict() -> None:
    pause = Pause()
    pause.go_on.set()
    world, store = world_with_stale_reads(pause, *HELLO)
    connection = world.connect(ALICE)
    world.ask(PostRequest(prompt="Why?"), connection)
    world.finish()
    (chat_id,) = world.table.chats
    pause.go_on.clear()

    ask_twice(world, store, PostRequest(prompt="And?", chat_id=chat_id), connection)
    pause.go_on.set()
    world.finish()

    assert [frame["error"] for frame in world.pusher.received(connection) if frame["error"]] == []
    assert sorted(world.table.messages[chat_id]) == [1, 2]
