"""A request sent again heals what its first delivery left undone; so does whoever looks at a dead turn."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.fakes import Pause, ScriptedAgent
from tests.turns.world import ALICE, HELLO, WIND, World
from threadcast.adapters.memory import MemoryTurnStore
from threadcast.domain.chat import Chat
from threadcast.domain.commands import GetRequest, PostRequest, StopRequest
from threadcast.domain.message import Message
from threadcast.errors import StoreError, StoreUnavailable
from threadcast.ports import Claim, Connection, Handoff, Opening

HALF_AN_HOUR = timedelta(minutes=30)


class Killed(BaseException):
    """The process ends here."""


class DyingStarter:
    """Kills the process that wants to hand its first turn over; hands later ones over."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.asked = 0

    def start(self, handoff: Handoff) -> None:
        self.asked += 1
        if self.asked == 1:
            raise Killed
        self._world.background_starter.start(handoff)


def world_after_a_death() -> tuple[World, Connection]:
    """A turn is opened under the key `again`, and whoever opened it died before handing it over."""
    world = World(agent=ScriptedAgent(*HELLO))
    world.starter = DyingStarter(world)
    tab = world.connect(ALICE)
    with pytest.raises(Killed):
        world.ask(PostRequest(prompt="Why?"), tab, key="again")
    return world, tab


def test_a_resend_hands_over_what_was_never_handed_over() -> None:
    world, tab = world_after_a_death()

    world.ask(PostRequest(prompt="Why?"), tab, key="again")
    world.finish()

    assert world.pusher.events(tab)[-1] == "complete"
    assert len(world.table.chats) == 1


def get(world: World, tab: Connection, chat_id: str, _message_id: str) -> None:
    world.use_cases.get_chat.get(GetRequest(chat_id), world.asker(tab))


def stop(world: World, tab: Connection, chat_id: str, message_id: str) -> None:
    world.use_cases.stop_thread.stop(StopRequest(chat_id, message_id), world.asker(tab))


def resend(world: World, tab: Connection, _chat_id: str, _message_id: str) -> None:
    world.ask(PostRequest(prompt="Why?"), tab, key="again")


@pytest.mark.parametrize("meet", [get, stop])
def test_whoever_meets_a_turn_whose_lease_has_lapsed_closes_it(
    meet: Callable[[World, Connection, str, str], None],
) -> None:
    world, tab = world_after_a_death()
    (chat_id,) = world.table.chats
    world.clock.shift = HALF_AN_HOUR

    meet(world, tab, chat_id, world.table.messages[chat_id][1].id)

    told = [frame for frame in world.pusher.heard(tab) if frame["event"] == "postThread"]
    assert [frame["error"]["code"] for frame in told] == ["INTERNAL_SERVER_ERROR"]
    assert world.table.chats[chat_id].running_turn is None


def test_a_resend_closes_a_turn_whose_lease_has_lapsed_and_tells_its_outcome() -> None:
    world, tab = world_after_a_death()
    world.clock.shift = timedelta(seconds=world.policy.start_lease_s + 1)

    world.ask(PostRequest(prompt="Why?"), tab, key="again")

    told = [frame for frame in world.pusher.heard(tab) if frame["event"] == "postThread"]
    assert [frame["error"]["code"] for frame in told] == ["INTERNAL_SERVER_ERROR"]


class SilentTurnStore(MemoryTurnStore):
    """Opens a turn, but its answer is lost."""

    def open(self, opening: Opening) -> None:
        super().open(opening)
        raise StoreUnavailable(opening.message.id)


@pytest.mark.parametrize("request_", [PostRequest(asset=WIND), PostRequest(prompt="Why?")])
def test_a_turn_that_was_opened_without_an_answer_from_the_store_runs(request_: PostRequest) -> None:
    world = World(agent=ScriptedAgent(*HELLO), policy=replace(World().policy, closing_push_s=0.2))
    world.change(turns=SilentTurnStore(world.table, world.clock.now))
    tab, other_tab = world.connect(ALICE), world.connect(ALICE)

    world.ask(request_, tab)

    for each in (tab, other_tab):
        assert world.pusher.events(each)[0] == "initializeChat"
        assert [frame["event"] for frame in world.pusher.heard(each)].count("complete") == 1


class MumblingTurnStore(MemoryTurnStore):
    """Stores an outcome, but its first answer is lost."""

    lost = False

    def decide(
        self, claim: Claim, chat: Chat, message: Message, *, lease_expired_at: datetime | None = None
    ) -> None:
        super().decide(claim, chat, message, lease_expired_at=lease_expired_at)
        if not self.lost:
            self.lost = True
            raise StoreUnavailable(message.id)


def test_an_outcome_that_was_stored_without_an_answer_from_the_store_is_told() -> None:
    world = World(agent=ScriptedAgent(*HELLO))
    world.change(turns=MumblingTurnStore(world.table, world.clock.now))
    tab = world.connect(ALICE)

    world.ask(PostRequest(prompt="Why?"), tab)

    assert world.pusher.events(tab)[-1] == "complete"


class ForgetfulTurnStore(MemoryTurnStore):
    """Can't record that an outcome was told."""

    def record_delivery(self, message: Message, *_: Any, **__: Any) -> None:
        raise StoreUnavailable(message.id)


@pytest.mark.parametrize("request_", [PostRequest(asset=WIND), PostRequest(prompt="Why?")])
def test_a_turn_that_was_told_is_over_though_that_could_not_be_recorded(request_: PostRequest) -> None:
    world = World(agent=ScriptedAgent(*HELLO))
    world.change(turns=ForgetfulTurnStore(world.table, world.clock.now))
    tab = world.connect(ALICE)

    world.ask(request_, tab)

    assert [frame["event"] for frame in world.pusher.heard(tab)][-1] == "complete"


