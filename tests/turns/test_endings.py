"""Every turn ends with one terminal frame: after a stop, a failure, a time-out or a lost claim."""

import threading
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes import Pause, RecordingPusher, ScriptedAgent
from tests.turns.world import ALICE, HELLO, World, with_times
from tests.waiting import eventually
from threadcast.domain.chat import Chat
from threadcast.domain.message import TextResponse
from threadcast.domain.streamed_parts import AnswerDelta
from threadcast.errors import (
    AgentError,
    Conflict,
    ConnectionGone,
    HandoffFailed,
    StoreUnavailable,
    TooManyRequests,
)
from threadcast.ports import Connection, Handoff, Presence
from threadcast.protocol.routes import CHATS_STOP
from threadcast.turns.commands import PostRequest, StopRequest
from threadcast.turns.opening.quota import QuotaLimits
from threadcast_client import is_terminal

FIRST = AnswerDelta("answer", "Hel")


def world_with_a_running_turn(
    script: tuple[object, ...], **options: object
) -> tuple[World, Connection, str, str]:
    """Return a world with a turn that waits after its first words, and the chat's and the message's id."""
    world = World(ScriptedAgent(*script), background=True, **options)  # type: ignore[arg-type]
    connection = world.connect()
    world.ask(PostRequest("Hello?"), connection)
    opened = world.pusher.wait_for(connection, "generatingResponseMessage")
    return world, connection, opened["payload"]["chat_id"], opened["payload"]["message_id"]


def terminals(world: World, connection: Connection) -> list[tuple[str, str | None]]:
    return [
        (frame["event"], frame["error"] and frame["error"]["code"])
        for frame in world.pusher.received(connection)
        if is_terminal(frame)
    ]


def answer_of(world: World, chat_id: str, message_id: str) -> str:
    message = world.use_cases.chats.message(chat_id, message_id)
    assert message is not None
    return "".join(part.text for part in message.responses if isinstance(part, TextResponse))


def test_a_stop_keeps_the_answer_so_far_and_ends_with_complete() -> None:
    world, connection, chat_id, message_id = world_with_a_running_turn((FIRST, Pause(), *HELLO))

    world.use_cases.dispatcher.dispatch(
        CHATS_STOP, StopRequest(chat_id, message_id), world.context(connection)
    )
    world.finish()

    assert world.pusher.wait_for(connection, "stopThread")["payload"]["stopped"] is True
    final = world.pusher.received(connection)[-1]
    message = final["payload"]["messages"][message_id]
    assert terminals(world, connection) == [("complete", None)]
    assert message["post_processing_message"] == "Stopped"
    assert answer_of(world, chat_id, message_id) == "Hel"


def test_stopping_a_turn_that_has_ended_changes_nothing() -> None:
    world = World()
    connection = world.connect()
    world.ask(PostRequest("Hello?"), connection)
    final = world.pusher.received(connection)[-1]["payload"]

    world.use_cases.dispatcher.dispatch(
        CHATS_STOP, StopRequest(final["id"], final["message_ids"][0]), world.context(connection)
    )

    assert world.pusher.received(connection)[-1]["payload"]["stopped"] is False


def test_a_post_to_a_chat_with_a_running_turn_is_a_conflict_and_writes_nothing() -> None:
    pause = Pause()
    world, connection, chat_id, _ = world_with_a_running_turn((FIRST, pause))

    with pytest.raises(Conflict):
        world.ask(PostRequest("And?", chat_id=chat_id), connection)

    pause.go_on.set()
    world.finish()
    stored = world.use_cases.chats.load(chat_id, (), max_bytes=1_000_000)
    assert stored is not None
    assert len(stored.messages) == 1


def test_a_replacement_first_stops_the_running_turn() -> None:
    world, connection, chat_id, message_id = world_with_a_running_turn((FIRST, Pause()))
    world.agent = ScriptedAgent(*HELLO)

    world.ask(PostRequest("Better?", chat_id=chat_id, replace_from=message_id), connection)
    world.finish()

    assert world.pusher.events(connection) == [
        "initializeChat",
        "generatingResponseMessage",
        "generatingTitle",
        "generatingResponseMessage",
        "complete",
        "initializeChat",
        "generatingResponseMessage",
        "complete",
    ]
    assert message_id not in world.pusher.received(connection)[-1]["payload"]["message_ids"]


