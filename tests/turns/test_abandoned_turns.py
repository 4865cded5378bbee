"""The next request closes an abandoned turn, with the frames that its runner would have sent."""

from datetime import timedelta

import pytest

from tests.turns.world import ALICE, BOB, World, with_times
from threadcast.adapters.memory import MemoryChatEdits
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.message import Outcome, PillsStep
from threadcast.domain.streamed_parts import AnswerDelta, ReasoningDelta, StepSnapshot
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.ports import Connection, Handoff
from threadcast.protocol.routes import CHATS_GET
from threadcast.turns.commands import GetRequest, PostRequest
from threadcast_client import is_terminal

UNTIL_UNDELIVERED = timedelta(seconds=TurnPolicy().lease_s + 1)
"""After this time, in these tests, the process that decided an outcome does not deliver it any more."""


class NeverRunningStarter:
    """A starter whose runners end before they claim their turn."""

    def __init__(self) -> None:
        self.handoffs: list[Handoff] = []

    def start(self, handoff: Handoff) -> None:
        self.handoffs.append(handoff)


def world_with_an_abandoned_turn(key: str = "r-1") -> tuple[World, Connection, str, str]:
    """Return a world with a turn whose lease expired without a runner, and the chat's and message's id."""
    world = World(starter=NeverRunningStarter(), policy=with_times(World().policy, closing_push_s=1))
    connection = world.connect()
    world.ask(PostRequest("Why?"), connection, key=key)
    (chat_id,) = world.table.chats
    world.clock.shift = timedelta(minutes=5)
    return world, connection, chat_id, world.table.messages[chat_id][1].id


def test_the_terminal_frame_of_a_turn_closed_by_another_request_repeats_the_id_of_its_own_request() -> None:
    world, connection, chat_id, _ = world_with_an_abandoned_turn(key="r-1")

    world.use_cases.dispatcher.dispatch(
        CHATS_GET, GetRequest(chat_id), world.context(connection, key="another")
    )

    (terminal,) = [frame for frame in world.pusher.received(connection) if is_terminal(frame)]
    assert (terminal["route"], terminal["request_id"]) == ("/chats/post", "r-1")


def test_a_duplicate_request_that_closes_a_turn_receives_its_terminal_frame_once() -> None:
    world, connection, _, _ = world_with_an_abandoned_turn(key="r-1")

    world.ask(PostRequest("Why?"), connection, key="r-1")

    assert [is_terminal(frame) for frame in world.pusher.received(connection)].count(True) == 1


def test_a_requesting_connection_that_is_not_listed_receives_the_terminal_frame_too() -> None:
    world, connection, chat_id, message_id = world_with_an_abandoned_turn()
    world.use_cases.connections.forget(ALICE.id, connection.id)

    world.use_cases.closer.close_abandoned_turn(chat_id, message_id, asker=connection)

    assert is_terminal(world.pusher.received(connection)[-1])


def test_closing_a_turn_closes_every_open_reasoning_step() -> None:
    world, connection, chat_id, message_id = world_with_an_abandoned_turn()
    turn = world.use_cases.claimer.claim_turn(chat_id, message_id, ALICE)
    assert turn is not None
    turn.live.say(ReasoningDelta("thinking", "Thinking", "Well"))
    turn.live.say(StepSnapshot(PillsStep("looking", "Looking", status="loading")))
    turn.live.say(AnswerDelta("answer", "Be"))
    world.use_cases.turns.checkpoint(turn.claim, turn.live.checkpoint(), turn.lease_until)
    world.clock.shift += timedelta(minutes=5)

    world.use_cases.closer.close_abandoned_turn(chat_id, message_id)

    payloads = [
        frame["payload"] for frame in world.pusher.received(connection) if "Message" in frame["event"]
    ]
    steps = [payload["reasoning"]["status"] for payload in payloads if "reasoning" in payload]
    texts = [payload["response_message"]["message"] for payload in payloads if "response_message" in payload]
    assert (steps, texts) == (["failed", "failed"], ["Be"])


