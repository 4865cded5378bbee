"""What becomes of a deleted chat: its turn ends, and the sweep erases everything."""

from datetime import timedelta

import pytest

from tests.fakes import Pause
from tests.turns.chats.conversations import Conversations
from tests.turns.test_endings import FIRST, terminals, world_with_a_running_turn
from tests.turns.world import ALICE, BOB, HELLO, WIND, World
from threadcast.adapters.memory import MemoryChatLibrary
from threadcast.domain.access import Principal, Role
from threadcast.errors import StoreUnavailable
from threadcast.protocol.routes import ROUTES
from threadcast.turns.chats.commands import DeleteRequest

LONG_ENOUGH = timedelta(minutes=6)


def erase(world: World, left_s: float = 60.0) -> int:
    return world.use_cases.eraser.erase(lambda: left_s)


def test_a_running_turn_of_a_deleted_chat_is_stopped_and_ends_once() -> None:
    world, connection, chat_id, _ = world_with_a_running_turn((FIRST, Pause(), *HELLO))

    world.use_cases.dispatcher.dispatch(
        ROUTES["/chats/delete"], DeleteRequest((chat_id,)), world.context(connection)
    )
    world.finish()

    assert terminals(world, connection) == [("complete", None)]
    (message,) = world.table.messages[chat_id].values()
    assert message.outcome is not None
    assert message.outcome.kind == "stopped"
    world.clock.shift = LONG_ENOUGH
    assert erase(world) == 1
    assert world.table.chats == {}


def test_a_deleted_chat_is_erased_after_five_minutes_with_everything_in_it() -> None:
    chats = Conversations()
    chat_id, kept = chats.chat("Why?", asset=WIND), chats.chat("And?")
    chats.grant(chat_id, Principal("user", BOB.id), Role.CAN_VIEW)
    rating = {"chat_id": chat_id, "id": chats.message_ids(chat_id)[0], "feedback": "positive"}
    chats.ask("/messages/update", rating, BOB)
    chats.ask("/chats/update", {"id": chat_id, "is_favorited": True})
    world = chats.world
    chats.ask("/chats/delete", [{"id": chat_id}])

    early, world.clock.shift = erase(world), LONG_ENOUGH
    hurried, due, again = erase(world, left_s=10), erase(world), erase(world)

    assert (early, hurried, due, again) == (0, 0, 1, 0)
    assert world.table.chats.keys() == world.table.messages.keys() == {kept}
    assert (world.table.feedback, world.table.favorites) == ({}, set())
    assert chats.send("/chats/delete", [{"id": chat_id}])["error"]["code"] == "NOT_FOUND"


def test_a_chat_whose_turn_has_not_ended_is_erased_later() -> None:
    chats = Conversations()
    world, chat_id = chats.world, chats.chat("Why?")
    waiting = world.table.chats[chat_id].await_runner("m-1", ALICE.id, world.clock.now())
    world.table.chats[chat_id] = waiting
    chats.ask("/chats/delete", [{"id": chat_id}])

    world.clock.shift = LONG_ENOUGH
    early, world.clock.shift = erase(world), timedelta(hours=2)

    assert (early, erase(world)) == (0, 1)


def test_a_chat_that_cannot_be_erased_is_left_to_the_next_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    chats = Conversations()
    chats.ask("/chats/delete", [{"id": chats.chat("Why?")}])
    chats.world.clock.shift = LONG_ENOUGH

    def unavailable(_: MemoryChatLibrary, __: str) -> int:
        raise StoreUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(MemoryChatLibrary, "delete", unavailable)
        assert erase(chats.world) == 0
    assert erase(chats.world) == 1
