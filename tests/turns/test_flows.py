"""The frames that a turn delivers, in each of the flows."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.fakes import ScriptedAgent
from tests.turns.world import ALICE, BOB, HELLO, ROWS, WIND, World, asset
from threadcast.adapters.memory import MemoryTurnStore
from threadcast.domain.chat import Chat
from threadcast.domain.streamed_parts import AnswerDelta, ReasoningDelta, TitleDelta, TitleEnd
from threadcast.errors import AgentError, NotFound, StoreUnavailable
from threadcast.protocol.routes import CHATS_GET
from threadcast.turns.commands import GetRequest, PostRequest
from threadcast_client import agrees_with, fold_stream


def test_an_asset_without_a_prompt_is_answered_with_its_file_and_a_text_without_an_agent() -> None:
    world = World()
    connection = world.connect()

    world.ask(PostRequest(asset=WIND), connection)

    frames = world.pusher.received(connection)
    assert [frame["event"] for frame in frames] == [
        "initializeChat",
        "generatingResponseMessage",
        "generatingResponseMessage",
        "complete",
    ]
    file, text = (frame["payload"]["response_message"] for frame in frames[1:3])
    assert (file["type"], file["file_type"], file["version_id"]) == ("file", "metric", WIND.id)
    assert text["is_final_message"]
    assert "Wind power" in text["message"]
    assert frames[-1]["payload"]["title"] == "Wind power"
    assert world.agent.tasks == []


@pytest.mark.parametrize("is_registered", [True, False])
def test_the_requesting_connection_is_served_first_where_there_are_too_many(
    *,
    is_registered: bool,
) -> None:
    world = World(stream=replace(World().stream, max_connections=2))
    oldest, second, third, requesting = (world.connect() for _ in range(4))
    if not is_registered:
        world.use_cases.connections.forget(requesting.user_id, requesting.id)

    world.ask(PostRequest("Why?"), requesting)

    served = [world.pusher.events(each)[-1:] for each in (oldest, second, third, requesting)]
    assert served == [["complete"], [], [], ["complete"]]


def test_the_agent_receives_the_rows_of_the_asset_with_the_prompt() -> None:
    world = World()
    connection = world.connect()

    world.ask(PostRequest("Why did wind drop?", asset=WIND), connection)

    assert world.pusher.events(connection) == ["initializeChat", "generatingResponseMessage", "complete"]
    (task,) = world.agent.tasks
    assert task.context is not None
    assert task.context.table is not None
    assert len(task.context.table.rows) == 3
    assert task.wants_title


def test_a_chat_about_a_metric_that_has_expired_is_readable_and_goes_on_without_the_metric() -> None:
    world = World()
    connection = world.connect()
    tomorrow = world.clock.now().replace(microsecond=0) + timedelta(days=1)
    world.library.save(replace(asset(WIND, ALICE), expires_at=tomorrow), ROWS)
    world.ask(PostRequest("Why did wind drop?", asset=WIND), connection)
    chat = world.pusher.received(connection)[-1]["payload"]

    world.clock.shift += timedelta(days=1)
    connection = world.connect()
    world.use_cases.dispatcher.dispatch(CHATS_GET, GetRequest(chat["id"]), world.context(connection))
    world.ask(PostRequest("And now?", chat_id=chat["id"]), connection)

    read, *_, answered = world.pusher.received(connection)
    assert list(read["payload"]["messages"].values()) == list(chat["messages"].values())
    assert (answered["event"], len(answered["payload"]["messages"])) == ("complete", 2)
    assert [task.context is None for task in world.agent.tasks] == [False, True]
    with pytest.raises(NotFound, match="Asset not found"):
        world.ask(PostRequest(asset=WIND), connection)


def test_a_prompt_without_an_asset_starts_a_chat_whose_title_the_agent_chooses() -> None:
    world = World(ScriptedAgent(TitleDelta("Gree"), TitleEnd("Greetings"), *HELLO))
    connection = world.connect()

    world.ask(PostRequest("Hello?"), connection)

    final = world.pusher.received(connection)[-1]
    assert final["event"] == "complete"
    assert final["payload"]["title"] == "Greetings"


def test_the_agent_receives_the_earlier_messages_with_a_follow_up() -> None:
    world = World()
    connection = world.connect()
    world.ask(PostRequest("First?"), connection)
    chat_id = world.pusher.received(connection)[0]["payload"]["id"]

    world.ask(PostRequest("Second?", chat_id=chat_id), connection)

    assert [(earlier.prompt, earlier.answer) for earlier in world.agent.tasks[1].history] == [
        ("First?", "Hello")
    ]
    assert not world.agent.tasks[1].wants_title
    assert len(world.pusher.received(connection)[-1]["payload"]["message_ids"]) == 2


def test_replacing_a_message_removes_it_and_every_later_message() -> None:
    world = World()
    connection = world.connect()
    world.ask(PostRequest("First?"), connection)
    chat_id = world.pusher.received(connection)[0]["payload"]["id"]
    world.ask(PostRequest("Second?", chat_id=chat_id), connection)
    second_id = world.pusher.received(connection)[-1]["payload"]["message_ids"][1]

    world.ask(PostRequest("Better?", chat_id=chat_id, replace_from=second_id), connection)

    final = world.pusher.received(connection)[-1]["payload"]
    prompts = [final["messages"][id_]["request_message"]["request"] for id_ in final["message_ids"]]
    assert prompts == ["First?", "Better?"]
    ((expiring, expires_at),) = world.table.expiries.items()
    assert expiring == (chat_id, 2)
    assert timedelta(days=29) < expires_at - world.clock.now() <= timedelta(days=30)


def test_a_replaced_message_whose_expiry_could_not_be_stored_gets_it_in_the_chats_next_turn() -> None:
    class FailingOnce(MemoryTurnStore):
        failures = 1

        def expire_replaced(self, chat: Chat, expires_at: datetime) -> int:
            if self.failures:
                self.failures -= 1
                raise StoreUnavailable("table")
            return super().expire_replaced(chat, expires_at)

    world = World()
    world.change(turns=FailingOnce(world.table, world.clock.now))
    connection = world.connect()
    world.ask(PostRequest("First?"), connection)
    complete = world.pusher.received(connection)[-1]["payload"]
    chat_id, (message_id,) = complete["id"], complete["message_ids"]
    world.ask(PostRequest("Better?", chat_id=chat_id, replace_from=message_id), connection)
    after_the_failure = dict(world.table.expiries)

    world.ask(PostRequest("And now?", chat_id=chat_id), connection)

    assert world.pusher.events(connection).count("complete") == 3
    assert (after_the_failure, list(world.table.expiries)) == ({}, [(chat_id, 1)])


def test_an_agent_error_ends_the_turn_and_keeps_the_answer_so_far() -> None:
    world = World(ScriptedAgent(AnswerDelta("answer", "Hel"), AgentError("The model is busy.")))
    connection = world.connect()

    world.ask(PostRequest("Hello?"), connection)

    last = world.pusher.received(connection)[-1]
    chat_id = world.pusher.received(connection)[0]["payload"]["id"]
    stored = world.use_cases.chats.load(chat_id, (), max_bytes=1_000_000)
    assert (last["event"], last["error"]["message"]) == ("postThread", "The model is busy.")
    assert stored is not None
    (message,) = stored.messages
    assert [part.text for part in message.responses] == ["Hel"]
    assert message.outcome is not None
    assert message.outcome.reference_id == last["error"]["reference_id"]


def test_the_text_of_an_unexpected_agent_error_is_never_sent() -> None:
    world = World(ScriptedAgent(ValueError("password=hunter2 table=prod-chats")))
    connection = world.connect()

    world.ask(PostRequest("Hello?"), connection)

    error = world.pusher.received(connection)[-1]["error"]
    assert error["code"] == "INTERNAL_SERVER_ERROR"
    assert "hunter2" not in str(world.pusher.received(connection))


def test_a_turn_is_delivered_to_every_connection_of_its_user_and_to_no_other() -> None:
    world = World()
    connections = [world.connect(), world.connect()]
    connection_of_bob = world.connect(BOB)

    world.ask(PostRequest("Hello?"), connections[0])

    assert world.pusher.received(connections[0]) == world.pusher.received(connections[1])
    assert world.pusher.received(connection_of_bob) == []


def test_folding_the_frames_of_a_turn_gives_its_complete_payload() -> None:
    script = (
        ReasoningDelta("think", "Thinking", "hm "),
        TitleDelta("T"),
        *HELLO,
    )
    world = World(ScriptedAgent(*script))
    connection = world.connect()

    world.ask(PostRequest("Hello?"), connection)

    frames = world.pusher.received(connection)
    assert agrees_with(fold_stream(frames), frames[-1]["payload"]) == []


def test_a_duplicate_request_runs_no_second_turn_and_receives_the_state_of_the_first() -> None:
    world = World()
    connection = world.connect()
    world.ask(PostRequest("Hello?"), connection, key="k-1")
    received = len(world.pusher.received(connection))

    world.ask(PostRequest("Hello?"), connection, key="k-1")

    assert len(world.agent.tasks) == 1
    again = world.pusher.received(connection)[received:]
    assert [frame["event"] for frame in again] == ["initializeChat", "complete"]
    assert again[-1] == world.pusher.received(connection)[received - 1]