class BrieflyUnavailableTurnStore(MemoryTurnStore):
    """Fails to record a delivered outcome the first time."""

    failures = 1

    def record_delivery(self, message: Message, untold: Collection[str], *, sent: bool) -> None:
        if self.failures:
            self.failures -= 1
            raise StoreUnavailable(message.id)
        super().record_delivery(message, untold, sent=sent)


@pytest.mark.parametrize("request_", [PostRequest(asset=WIND), PostRequest(prompt="Why?")])
def test_the_record_of_a_delivered_end_is_tried_again(request_: PostRequest) -> None:
    world = World(agent=ScriptedAgent(*HELLO))
    world.change(turns=BrieflyUnavailableTurnStore(world.table, world.clock.now))
    tab = world.connect(ALICE)

    world.ask(request_, tab)

    chat = world.pusher.heard(tab)[-1]["payload"]
    message = world.use_cases.chats.message(chat["id"], chat["message_ids"][-1])
    assert message is not None
    assert message.outcome_sent


def test_a_resend_before_the_runners_first_look_is_answered_by_it() -> None:
    world = World(agent=ScriptedAgent(*HELLO))
    late = LateStarter()
    world.starter = late
    tab = world.connect(ALICE)
    world.ask(PostRequest(prompt="Why?"), tab, key="again")
    world.ask(PostRequest(prompt="Why?"), tab, key="again")

    world.use_cases.handoff_runner.run(late.handoffs[0], lambda: 60)

    assert [frame["event"] for frame in world.pusher.heard(tab)].count("initializeChat") == 2
    assert world.pusher.events(tab)[-1] == "complete"


class LateStarter:
    """Keeps the handoffs, so that a test can run them when it wants to."""

    def __init__(self) -> None:
        self.handoffs: list[Handoff] = []

    def start(self, handoff: Handoff) -> None:
        self.handoffs.append(handoff)


def test_a_resend_that_the_store_fails_is_no_failure_of_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    pause = Pause()
    world = World(agent=ScriptedAgent(pause, *HELLO), background=True)
    tab = world.connect(ALICE)
    world.ask(PostRequest(prompt="Why?"), tab, key="again")

    def away(*_: object) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as broken:
        broken.setattr(world.use_cases.connections, "add", away)
        world.ask(PostRequest(prompt="Why?"), tab, key="again")

    pause.go_on.set()
    world.finish()
    assert [frame["error"] for frame in world.pusher.heard(tab) if frame["error"]] == []
    assert world.pusher.events(tab)[-1] == "complete"


def test_a_resend_hears_of_its_turn_in_the_chat_as_it_is_now() -> None:
    world = World(agent=ScriptedAgent(*HELLO))
    tab = world.connect(ALICE)
    world.ask(PostRequest(prompt="Why?"), tab, key="again")
    (chat_id,) = world.table.chats
    world.ask(PostRequest(prompt="And?", chat_id=chat_id), tab)

    world.ask(PostRequest(prompt="Why?"), tab, key="again")

    first, second, again = [frame for frame in world.pusher.heard(tab) if frame["event"] == "complete"]
    assert again["request_id"] == first["request_id"]
    assert again["payload"] == second["payload"]


class Refuses:
    """A starter that can't, and says so in a way that nobody foresaw."""

    def start(self, handoff: Handoff) -> None:
        raise RuntimeError(handoff.message_id)


def test_a_turn_that_could_not_be_started_fails_once_whatever_the_reason() -> None:
    world = World(starter=Refuses())
    tab = world.connect(ALICE)

    world.ask(PostRequest(prompt="Why?"), tab)

    errors = [frame["error"] for frame in world.pusher.heard(tab) if frame["error"]]
    (chat_id,) = world.table.chats
    assert [error["message_id"] for error in errors] == [world.table.messages[chat_id][1].id]
    assert world.table.chats[chat_id].running_turn is None


def test_a_resend_whose_start_fails_hears_one_error() -> None:
    world, tab = world_after_a_death()
    world.starter = Refuses()

    world.ask(PostRequest(prompt="Why?"), tab, key="again")

    assert len([frame for frame in world.pusher.heard(tab) if frame["error"]]) == 1


class BrokenTurnStore(MemoryTurnStore):
    """Can't record that an outcome was told, for a reason that is not the store's being away."""

    def record_delivery(self, message: Message, *_: Any, **__: Any) -> None:
        raise StoreError(message.id)


@pytest.mark.parametrize("request_", [PostRequest(asset=WIND), PostRequest(prompt="Why?")])
def test_nothing_that_breaks_after_the_opening_is_told_as_a_refusal(request_: PostRequest) -> None:
    world = World(agent=ScriptedAgent(*HELLO))
    world.change(turns=BrokenTurnStore(world.table, world.clock.now))
    tab = world.connect(ALICE)

    world.ask(request_, tab)

    assert [frame["event"] for frame in world.pusher.heard(tab)][-1] == "complete"


def test_a_stop_is_answered_before_a_dead_turn_is_closed() -> None:
    world, tab = world_after_a_death()
    (chat_id,) = world.table.chats
    world.clock.shift = HALF_AN_HOUR

    stop(world, tab, chat_id, world.table.messages[chat_id][1].id)

    answer, end = world.pusher.heard(tab)[1], world.pusher.heard(tab)[-1]
    assert (answer["event"], answer["payload"]["stopped"]) == ("stopThread", False)
    assert end["event"] == "postThread"