def test_a_turn_at_its_time_limit_keeps_the_answer_so_far_and_ends_with_an_error() -> None:
    world, connection, chat_id, message_id = world_with_a_running_turn((FIRST, Pause()))

    world.left_s = 0.5
    world.finish()

    assert terminals(world, connection) == [("postThread", "INTERNAL_SERVER_ERROR")]
    assert answer_of(world, chat_id, message_id) == "Hel"


def test_a_turn_without_connections_is_stopped_and_its_answer_stored() -> None:
    all_connections_gone = threading.Event()

    def fail_once_gone(connection: Connection) -> None:
        if all_connections_gone.is_set():
            raise ConnectionGone(connection.id)

    policy = with_times(World().policy, grace_s=0.1)
    world, connection, chat_id, message_id = world_with_a_running_turn(
        (FIRST, Pause()), pusher=RecordingPusher(fail_once_gone), policy=policy
    )

    all_connections_gone.set()
    world.use_cases.connections.forget(ALICE.id, connection.id)
    world.finish()

    assert answer_of(world, chat_id, message_id) == "Hel"
    message = world.use_cases.chats.message(chat_id, message_id)
    assert message is not None
    assert message.outcome is not None
    assert message.outcome.kind == "stopped"


def test_a_turn_whose_runner_cannot_be_started_ends_with_an_error_at_once() -> None:
    class FailingStarter:
        def start(self, handoff: Handoff) -> None:
            raise HandoffFailed(handoff.message_id)

    world = World(starter=FailingStarter())
    connection = world.connect()

    world.ask(PostRequest("Hello?"), connection)

    assert terminals(world, connection) == [("postThread", "INTERNAL_SERVER_ERROR")]
    assert world.use_cases.chats.running_turn(world.pusher.received(connection)[0]["payload"]["id"]) is None


def test_a_second_invocation_for_a_turn_finds_it_claimed_and_returns() -> None:
    pause = Pause()
    world, connection, chat_id, message_id = world_with_a_running_turn((FIRST, pause))

    second = world.use_cases.handoff_runner.run(Handoff(chat_id, message_id, ALICE), lambda: 60)

    pause.go_on.set()
    world.finish()
    assert second is None
    assert terminals(world, connection) == [("complete", None)]


class NeverRunningStarter:
    """A starter whose runner ends before it claims its turn."""

    def start(self, handoff: Handoff) -> None:
        self.handoff = handoff


def test_the_failure_handler_closes_a_turn_whose_runner_failed() -> None:
    starter = NeverRunningStarter()
    world = World(starter=starter)
    connection = world.connect()
    world.ask(PostRequest("Hello?"), connection)

    world.use_cases.failure_handler.handle(starter.handoff, lambda: 60)
    world.use_cases.failure_handler.handle(starter.handoff, lambda: 60)

    assert terminals(world, connection) == [("postThread", "INTERNAL_SERVER_ERROR")]


def test_the_failure_handler_does_not_close_a_running_turn() -> None:
    pause = Pause()
    world, connection, chat_id, message_id = world_with_a_running_turn(
        (FIRST, pause), policy=with_times(World().policy, lease_s=60)
    )

    world.use_cases.failure_handler.handle(Handoff(chat_id, message_id, ALICE), lambda: 0)

    assert terminals(world, connection) == []
    pause.go_on.set()
    world.finish()
    assert terminals(world, connection) == [("complete", None)]


def test_a_turn_whose_lease_has_expired_is_closed_by_the_next_request() -> None:
    world = World(starter=NeverRunningStarter())
    connection = world.connect()
    world.ask(PostRequest("Hello?"), connection)
    chat_id = world.pusher.received(connection)[0]["payload"]["id"]
    world.clock.shift = timedelta(minutes=5)
    world.starter = None

    world.ask(PostRequest("Again?", chat_id=chat_id), connection)

    assert [event for event, _ in terminals(world, connection)] == ["postThread", "complete"]


def test_a_runner_that_has_lost_its_claim_posts_and_writes_nothing_more() -> None:
    pause = Pause()
    world, connection, chat_id, message_id = world_with_a_running_turn((FIRST, pause))
    with world.table.lock:
        world.table.chats[chat_id] = claimed_by_another_runner(world, chat_id)
    received = len(world.pusher.received(connection))

    world.finish()

    assert len(world.pusher.received(connection)) == received
    assert answer_of(world, chat_id, message_id) in {"", "Hel"}


