"""One request delivered twice at the same moment: the slower one finds what the faster one has done."""

from datetime import datetime

from tests.fakes import Pause, ScriptedAgent
from tests.turns.world import ALICE, HELLO, World
from threadcast.adapters.memory import MemoryChatStore
from threadcast.domain.commands import PostRequest
from threadcast.ports import Connection
from threadcast.ports import agent_events as said


class LateLookStore(MemoryChatStore):
    """Misses a request at the first look, as if its twin were being written at that moment."""

    misses = 0

    def find_request(self, request_key: str, now: datetime) -> tuple[str, str] | None:
        if self.misses > 0:
            self.misses -= 1
            return None
        return super().find_request(request_key, now)


def world_with_late_looks(*script: said.AgentEvent | Exception | Pause) -> tuple[World, LateLookStore]:
    world = World(agent=ScriptedAgent(*script), background=True)
    store = LateLookStore(world.table)
    world.change(chats=store)
    return world, store


def ask_twice(world: World, store: LateLookStore, request: PostRequest, tab: Connection) -> None:
    world.ask(request, tab, key="twin")
    store.misses = 1
    world.ask(request, tab, key="twin")


def test_a_twin_that_finds_its_message_replaced_already_is_told_the_turn() -> None:
    world, store = world_with_late_looks(*HELLO)
    tab = world.connect(ALICE)
    world.ask(PostRequest(prompt="Why?"), tab)
    world.finish()
    (chat_id,) = world.table.chats
    replaced = world.table.messages[chat_id][1].id

    ask_twice(world, store, PostRequest(prompt="How?", chat_id=chat_id, replace_from=replaced), tab)
    world.finish()

    assert [frame["error"] for frame in world.pusher.heard(tab) if frame["error"]] == []
    assert sorted(world.table.messages[chat_id]) == [1, 2]


def test_a_twin_that_meets_its_own_running_turn_is_told_of_no_conflict() -> None:
    pause = Pause()
    pause.go_on.set()
    world, store = world_with_late_looks(pause, *HELLO)
    tab = world.connect(ALICE)
    world.ask(PostRequest(prompt="Why?"), tab)
    world.finish()
    (chat_id,) = world.table.chats
    pause.go_on.clear()

    ask_twice(world, store, PostRequest(prompt="And?", chat_id=chat_id), tab)
    pause.go_on.set()
    world.finish()

    assert [frame["error"] for frame in world.pusher.heard(tab) if frame["error"]] == []
    assert sorted(world.table.messages[chat_id]) == [1, 2]
