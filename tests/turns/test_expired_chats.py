"""A chat that was not changed for longer than it is kept: nobody sees it, and it is deleted within a day."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.fakes import Pause
from tests.turns.test_endings import FIRST, world_with_a_running_turn
from tests.turns.world import HELLO, WIND, World
from threadcast.adapters.item_lifetimes import ChatLifetime
from threadcast.adapters.memory import MemoryChatLibrary, MemoryChatStore
from threadcast.errors import NotFound, StoreUnavailable
from threadcast.ports import Connection
from threadcast.protocol.routes import CHATS_GET
from threadcast.turns.commands import GetRequest, PostRequest
from threadcast.turns.recovery.expire_chats import ChatExpiry

DAYS = 30
MINUTES_OF_A_DAY = 24 * 60


def keeping(world: World) -> World:
    """Have a world keep its chats for so many days."""
    world.change(chats=MemoryChatStore(world.table, ChatLifetime(DAYS, world.clock.now)))
    return world


def world_with_a_chat() -> tuple[World, Connection, str]:
    world = keeping(World())
    connection = world.connect()
    world.ask(PostRequest(asset=WIND), connection)
    return world, connection, world.pusher.received(connection)[-1]["payload"]["id"]


def run_for_a_day(world: World, days: int = DAYS, library: MemoryChatLibrary | None = None) -> int:
    """Run the expiry once a minute for a day; return how many chats were deleted."""
    chats, library = MemoryChatStore(world.table), library or MemoryChatLibrary(world.table)
    expiry = ChatExpiry(chats, library, world.clock, days)
    deleted = 0
    for _ in range(MINUTES_OF_A_DAY):
        deleted += expiry.run(lambda: 20.0)
        world.clock.shift += timedelta(minutes=1)
    return deleted


def test_an_expired_chat_does_not_exist_for_its_user_before_it_is_deleted() -> None:
    world, connection, chat_id = world_with_a_chat()

    world.clock.shift += timedelta(days=DAYS)

    with pytest.raises(NotFound):
        world.ask(PostRequest("And 2002?", chat_id=chat_id), connection)
    with pytest.raises(NotFound):
        world.use_cases.dispatcher.dispatch(CHATS_GET, GetRequest(chat_id), world.context(connection))
    assert chat_id in world.table.chats


def test_a_follow_up_begins_the_time_anew() -> None:
    world, connection, chat_id = world_with_a_chat()

    world.clock.shift += timedelta(days=DAYS - 1)
    world.ask(PostRequest(asset=WIND, chat_id=chat_id), connection)
    world.clock.shift += timedelta(days=DAYS - 1)
    world.use_cases.dispatcher.dispatch(CHATS_GET, GetRequest(chat_id), world.context(connection))

    assert world.pusher.received(connection)[-1]["event"] == "getChat"
    assert run_for_a_day(world) == 0


def test_an_expired_chat_is_deleted_within_a_day_with_its_messages() -> None:
    world, _, chat_id = world_with_a_chat()

    world.clock.shift += timedelta(days=DAYS, hours=1, minutes=1)

    assert run_for_a_day(world) == 1
    assert (chat_id in world.table.chats, chat_id in world.table.messages) == (False, False)


@pytest.mark.parametrize(("days", "age"), [(DAYS, timedelta(days=DAYS - 1)), (0, timedelta(days=4000))])
def test_a_chat_is_kept_for_its_time_and_for_ever_without_one(days: int, age: timedelta) -> None:
    world, _, chat_id = world_with_a_chat()

    world.clock.shift += age

    assert run_for_a_day(world, days) == 0
    assert chat_id in world.table.chats


def test_a_chat_that_changes_after_it_was_found_is_kept() -> None:
    class LaggingIndex(MemoryChatLibrary):
        def unchanged(self, *_: object) -> Sequence[str]:
            return list(world.table.chats)

    world, _, _ = world_with_a_chat()

    assert run_for_a_day(world, library=LaggingIndex(world.table)) == 0


def test_a_chat_with_a_running_turn_is_kept() -> None:
    pause = Pause()
    world, _, chat_id, _ = world_with_a_running_turn((FIRST, pause, *HELLO[1:]))
    world.clock.shift += timedelta(days=2 * DAYS)

    deleted = run_for_a_day(world)

    pause.go_on.set()
    assert deleted == 0
    assert chat_id in world.table.chats


def test_a_chat_that_could_not_be_deleted_is_deleted_a_day_later() -> None:
    class UnavailableOnce(MemoryChatLibrary):
        failures = 1

        def delete(self, chat_id: str) -> int:
            if UnavailableOnce.failures:
                UnavailableOnce.failures -= 1
                raise StoreUnavailable("table")
            return super().delete(chat_id)

    world, _, _ = world_with_a_chat()
    library = UnavailableOnce(world.table)
    world.clock.shift += timedelta(days=DAYS + 1)

    assert [run_for_a_day(world, library=library) for _ in range(2)] == [0, 1]


def test_no_chat_is_deleted_that_the_time_left_does_not_suffice_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ChatExpiry, "SEGMENTS", 1)
    world, _, _ = world_with_a_chat()
    world.clock.shift += timedelta(days=DAYS + 1)
    library = MemoryChatLibrary(world.table)
    expiry = ChatExpiry(MemoryChatStore(world.table), library, world.clock, DAYS)

    assert (expiry.run(lambda: 9.0), expiry.run(lambda: 11.0)) == (0, 1)