def test_a_turn_completes_although_the_store_was_unavailable_for_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    connection = world.connect()
    decide, failures = world.use_cases.turns.decide, iter([True, True, False])

    def unavailable_twice(*arguments: object, **options: object) -> None:
        if next(failures):
            raise StoreUnavailable
        decide(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(world.use_cases.turns, "decide", unavailable_twice)
    world.ask(PostRequest("Hello?"), connection)

    assert terminals(world, connection) == [("complete", None)]


def test_a_user_can_run_only_the_permitted_number_of_concurrent_turns() -> None:
    pause = Pause()
    world, connection, _, _ = world_with_a_running_turn((FIRST, pause), limits=QuotaLimits(600, 100, 1))

    with pytest.raises(TooManyRequests) as refused:
        world.ask(PostRequest("Another?"), connection)

    pause.go_on.set()
    world.finish()
    assert refused.value.retry_after_s is not None
    world.ask(PostRequest("Another?"), connection)
    world.finish()


def test_a_user_can_post_only_at_the_permitted_rate() -> None:
    world = World(limits=QuotaLimits(turns_per_minute=1, burst=2, concurrent=3))
    connection = world.connect()
    world.ask(PostRequest("One?"), connection)
    world.ask(PostRequest("Two?"), connection)

    with pytest.raises(TooManyRequests) as refused:
        world.ask(PostRequest("Three?"), connection)

    assert refused.value.retry_after_s is not None
    assert 30 < refused.value.retry_after_s <= 60


def test_a_duplicate_request_during_a_turn_brings_the_connection_up_to_date() -> None:
    pause = Pause()
    world = World(ScriptedAgent(FIRST, pause, *HELLO), background=True)
    connection = world.connect()
    world.ask(PostRequest("Hello?"), connection, key="k-1")
    world.pusher.wait_for(connection, "generatingResponseMessage")

    world.ask(PostRequest("Hello?"), connection, key="k-1")

    eventually(
        lambda: [frame["event"] for frame in world.pusher.received(connection)].count("initializeChat") == 2
    )
    pause.go_on.set()
    world.finish()
    assert terminals(world, connection) == [("complete", None)]
    assert len(world.agent.tasks) == 1


def claimed_by_another_runner(world: World, chat_id: str) -> Chat:
    """Return the chat as it is once another runner holds the claim."""
    chat = world.table.chats[chat_id]
    assert chat.running_turn is not None
    return replace(chat, running_turn=replace(chat.running_turn, claim=str(uuid.uuid4())))


def test_a_connection_receives_the_end_though_the_last_read_of_the_registry_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hold = Pause()
    world, _, _, _ = world_with_a_running_turn((FIRST, hold, *HELLO))
    presence, decided = world.use_cases.connections.presence, threading.Event()
    decide, failures = world.use_cases.turns.decide, iter([True])

    def decide_and_note(*args: Any, **options: Any) -> None:
        decide(*args, **options)
        joined.append(world.connect())
        decided.set()

    def fail_once_after_the_decision(user_id: str) -> Presence:
        if decided.is_set() and next(failures, False):
            raise StoreUnavailable
        return presence(user_id)

    joined: list[Connection] = []
    monkeypatch.setattr(world.use_cases.turns, "decide", decide_and_note)
    monkeypatch.setattr(world.use_cases.connections, "presence", fail_once_after_the_decision)
    hold.go_on.set()
    world.finish()

    assert terminals(world, joined[0]) == [("complete", None)]


@pytest.mark.parametrize("error", [RuntimeError, AgentError])
def test_the_text_of_an_agents_exception_is_not_logged(
    error: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    failure = error("the takeover of Initech")
    failure.__cause__ = KeyError("the takeover of Initech")
    world = World(ScriptedAgent(FIRST, failure))

    world.ask(PostRequest("Hello?"), world.connect())

    (record,) = [record for record in caplog.records if record.getMessage().startswith("agent_")]
    assert record.__dict__["reason"] == f"{error.__name__} from KeyError"
    assert "tests/fakes.py:" in record.__dict__["trace"]
    assert "Initech" not in caplog.text + str([each.__dict__ for each in caplog.records])
