"""A turn that was opened ends by itself, whatever fails on its way, and requests are answered once."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes import Pause, RecordingPusher, ScriptedAgent
from tests.turns.test_endings import FIRST, terminals, world_with_a_running_turn
from tests.turns.world import ALICE, HELLO, WIND, World, with_times
from tests.waiting import eventually
from threadcast.adapters.memory import MemoryChatStore
from threadcast.domain.chat import RunningTurn
from threadcast.errors import AgentError, OutOfTime, StoreUnavailable
from threadcast.ports import Connection, Handoff, StoredChat
from threadcast.protocol.routes import CHATS_GET, CHATS_STOP
from threadcast.turns.commands import GetRequest, PostRequest, StopRequest


class NeverStartsRunners:
    """A starter whose runners never start, as if their events waited in Lambda's queue."""

    def start(self, handoff: Handoff) -> None:
        pass


@pytest.mark.parametrize("grace_s", [0, 3600])
def test_the_grace_period_does_not_bound_the_delivery_of_the_terminal_frame(grace_s: float) -> None:
    def slow(connection: Connection) -> None:
        threading.Event().wait(0.03)

    world = World(
        ScriptedAgent(*HELLO),
        pusher=RecordingPusher(slow),
        background=True,
        policy=with_times(World().policy, grace_s=grace_s),
    )
    connections = [world.connect() for _ in range(3)]

    world.ask(PostRequest("Hello?"), connections[0])
    world.finish()

    assert [terminals(world, connection) for connection in connections] == [[("complete", None)]] * 3


def test_a_turn_runs_although_its_first_frame_could_not_be_delivered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start, failures = threading.Thread.start, [0]

    def fail_for_the_first_reader(thread: threading.Thread) -> None:
        if thread.name.startswith("reader") and not failures[0]:
            failures[0] += 1
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", fail_for_the_first_reader)
    world = World(ScriptedAgent(*HELLO), background=True)
    connection = world.connect()

    world.ask(PostRequest("Hello?"), connection)
    world.finish()

    assert failures == [1]
    assert terminals(world, connection) == [("complete", None)]


@pytest.mark.parametrize("request_", [PostRequest("Hello?"), PostRequest(asset=WIND)])
def test_nothing_is_opened_that_the_time_left_does_not_suffice_for(request_: PostRequest) -> None:
    world = World()
    connection = world.connect()
    context = world.context(connection)
    late = world.policy.opening_reserve_s - 0.1

    with pytest.raises(OutOfTime):
        world.use_cases.post_thread.serve(request_, replace(context, remaining_s=lambda: late))

    assert world.table.chats == {}
    assert world.pusher.received(connection) == []


def test_a_stop_of_a_turn_without_a_runner_ends_it() -> None:
    world = World(starter=NeverStartsRunners())
    connection = world.connect()
    world.ask(PostRequest("Why did it drop?"), connection)
    opened = world.pusher.wait_for(connection, "initializeChat")["payload"]

    world.use_cases.dispatcher.dispatch(
        CHATS_STOP, StopRequest(opened["id"], opened["message_ids"][0]), world.context(connection)
    )

    stop, complete = world.pusher.wait_for(connection, "stopThread"), world.pusher.received(connection)[-1]
    assert stop["payload"]["stopped"] is True
    assert complete["payload"]["title"] == "Why did it drop?"
    assert terminals(world, connection) == [("complete", None)]
    assert world.use_cases.chats.running_turn(opened["id"]) is None


@pytest.mark.parametrize("fails", ["close_if_abandoned", "close_abandoned_turn"])
def test_a_stop_is_answered_once_although_the_store_fails_after_the_answer(
    fails: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(starter=NeverStartsRunners())
    connection = world.connect()
    world.ask(PostRequest("Hello?"), connection)
    opened = world.pusher.wait_for(connection, "initializeChat")["payload"]
    message_id = opened["message_ids"][0] if fails == "close_abandoned_turn" else opened["id"]

    def unavailable(*_: object, **__: object) -> None:
        raise StoreUnavailable("table")

    monkeypatch.setattr(world.use_cases.closer, fails, unavailable)
    world.use_cases.dispatcher.dispatch(
        CHATS_STOP, StopRequest(opened["id"], message_id), world.context(connection)
    )

    answers = [frame for frame in world.pusher.received(connection) if frame["event"] == "stopThread"]
    assert [answer["payload"]["stopped"] for answer in answers] == [fails == "close_abandoned_turn"]


@pytest.mark.parametrize("script", [(AgentError("The model is busy."),), (FIRST, RuntimeError("broken"))])
def test_a_chat_whose_first_turn_fails_takes_its_title_from_the_prompt(script: tuple[Any, ...]) -> None:
    world = World(ScriptedAgent(*script))
    connection = world.connect()

    world.ask(PostRequest("Why did wind power drop in 2003?"), connection)

    (chat,) = world.table.chats.values()
    assert chat.title == "Why did wind power drop in 2003?"


def test_a_get_while_a_turn_runs_takes_no_text_back() -> None:
    pause = Pause()
    world, connection, chat_id, message_id = world_with_a_running_turn((FIRST, pause, *HELLO[1:]))
    before = len(world.pusher.received(connection))

    world.use_cases.dispatcher.dispatch(CHATS_GET, GetRequest(chat_id), world.context(connection))
    frames = eventually_received(world, connection, before, "initializeChat")
    pause.go_on.set()
    world.finish()

    answer = next(frame for frame in frames if frame["event"] == "getChat")["payload"]
    caught_up = next(frame for frame in frames if frame["event"] == "initializeChat")["payload"]
    assert answer["messages"][message_id]["is_completed"] is False
    assert answer["messages"][message_id]["response_message_ids"] == []
    (part,) = caught_up["messages"][message_id]["response_messages"].values()
    assert part["message"] == "Hel"
    assert terminals(world, connection) == [("complete", None)]


def test_a_get_that_reads_the_chat_before_and_its_message_after_the_end_has_the_answer() -> None:
    world = World(ScriptedAgent(*HELLO))
    connection = world.connect()
    world.ask(PostRequest("Hello?"), connection)
    complete = world.pusher.received(connection)[-1]["payload"]
    running = RunningTurn(complete["message_ids"][0], ALICE.id, world.clock.now() + timedelta(seconds=20))

    class TornChatStore(MemoryChatStore):
        """Reads the chat as it was while the turn ran, once."""

        reads = 0

        def load(self, *arguments: Any, **options: Any) -> StoredChat | None:
            stored = super().load(*arguments, **options)
            self.reads += 1
            if stored is None or self.reads > 1:
                return stored
            former = replace(stored.chat, title="New chat", running_turn=running, version=1)
            return replace(stored, chat=former)

    world.change(chats=TornChatStore(world.table))
    world.use_cases.dispatcher.dispatch(CHATS_GET, GetRequest(complete["id"]), world.context(connection))

    assert world.pusher.received(connection)[-1]["payload"] == complete


def eventually_received(world: World, connection: Connection, since: int, event: str) -> list[dict[str, Any]]:
    """Return the frames after the first `since`, once an `event` is among them."""

    def frames() -> list[dict[str, Any]]:
        return world.pusher.received(connection)[since:]

    eventually(lambda: event in [frame["event"] for frame in frames()])
    return frames()
