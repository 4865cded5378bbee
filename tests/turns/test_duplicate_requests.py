"""A duplicate request finishes what the first one left undone; any request closes an abandoned turn."""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.fakes import Pause, ScriptedAgent
from tests.turns.world import ALICE, HELLO, WIND, World
from threadcast.adapters.memory import MemoryTurnStore
from threadcast.domain.chat import Chat
from threadcast.domain.message import Message
from threadcast.errors import BadRequest, StoreError, StoreUnavailable
from threadcast.ports import Claim, Connection, Handoff, Opening, RequestRecord
from threadcast.protocol.routes import CHATS_GET, CHATS_STOP
from threadcast.turns.commands import GetRequest, PostRequest, StopRequest

HALF_AN_HOUR = timedelta(minutes=30)


class Killed(BaseException):
    """The end of the process, for example by a Lambda time-out."""


class KilledOnFirstStart:
    """A starter during whose first call the process ends; later calls start a runner."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._calls = 0

    def start(self, handoff: Handoff) -> None:
        self._calls += 1
        if self._calls == 1:
            raise Killed
        self._world.background_starter.start(handoff)


def world_with_an_unstarted_turn() -> tuple[World, Connection]:
    """Return a world whose process ended after it opened a turn, request key `again`, before the handoff."""
    world = World(agent=ScriptedAgent(*HELLO))
    world.starter = KilledOnFirstStart(world)
    connection = world.connect(ALICE)
    with pytest.raises(Killed):
        world.ask(PostRequest(prompt="Why?"), connection, key="again")
    return world, connection


def test_a_duplicate_request_starts_a_turn_that_was_never_started() -> None:
    world, connection = world_with_an_unstarted_turn()

    world.ask(PostRequest(prompt="Why?"), connection, key="again")
    world.finish()

    assert world.pusher.events(connection)[-1] == "complete"
    assert len(world.table.chats) == 1


def get(world: World, connection: Connection, chat_id: str, _message_id: str) -> None:
    world.use_cases.dispatcher.dispatch(CHATS_GET, GetRequest(chat_id), world.context(connection))


def stop(world: World, connection: Connection, chat_id: str, message_id: str) -> None:
    world.use_cases.dispatcher.dispatch(
        CHATS_STOP, StopRequest(chat_id, message_id), world.context(connection)
    )


@pytest.mark.parametrize("request_", [get, stop])
def test_a_request_for_a_turn_whose_lease_has_expired_closes_it(
    request_: Callable[[World, Connection, str, str], None],
) -> None:
    world, connection = world_with_an_unstarted_turn()
    (chat_id,) = world.table.chats
    world.clock.shift = HALF_AN_HOUR

    request_(world, connection, chat_id, world.table.messages[chat_id][1].id)

    failures = [frame for frame in world.pusher.received(connection) if frame["event"] == "postThread"]
    assert [frame["error"]["code"] for frame in failures] == ["INTERNAL_SERVER_ERROR"]
    assert world.table.chats[chat_id].running_turn is None


def test_a_duplicate_request_closes_a_turn_whose_lease_has_expired_and_receives_its_outcome() -> None:
    world, connection = world_with_an_unstarted_turn()
    world.clock.shift = timedelta(seconds=world.policy.start_lease_s + 1)

    world.ask(PostRequest(prompt="Why?"), connection, key="again")

    failures = [frame for frame in world.pusher.received(connection) if frame["event"] == "postThread"]
    assert [frame["error"]["code"] for frame in failures] == ["INTERNAL_SERVER_ERROR"]


class OpenResponseLostStore(MemoryTurnStore):
    """Opens a turn, but its response is lost."""

    def open(self, opening: Opening) -> None:
        super().open(opening)
        raise StoreUnavailable(opening.message.id)


@pytest.mark.parametrize("request_", [PostRequest(asset=WIND), PostRequest(prompt="Why?")])
def test_a_turn_runs_although_the_stores_response_to_its_opening_was_lost(request_: PostRequest) -> None:
    world = World(agent=ScriptedAgent(*HELLO), policy=replace(World().policy, closing_push_s=1))
    world.change(turns=OpenResponseLostStore(world.table, world.clock.now))
    connection, other_connection = world.connect(ALICE), world.connect(ALICE)

    world.ask(request_, connection)

    for each in (connection, other_connection):
        assert world.pusher.events(each)[0] == "initializeChat"
        assert [frame["event"] for frame in world.pusher.received(each)].count("complete") == 1


class DecideResponseLostStore(MemoryTurnStore):
    """Stores an outcome, but its first response is lost."""

    lost = False

    def decide(
        self, claim: Claim, chat: Chat, message: Message, *, lease_expired_at: datetime | None = None
    ) -> None:
        super().decide(claim, chat, message, lease_expired_at=lease_expired_at)
        if not self.lost:
            self.lost = True
            raise StoreUnavailable(message.id)


def test_an_outcome_is_delivered_although_the_stores_response_to_it_was_lost() -> None:
    world = World(agent=ScriptedAgent(*HELLO))
    world.change(turns=DecideResponseLostStore(world.table, world.clock.now))
    connection = world.connect(ALICE)

    world.ask(PostRequest(prompt="Why?"), connection)

    assert world.pusher.events(connection)[-1] == "complete"


class UnavailableForDeliveryRecordsStore(MemoryTurnStore):
    """Is unavailable for every record of a delivery."""

    def record_delivery(self, message: Message, *_: Any, **__: Any) -> None:
        raise StoreUnavailable(message.id)


@pytest.mark.parametrize("request_", [PostRequest(asset=WIND), PostRequest(prompt="Why?")])
def test_a_turn_completes_although_its_delivery_cannot_be_recorded(request_: PostRequest) -> None:
    world = World(agent=ScriptedAgent(*HELLO))
    world.change(turns=UnavailableForDeliveryRecordsStore(world.table, world.clock.now))
    connection = world.connect(ALICE)

    world.ask(request_, connection)

    assert [frame["event"] for frame in world.pusher.received(connection)][-1] == "complete"


class BrieflyUnavailableForDeliveryRecordsStore(MemoryTurnStore):
    """Is unavailable for the first record of a delivery."""

    failures = 1

    def record_delivery(self, message: Message, untold: Collection[str], **record: Any) -> None:
        if self.failures:
            self.failures -= 1
            raise StoreUnavailable(message.id)
        super().record_delivery(message, untold, **record)


@pytest.mark.parametrize("request_", [PostRequest(asset=WIND), PostRequest(prompt="Why?")])
def test_the_record_of_a_delivery_is_retried(request_: PostRequest) -> None:
    world = World(agent=ScriptedAgent(*HELLO))
    world.change(turns=BrieflyUnavailableForDeliveryRecordsStore(world.table, world.clock.now))
    connection = world.connect(ALICE)

    world.ask(request_, connection)

    chat = world.pusher.received(connection)[-1]["payload"]
    message = world.use_cases.chats.message(chat["id"], chat["message_ids"][-1])
    assert message is not None
    assert message.outcome_sent


def test_a_duplicate_request_before_the_runner_starts_is_answered_by_the_runner() -> None:
    world = World(agent=ScriptedAgent(*HELLO))
    starter = DeferredStarter()
    world.starter = starter
    connection = world.connect(ALICE)
    world.ask(PostRequest(prompt="Why?"), connection, key="again")
    world.ask(PostRequest(prompt="Why?"), connection, key="again")

    world.use_cases.handoff_runner.run(starter.handoffs[0], lambda: 60)

    assert [frame["event"] for frame in world.pusher.received(connection)].count("initializeChat") == 2
    assert world.pusher.events(connection)[-1] == "complete"


class DeferredStarter:
    """Records the handoffs for the test to run."""

    def __init__(self) -> None:
        self.handoffs: list[Handoff] = []

    def start(self, handoff: Handoff) -> None:
        self.handoffs.append(handoff)


@pytest.mark.parametrize("error", [StoreUnavailable, StoreError])
def test_a_duplicate_request_that_fails_in_the_store_does_not_fail_its_turn(
    error: type[StoreError], monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = Pause()
    world = World(agent=ScriptedAgent(pause, *HELLO), background=True)
    connection = world.connect(ALICE)
    world.ask(PostRequest(prompt="Why?"), connection, key="again")

    def fail(*_: object) -> None:
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(world.use_cases.connections, "add", fail)
        world.ask(PostRequest(prompt="Why?"), connection, key="again")

    pause.go_on.set()
    world.finish()
    assert [frame["error"] for frame in world.pusher.received(connection) if frame["error"]] == []
    assert world.pusher.events(connection)[-1] == "complete"


def test_a_duplicate_request_receives_complete_with_the_present_chat() -> None:
    world = World(agent=ScriptedAgent(*HELLO))
    connection = world.connect(ALICE)
    world.ask(PostRequest(prompt="Why?"), connection, key="again")
    (chat_id,) = world.table.chats
    world.ask(PostRequest(prompt="And?", chat_id=chat_id), connection)

    world.ask(PostRequest(prompt="Why?"), connection, key="again")

    first, second, again = [
        frame for frame in world.pusher.received(connection) if frame["event"] == "complete"
    ]
    assert again["request_id"] == first["request_id"]
    assert again["payload"] == second["payload"]


class FailingStarter:
    """A starter that raises an unexpected error."""

    def start(self, handoff: Handoff) -> None:
        raise RuntimeError(handoff.message_id)


def test_a_turn_that_cannot_be_started_fails_once() -> None:
    world = World(starter=FailingStarter())
    connection = world.connect(ALICE)

    world.ask(PostRequest(prompt="Why?"), connection)

    errors = [frame["error"] for frame in world.pusher.received(connection) if frame["error"]]
    (chat_id,) = world.table.chats
    assert [error["message_id"] for error in errors] == [world.table.messages[chat_id][1].id]
    assert world.table.chats[chat_id].running_turn is None


def test_a_duplicate_request_whose_start_fails_receives_one_error() -> None:
    world, connection = world_with_an_unstarted_turn()
    world.starter = FailingStarter()

    world.ask(PostRequest(prompt="Why?"), connection, key="again")

    assert len([frame for frame in world.pusher.received(connection) if frame["error"]]) == 1


class FailingForDeliveryRecordsStore(MemoryTurnStore):
    """Fails for every record of a delivery, with an error that is not retried."""

    def record_delivery(self, message: Message, *_: Any, **__: Any) -> None:
        raise StoreError(message.id)


@pytest.mark.parametrize("request_", [PostRequest(asset=WIND), PostRequest(prompt="Why?")])
def test_an_error_after_the_opening_is_not_sent_as_a_refusal(request_: PostRequest) -> None:
    world = World(agent=ScriptedAgent(*HELLO))
    world.change(turns=FailingForDeliveryRecordsStore(world.table, world.clock.now))
    connection = world.connect(ALICE)

    world.ask(request_, connection)

    assert [frame["event"] for frame in world.pusher.received(connection)][-1] == "complete"


def test_a_stop_is_answered_before_the_abandoned_turn_is_closed() -> None:
    world, connection = world_with_an_unstarted_turn()
    (chat_id,) = world.table.chats
    world.clock.shift = HALF_AN_HOUR

    stop(world, connection, chat_id, world.table.messages[chat_id][1].id)

    answer, terminal = world.pusher.received(connection)[1], world.pusher.received(connection)[-1]
    assert (answer["event"], answer["payload"]["stopped"]) == ("stopThread", False)
    assert terminal["event"] == "postThread"


OTHERS = [
    PostRequest("Hello!"),
    PostRequest("Hello?", asset=WIND),
    PostRequest(asset=WIND),
    PostRequest("Hello?", chat_id=WIND.id),
    PostRequest("Hello?", chat_id=WIND.id, replace_from=WIND.id),
]


@pytest.mark.parametrize("other", OTHERS)
def test_the_same_request_id_with_another_content_is_refused(other: PostRequest) -> None:
    world = World()
    connection = world.connect()
    world.ask(PostRequest("Hello?"), connection, key="1")
    received = len(world.pusher.received(connection))

    with pytest.raises(BadRequest, match="request_id was used for another request"):
        world.ask(other, world.connect(), key="1")

    assert len(world.table.chats) == 1
    assert len(world.pusher.received(connection)) == received


def test_a_concurrent_request_with_the_same_id_and_another_content_is_refused() -> None:
    class OpenedBetween(MemoryTurnStore):
        def open(self, opening: Opening) -> None:
            world.change(turns=turns)
            world.ask(PostRequest("Hello?"), connection, key="1")
            super().open(opening)

    world = World()
    connection, turns = world.connect(), world.use_cases.turns
    world.change(turns=OpenedBetween(world.table, world.clock.now))

    with pytest.raises(BadRequest, match="request_id was used for another request"):
        world.ask(PostRequest("Hello!"), connection, key="1")


def test_a_request_stored_without_a_fingerprint_equals_any() -> None:
    world = World()
    connection = world.connect()
    world.ask(PostRequest("Hello?"), connection, key="1")
    stored = world.table.requests["1"]
    former_release = RequestRecord(stored.record.chat_id, stored.record.message_id)
    world.table.requests["1"] = replace(stored, record=former_release)

    world.ask(PostRequest("Hello!"), connection, key="1")

    assert len(world.table.chats) == 1
    assert world.pusher.events(connection)[-1] == "complete"


def test_equal_requests_have_equal_fingerprints_and_others_do_not() -> None:
    fingerprints = {
        request.fingerprint for request in (*OTHERS, PostRequest("Hello?"), PostRequest("\u00e9"))
    }

    assert len(fingerprints) == len(OTHERS) + 2
    assert PostRequest("Hello?", asset=replace(WIND)).fingerprint in fingerprints
    assert PostRequest("Hello?").fingerprint == hashlib.sha256(b'{"prompt":"Hello?"}').hexdigest()[:16]


def test_a_duplicate_request_whose_message_was_replaced_since_receives_the_chat_as_complete() -> None:
    world = World(ScriptedAgent(*HELLO))
    connection = world.connect()
    world.ask(PostRequest("One?"), connection, key="r-1")
    chat = world.pusher.received(connection)[-1]["payload"]
    replaced = PostRequest("Better?", chat_id=chat["id"], replace_from=chat["message_ids"][0])
    world.ask(replaced, connection, key="r-2")
    newest = world.pusher.received(connection)[-1]["payload"]
    before = len(world.pusher.received(connection))

    world.ask(PostRequest("One?"), connection, key="r-1")

    first, last = world.pusher.received(connection)[before:]
    assert (first["event"], last["event"], last["request_id"]) == ("initializeChat", "complete", "r-1")
    assert first["payload"] == last["payload"] == newest
