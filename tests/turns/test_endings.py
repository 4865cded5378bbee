"""How turns end when something comes in between: one terminal frame, whatever it was."""

import threading
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes import Pause, RecordingPusher, ScriptedAgent
from tests.turns.world import ALICE, HELLO, World, quick
from threadcast.domain.chat import Chat
from threadcast.domain.commands import PostRequest, StopRequest
from threadcast.domain.message import TextResponse
from threadcast.errors import Conflict, ConnectionGone, HandoffFailed, StoreUnavailable, TooManyRequests
from threadcast.ports import Connection, Handoff
from threadcast.ports import agent_events as said
from threadcast.turns.opening.quota import QuotaLimits
from threadcast_client import is_terminal

FIRST = said.AnswerExtended("answer", "Hel")


def begun(script: tuple[object, ...], **options: object) -> tuple[World, Connection, str, str]:
    """A world in which a turn has said its first words and waits; with its chat's and message's id."""
    world = World(ScriptedAgent(*script), background=True, **options)  # type: ignore[arg-type]
    tab = world.connect()
    world.ask(PostRequest("Hello?"), tab)
    opened = world.pusher.wait_for(tab, "generatingResponseMessage")
    return world, tab, opened["payload"]["chat_id"], opened["payload"]["message_id"]


def terminals(world: World, tab: Connection) -> list[tuple[str, str | None]]:
    return [
        (frame["event"], frame["error"] and frame["error"]["code"])
        for frame in world.pusher.heard(tab)
        if is_terminal(frame)
    ]


def answer_of(world: World, chat_id: str, message_id: str) -> str:
    message = world.use_cases.chats.message(chat_id, message_id)
    assert message is not None
    return "".join(part.text for part in message.responses if isinstance(part, TextResponse))


def test_a_stop_keeps_what_was_said_and_ends_with_complete() -> None:
    world, tab, chat_id, message_id = begun((FIRST, Pause(), *HELLO))

    world.use_cases.stop_thread.stop(StopRequest(chat_id, message_id), world.asker(tab))
    world.finish()

    assert world.pusher.wait_for(tab, "stopThread")["payload"]["stopped"] is True
    final = world.pusher.heard(tab)[-1]
    message = final["payload"]["messages"][message_id]
    assert terminals(world, tab) == [("complete", None)]
    assert message["post_processing_message"] == "Stopped"
    assert answer_of(world, chat_id, message_id) == "Hel"


def test_stopping_what_does_not_run_is_harmless() -> None:
    world = World()
    tab = world.connect()
    world.ask(PostRequest("Hello?"), tab)
    final = world.pusher.heard(tab)[-1]["payload"]

    world.use_cases.stop_thread.stop(StopRequest(final["id"], final["message_ids"][0]), world.asker(tab))

    assert world.pusher.heard(tab)[-1]["payload"]["stopped"] is False


def test_a_second_post_to_a_running_chat_is_a_conflict_and_writes_nothing() -> None:
    pause = Pause()
    world, tab, chat_id, _ = begun((FIRST, pause))

    with pytest.raises(Conflict):
        world.ask(PostRequest("And?", chat_id=chat_id), tab)

    pause.go_on.set()
    world.finish()
    stored = world.use_cases.chats.load(chat_id, (), max_bytes=1_000_000)
    assert stored is not None
    assert len(stored.messages) == 1


def test_a_replacement_ends_the_running_turn_first() -> None:
    world, tab, chat_id, message_id = begun((FIRST, Pause()))
    world.agent = ScriptedAgent(*HELLO)

    world.ask(PostRequest("Better?", chat_id=chat_id, replace_from=message_id), tab)
    world.finish()

    assert world.pusher.events(tab) == [
        "initializeChat",
        "generatingResponseMessage",
        "complete",
        "initializeChat",
        "generatingResponseMessage",
        "complete",
    ]
    assert message_id not in world.pusher.heard(tab)[-1]["payload"]["message_ids"]


def test_time_running_out_keeps_the_answer_and_ends_with_an_error() -> None:
    world, tab, chat_id, message_id = begun((FIRST, Pause()))

    world.left_s = 0.5
    world.finish()

    assert terminals(world, tab) == [("postThread", "INTERNAL_SERVER_ERROR")]
    assert answer_of(world, chat_id, message_id) == "Hel"


def test_with_nobody_left_the_agent_is_stopped_and_the_answer_stored() -> None:
    everybody_left = threading.Event()

    def weather(connection: Connection) -> None:
        if everybody_left.is_set():
            raise ConnectionGone(connection.id)

    policy = quick(World().policy, grace_s=0.1)
    world, tab, chat_id, message_id = begun((FIRST, Pause()), pusher=RecordingPusher(weather), policy=policy)

    everybody_left.set()
    world.use_cases.connections.forget(ALICE.id, tab.id)
    world.finish()

    assert answer_of(world, chat_id, message_id) == "Hel"
    message = world.use_cases.chats.message(chat_id, message_id)
    assert message is not None
    assert message.outcome is not None
    assert message.outcome.kind == "stopped"


