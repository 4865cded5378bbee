"""A turn whose runner died is ended by whoever meets it: to the letter as its runner would have ended it."""

from datetime import timedelta

import pytest

from tests.turns.world import ALICE, BOB, World, quick
from threadcast.adapters.memory import MemoryChatStore
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.commands import GetRequest, PostRequest
from threadcast.domain.message import Outcome
from threadcast.ports import Connection, Handoff
from threadcast.ports import agent_events as said
from threadcast_client import is_terminal


class NeverRuns:
    """A starter whose runners die before they do anything."""

    def __init__(self) -> None:
        self.handoffs: list[Handoff] = []

    def start(self, handoff: Handoff) -> None:
        self.handoffs.append(handoff)


def world_with_a_dead_turn(key: str = "r-1") -> tuple[World, Connection, str, str]:
    """A turn that nobody runs, its lease lapsed; with its chat's and message's id."""
    world = World(starter=NeverRuns(), policy=quick(World().policy, closing_push_s=0.2))
    tab = world.connect()
    world.ask(PostRequest("Why?"), tab, key=key)
    (chat_id,) = world.table.chats
    world.clock.shift = timedelta(minutes=5)
    return world, tab, chat_id, world.table.messages[chat_id][1].id


def test_the_end_of_a_turn_closed_in_passing_repeats_what_its_own_request_said() -> None:
    world, tab, chat_id, _ = world_with_a_dead_turn(key="r-1")

    world.use_cases.get_chat.get(GetRequest(chat_id), world.asker(tab, key="another"))

    (end,) = [frame for frame in world.pusher.heard(tab) if is_terminal(frame)]
    assert (end["route"], end["request_id"]) == ("/chats/post", "r-1")


def test_a_resend_that_closes_a_turn_hears_of_its_end_once() -> None:
    world, tab, _, _ = world_with_a_dead_turn(key="r-1")

    world.ask(PostRequest("Why?"), tab, key="r-1")

    assert [is_terminal(frame) for frame in world.pusher.heard(tab)].count(True) == 1


def test_an_asker_whom_the_registry_does_not_know_hears_of_the_end_too() -> None:
    world, tab, chat_id, message_id = world_with_a_dead_turn()
    world.use_cases.connections.forget(ALICE.id, tab.id)

    world.use_cases.closer.close_abandoned_turn(chat_id, message_id, asker=tab)

    assert is_terminal(world.pusher.heard(tab)[-1])


def test_every_thought_and_step_left_open_is_closed() -> None:
    world, tab, chat_id, message_id = world_with_a_dead_turn()
    turn = world.use_cases.claimer.claim_turn(chat_id, message_id, ALICE)
    assert turn is not None
    turn.live.say(said.ReasoningExtended("thinking", "Thinking", "Well"))
    turn.live.say(said.PillsShown("looking", "Looking", (), "loading"))
    turn.live.say(said.AnswerExtended("answer", "Be"))
    world.use_cases.turns.checkpoint(turn.claim, turn.live.checkpoint(), turn.lease_until)
    world.clock.shift += timedelta(minutes=5)

    world.use_cases.closer.close_abandoned_turn(chat_id, message_id)

    told = [frame["payload"] for frame in world.pusher.heard(tab) if "Message" in frame["event"]]
    steps = [payload["reasoning"]["status"] for payload in told if "reasoning" in payload]
    texts = [payload["response_message"]["message"] for payload in told if "response_message" in payload]
    assert (steps, texts) == (["failed", "failed"], ["Be"])


@pytest.mark.parametrize("role", [Role.CAN_EDIT, Role.FULL_ACCESS])
def test_a_guest_is_told_their_own_role(role: Role) -> None:
    world, _, chat_id, _ = world_with_a_dead_turn()
    MemoryChatStore(world.table).share(chat_id, Grant(Principal("user", BOB.id), role))
    tab = world.connect(BOB)
    world.ask(PostRequest("And?", chat_id=chat_id), tab, user=BOB)
    message = world.table.messages[chat_id][2]
    turn = world.use_cases.claimer.claim_turn(chat_id, message.id, BOB)
    assert turn is not None
    view = turn.live.decide(Outcome("completed"))
    world.use_cases.turns.decide(turn.claim, view.chat, view.messages[-1])

    world.use_cases.closer.close_abandoned_turn(chat_id, message.id)

    end = world.pusher.heard(tab)[-1]
    assert (end["event"], end["payload"]["permission"]) == ("complete", role.value)


@pytest.mark.parametrize(
    ("outcome", "told"),
    [(Outcome("completed"), []), (Outcome("failed", "INTERNAL_SERVER_ERROR", None, "ref"), ["postThread"])],
)
def test_an_end_that_nobody_told_is_not_told_into_the_next_turn(outcome: Outcome, told: list[str]) -> None:
    world, tab, chat_id, message_id = world_with_a_dead_turn()
    turn = world.use_cases.claimer.claim_turn(chat_id, message_id, ALICE)
    assert turn is not None
    view = turn.live.decide(outcome)
    world.use_cases.turns.decide(turn.claim, view.chat, view.messages[-1])
    world.ask(PostRequest("And?", chat_id=chat_id), tab)
    heard = len(world.pusher.heard(tab))

    world.use_cases.closer.close_abandoned_turn(chat_id, message_id)

    assert [frame["event"] for frame in world.pusher.heard(tab)[heard:]] == told
    message = world.use_cases.chats.message(chat_id, message_id)
    assert message is not None
    assert message.outcome_sent


def test_an_end_that_nobody_told_is_told_by_the_next_who_looks() -> None:
    world, tab, chat_id, message_id = world_with_a_dead_turn()
    turn = world.use_cases.claimer.claim_turn(chat_id, message_id, ALICE)
    assert turn is not None
    view = turn.live.decide(Outcome("completed"))
    world.use_cases.turns.decide(turn.claim, view.chat, view.messages[-1])

    world.use_cases.get_chat.get(GetRequest(chat_id), world.asker(tab))
    told_too_soon = [frame["event"] for frame in world.pusher.heard(tab) if is_terminal(frame)]
    world.clock.shift += timedelta(seconds=world.policy.closing_push_s + world.policy.lease_s)
    world.use_cases.get_chat.get(GetRequest(chat_id), world.asker(tab))
    world.use_cases.get_chat.get(GetRequest(chat_id), world.asker(tab))

    told = [frame["event"] for frame in world.pusher.heard(tab) if is_terminal(frame)]
    assert (told_too_soon, told) == ([], ["complete"])
