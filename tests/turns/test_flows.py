"""What a turn tells, in each of the flows."""

from tests.fakes import ScriptedAgent
from tests.turns.world import BOB, HELLO, WIND, World
from threadcast.domain.commands import PostRequest
from threadcast.errors import AgentError
from threadcast.ports import agent_events as said
from threadcast_client import agrees_with, fold_stream


def test_an_asset_without_a_prompt_is_answered_by_its_file_and_a_text_and_no_agent() -> None:
    world = World()
    tab = world.connect()

    world.ask(PostRequest(asset=WIND), tab)

    frames = world.pusher.heard(tab)
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


def test_an_asset_with_a_prompt_reaches_the_agent_with_its_rows() -> None:
    world = World()
    tab = world.connect()

    world.ask(PostRequest("Why did wind drop?", asset=WIND), tab)

    assert world.pusher.events(tab) == ["initializeChat", "generatingResponseMessage", "complete"]
    (task,) = world.agent.tasks
    assert task.context is not None
    assert task.context.table is not None
    assert len(task.context.table.rows) == 3
    assert task.wants_title


def test_a_prompt_alone_starts_a_chat_that_the_agent_names() -> None:
    world = World(ScriptedAgent(said.TitleExtended("Gree"), said.TitleDecided("Greetings"), *HELLO))
    tab = world.connect()

    world.ask(PostRequest("Hello?"), tab)

    final = world.pusher.heard(tab)[-1]
    assert final["event"] == "complete"
    assert final["payload"]["title"] == "Greetings"


def test_a_follow_up_brings_the_chat_so_far() -> None:
    world = World()
    tab = world.connect()
    world.ask(PostRequest("First?"), tab)
    chat_id = world.pusher.heard(tab)[0]["payload"]["id"]

    world.ask(PostRequest("Second?", chat_id=chat_id), tab)

    assert [(told.prompt, told.answer) for told in world.agent.tasks[1].history] == [("First?", "Hello")]
    assert not world.agent.tasks[1].wants_title
    assert len(world.pusher.heard(tab)[-1]["payload"]["message_ids"]) == 2


def test_replacing_a_message_hides_it_and_all_that_followed() -> None:
    world = World()
    tab = world.connect()
    world.ask(PostRequest("First?"), tab)
    chat_id = world.pusher.heard(tab)[0]["payload"]["id"]
    world.ask(PostRequest("Second?", chat_id=chat_id), tab)
    second_id = world.pusher.heard(tab)[-1]["payload"]["message_ids"][1]

    world.ask(PostRequest("Better?", chat_id=chat_id, replace_from=second_id), tab)

    final = world.pusher.heard(tab)[-1]["payload"]
    asked = [final["messages"][id_]["request_message"]["request"] for id_ in final["message_ids"]]
    assert asked == ["First?", "Better?"]


def test_a_failing_agent_ends_the_answer_but_keeps_what_was_said() -> None:
    world = World(ScriptedAgent(said.AnswerExtended("answer", "Hel"), AgentError("The model is busy.")))
    tab = world.connect()

    world.ask(PostRequest("Hello?"), tab)

    last = world.pusher.heard(tab)[-1]
    chat_id = world.pusher.heard(tab)[0]["payload"]["id"]
    stored = world.use_cases.chats.load(chat_id, (), max_bytes=1_000_000)
    assert (last["event"], last["error"]["message"]) == ("postThread", "The model is busy.")
    assert stored is not None
    (message,) = stored.messages
    assert [part.text for part in message.responses] == ["Hel"]
    assert message.outcome is not None
    assert message.outcome.reference_id == last["error"]["reference_id"]


def test_an_agent_that_breaks_says_nothing_of_how() -> None:
    world = World(ScriptedAgent(ValueError("password=hunter2 table=prod-chats")))
    tab = world.connect()

    world.ask(PostRequest("Hello?"), tab)

    error = world.pusher.heard(tab)[-1]["error"]
    assert error["code"] == "INTERNAL_SERVER_ERROR"
    assert "hunter2" not in str(world.pusher.heard(tab))


def test_every_tab_of_the_user_hears_the_turn_and_nobody_else_does() -> None:
    world = World()
    tabs = [world.connect(), world.connect()]
    stranger = world.connect(BOB)

    world.ask(PostRequest("Hello?"), tabs[0])

    assert world.pusher.heard(tabs[0]) == world.pusher.heard(tabs[1])
    assert world.pusher.heard(stranger) == []


def test_the_frames_of_a_turn_fold_to_its_complete() -> None:
    script = (said.ReasoningExtended("think", "Thinking", "hm "), said.TitleExtended("T"), *HELLO)
    world = World(ScriptedAgent(*script))
    tab = world.connect()

    world.ask(PostRequest("Hello?"), tab)

    frames = world.pusher.heard(tab)
    assert agrees_with(fold_stream(frames), frames[-1]["payload"]) == []


def test_a_message_that_comes_twice_runs_once_and_is_answered_with_its_state() -> None:
    world = World()
    tab = world.connect()
    world.ask(PostRequest("Hello?"), tab, key="k-1")
    heard = len(world.pusher.heard(tab))

    world.ask(PostRequest("Hello?"), tab, key="k-1")

    assert len(world.agent.tasks) == 1
    again = world.pusher.heard(tab)[heard:]
    assert [frame["event"] for frame in again] == ["initializeChat", "complete"]
    assert again[-1] == world.pusher.heard(tab)[heard - 1]