def test_a_turn_whose_runner_cannot_be_started_ends_with_an_error_at_once() -> None:
    class Refuses:
        def start(self, handoff: Handoff) -> None:
            raise HandoffFailed(handoff.message_id)

    world = World(starter=Refuses())
    tab = world.connect()

    world.ask(PostRequest("Hello?"), tab)

    assert terminals(world, tab) == [("postThread", "INTERNAL_SERVER_ERROR")]
    assert world.use_cases.chats.running_turn(world.pusher.heard(tab)[0]["payload"]["id"]) is None


def test_a_second_delivery_of_a_turn_finds_it_claimed_and_leaves() -> None:
    pause = Pause()
    world, tab, chat_id, message_id = begun((FIRST, pause))

    second = world.use_cases.handoff_runner.run(Handoff(chat_id, message_id, ALICE), lambda: 60)

    pause.go_on.set()
    world.finish()
    assert second is None
    assert terminals(world, tab) == [("complete", None)]


class NeverRuns:
    """A starter whose runner dies before it does anything."""

    def start(self, handoff: Handoff) -> None:
        self.handoff = handoff


def test_a_turn_whose_runner_died_is_ended_by_its_undertaker() -> None:
    starter = NeverRuns()
    world = World(starter=starter)
    tab = world.connect()
    world.ask(PostRequest("Hello?"), tab)

    world.use_cases.failure_handler.handle(starter.handoff, lambda: 60)
    world.use_cases.failure_handler.handle(starter.handoff, lambda: 60)

    assert terminals(world, tab) == [("postThread", "INTERNAL_SERVER_ERROR")]


def test_a_living_turn_is_left_alone_by_its_undertaker() -> None:
    pause = Pause()
    world, tab, chat_id, message_id = begun((FIRST, pause), policy=quick(World().policy, lease_s=60))

    world.use_cases.failure_handler.handle(Handoff(chat_id, message_id, ALICE), lambda: 0)

    assert terminals(world, tab) == []
    pause.go_on.set()
    world.finish()
    assert terminals(world, tab) == [("complete", None)]


def test_a_turn_whose_lease_has_lapsed_is_closed_by_the_next_request() -> None:
    world = World(starter=NeverRuns())
    tab = world.connect()
    world.ask(PostRequest("Hello?"), tab)
    chat_id = world.pusher.heard(tab)[0]["payload"]["id"]
    world.clock.shift = timedelta(minutes=5)
    world.starter = None

    world.ask(PostRequest("Anybody?", chat_id=chat_id), tab)

    assert [event for event, _ in terminals(world, tab)] == ["postThread", "complete"]


def test_a_runner_that_lost_its_turn_sends_and_writes_nothing_more() -> None:
    pause = Pause()
    world, tab, chat_id, message_id = begun((FIRST, pause))
    with world.table.lock:
        world.table.chats[chat_id] = lost(world, chat_id)
    heard = len(world.pusher.heard(tab))

    world.finish()

    assert len(world.pusher.heard(tab)) == heard
    assert answer_of(world, chat_id, message_id) in {"", "Hel"}


def test_a_store_that_is_away_for_a_moment_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    tab = world.connect()
    decide, failures = world.use_cases.turns.decide, iter([True, True, False])

    def flaky(*arguments: object, **options: object) -> None:
        if next(failures):
            raise StoreUnavailable
        decide(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(world.use_cases.turns, "decide", flaky)
    world.ask(PostRequest("Hello?"), tab)

    assert terminals(world, tab) == [("complete", None)]


def test_a_user_may_run_only_so_many_turns_at_a_time() -> None:
    pause = Pause()
    world, tab, _, _ = begun((FIRST, pause), limits=QuotaLimits(600, 100, 1))

    with pytest.raises(TooManyRequests) as refused:
        world.ask(PostRequest("Another?"), tab)

    pause.go_on.set()
    world.finish()
    assert refused.value.retry_after_s is not None
    world.ask(PostRequest("Another?"), tab)
    world.finish()


def test_a_user_may_ask_only_so_often() -> None:
    world = World(limits=QuotaLimits(turns_per_minute=20, burst=2, concurrent=3))
    tab = world.connect()
    world.ask(PostRequest("One?"), tab)
    world.ask(PostRequest("Two?"), tab)

    with pytest.raises(TooManyRequests) as refused:
        world.ask(PostRequest("Three?"), tab)

    assert refused.value.retry_after_s is not None
    assert 2 < refused.value.retry_after_s <= 3


def test_a_resend_while_the_turn_runs_brings_the_connection_up_to_date() -> None:
    pause = Pause()
    world = World(ScriptedAgent(FIRST, pause, *HELLO), background=True)
    tab = world.connect()
    world.ask(PostRequest("Hello?"), tab, key="k-1")
    world.pusher.wait_for(tab, "generatingResponseMessage")

    world.ask(PostRequest("Hello?"), tab, key="k-1")

    caught_up = threading.Event()
    for _ in range(200):
        if [frame["event"] for frame in world.pusher.heard(tab)].count("initializeChat") == 2:
            caught_up.set()
            break
        threading.Event().wait(0.01)
    pause.go_on.set()
    world.finish()
    assert caught_up.is_set()
    assert terminals(world, tab) == [("complete", None)]
    assert len(world.agent.tasks) == 1


def lost(world: World, chat_id: str) -> Chat:
    """The chat as it stands once somebody else holds the claim."""
    chat = world.table.chats[chat_id]
    assert chat.running_turn is not None
    return replace(chat, running_turn=replace(chat.running_turn, claim=str(uuid.uuid4())))