@pytest.mark.parametrize("role", [Role.CAN_EDIT, Role.FULL_ACCESS])
def test_complete_contains_the_role_of_a_sender_who_is_not_the_owner(role: Role) -> None:
    world, _, chat_id, _ = world_with_an_abandoned_turn()
    MemoryChatEdits(world.table).grant(chat_id, Grant(Principal("user", BOB.id), role), world.clock.now())
    connection = world.connect(BOB)
    world.ask(PostRequest("And?", chat_id=chat_id), connection, user=BOB)
    message = world.table.messages[chat_id][2]
    turn = world.use_cases.claimer.claim_turn(chat_id, message.id, BOB)
    assert turn is not None
    view = turn.live.decide(Outcome("completed"))
    world.use_cases.turns.decide(turn.claim, view.chat, view.messages[-1])
    world.clock.shift += UNTIL_UNDELIVERED

    world.use_cases.closer.close_abandoned_turn(chat_id, message.id)

    terminal = world.pusher.received(connection)[-1]
    assert (terminal["event"], terminal["payload"]["permission"]) == ("complete", role.value)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [(Outcome("completed"), []), (Outcome("failed", "INTERNAL_SERVER_ERROR", None, "ref"), ["postThread"])],
)
def test_of_undelivered_terminal_frames_only_a_failure_is_delivered_once_a_newer_turn_has_begun(
    outcome: Outcome, expected: list[str]
) -> None:
    world, connection, chat_id, message_id = world_with_an_abandoned_turn()
    turn = world.use_cases.claimer.claim_turn(chat_id, message_id, ALICE)
    assert turn is not None
    view = turn.live.decide(outcome)
    world.use_cases.turns.decide(turn.claim, view.chat, view.messages[-1])
    world.ask(PostRequest("And?", chat_id=chat_id), connection)
    received = len(world.pusher.received(connection))
    world.clock.shift += UNTIL_UNDELIVERED

    world.use_cases.closer.close_abandoned_turn(chat_id, message_id)

    assert [frame["event"] for frame in world.pusher.received(connection)[received:]] == expected
    message = world.use_cases.chats.message(chat_id, message_id)
    assert message is not None
    assert message.outcome_sent


def test_an_undelivered_complete_is_delivered_by_the_first_request_after_its_deadline() -> None:
    world, connection, chat_id, message_id = world_with_an_abandoned_turn()
    turn = world.use_cases.claimer.claim_turn(chat_id, message_id, ALICE)
    assert turn is not None
    view = turn.live.decide(Outcome("completed"))
    world.use_cases.turns.decide(turn.claim, view.chat, view.messages[-1])

    world.use_cases.dispatcher.dispatch(CHATS_GET, GetRequest(chat_id), world.context(connection))
    before_the_deadline = [
        frame["event"] for frame in world.pusher.received(connection) if is_terminal(frame)
    ]
    world.clock.shift += UNTIL_UNDELIVERED
    world.use_cases.dispatcher.dispatch(CHATS_GET, GetRequest(chat_id), world.context(connection))
    world.use_cases.dispatcher.dispatch(CHATS_GET, GetRequest(chat_id), world.context(connection))

    delivered = [frame["event"] for frame in world.pusher.received(connection) if is_terminal(frame)]
    assert (before_the_deadline, delivered) == ([], ["complete"])


def test_a_repeated_request_does_not_take_over_a_delivery_that_was_begun() -> None:
    """Clients repeat a request every few seconds: each would end the delivery of the one before."""
    world, connection, chat_id, message_id = world_with_an_abandoned_turn(key="r-1")
    turn = world.use_cases.claimer.claim_turn(chat_id, message_id, ALICE)
    assert turn is not None
    view = turn.live.decide(Outcome("completed"))
    decided = view.messages[-1]
    world.use_cases.turns.decide(turn.claim, view.chat, decided)
    world.use_cases.turns.record_delivery(decided, [connection.id], sent=False, deliverer="another")
    world.clock.shift += UNTIL_UNDELIVERED

    for _ in range(2):
        world.ask(PostRequest("Why?"), connection, key="r-1")
    before_the_sweep = world.table.messages[chat_id][1].deliverer
    world.use_cases.sweeper.sweep(lambda: 55.0)

    assert before_the_sweep == "another"
    assert [is_terminal(frame) for frame in world.pusher.received(connection)].count(True) == 1
