"""Every flow of the contract, over WebSockets and function processes."""

import pytest

from tests.e2e.invariants import answer_of, events, frames_of, violations
from tests.e2e.local_stack import Person, Stack, sample
from threadcast_client import Connection, check_frame

IOWA = sample("iowa_electricity").asset
WEATHER = sample("west_coast_weather").asset
REPORT = sample("iowa_turns_to_renewables").asset
QUESTION = "What was the total net generation in 2017?"


async def test_an_asset_without_a_prompt_is_answered_in_four_frames_without_the_agent(
    stack: Stack, alice: Person
) -> None:
    runs = stack.invocations("RunTurnFunction")

    async with alice.connect() as connection:
        turn = await connection.post(asset_id=IOWA.id, asset_type="metric_file")
        frames = await turn.all_frames()

    assert violations(frames) == []
    assert [frame["event"] for frame in frames] == [
        "initializeChat",
        "generatingResponseMessage",
        "generatingResponseMessage",
        "complete",
    ]
    assert stack.invocations("RunTurnFunction") == runs
    assert frames[0]["sent_by"] == {"id": alice.id, "name": "Alice"}
    assert frames[0]["payload"]["messages"][turn.message_id]["response_message_ids"] == []


async def test_the_first_message_of_an_asset_has_its_file_and_a_description(alice: Person) -> None:
    async with alice.connect() as connection:
        chat = await (await connection.post(asset_id=IOWA.id, asset_type="metric_file")).result()

    message = chat["messages"][chat["message_ids"][0]]
    file, text = (message["response_messages"][key] for key in message["response_message_ids"])
    assert chat["title"] == IOWA.name
    assert (message["request_message"], message["is_completed"]) == (None, True)
    assert (file["type"], file["file_type"], file["file_name"]) == ("file", "metric", IOWA.name)
    assert (file["version_id"], file["version_number"]) == (IOWA.id, 1)
    assert (text["type"], text["is_final_message"]) == ("text", True)
    assert IOWA.name in text["message"]


async def test_a_question_about_an_asset_is_answered_from_its_rows(stack: Stack, alice: Person) -> None:
    runs = stack.invocations("RunTurnFunction")
    table = sample("iowa_electricity").table
    assert table is not None
    total = sum(float(str(row[2])) for row in table.rows if str(row[0]).startswith("2017"))

    async with alice.connect() as connection:
        frames = await (
            await connection.post(QUESTION, asset_id=IOWA.id, asset_type="metric_file")
        ).all_frames()

    assert violations(frames) == []
    assert events(frames)[0] == "initializeChat"
    assert {"generatingReasoningMessage", "generatingTitle", "generatingResponseMessage"} <= {*events(frames)}
    assert f"{total:,.0f}" in answer_of(frames[-1]["payload"])
    assert stack.invocations("RunTurnFunction") == runs + 1


async def test_a_prompt_alone_starts_a_chat_that_the_agent_names(alice: Person) -> None:
    async with alice.connect() as connection:
        frames = await (await connection.post("Why is the sky blue?")).all_frames()

    chat = frames[-1]["payload"]
    titles = [frame["payload"]["title"] for frame in frames if frame["event"] == "generatingTitle"]
    assert violations(frames) == []
    assert chat["title"] == titles[-1] != frames[0]["payload"]["title"]
    assert chat["messages"][chat["message_ids"][0]]["request_message"]["request"] == "Why is the sky blue?"
    assert answer_of(chat)


async def test_a_follow_up_continues_the_chat_with_its_asset_and_title(alice: Person) -> None:
    async with alice.connect() as connection:
        opened = await (await connection.post(asset_id=IOWA.id, asset_type="metric_file")).result()
        asked = await (await connection.post(QUESTION, chat_id=opened["id"])).result()
        frames = await (await connection.post("And in 2001?", chat_id=opened["id"])).all_frames()

    chat = frames[-1]["payload"]
    assert violations(frames) == []
    assert chat["message_ids"][:2] == asked["message_ids"]
    assert len(chat["message_ids"]) == 3
    assert chat["title"] == asked["title"]
    assert "generatingTitle" not in events(frames)


async def test_replacing_a_message_removes_it_and_every_later_one(alice: Person) -> None:
    async with alice.connect() as connection:
        opened = await (await connection.post(asset_id=IOWA.id, asset_type="metric_file")).result()
        first = await (await connection.post(QUESTION, chat_id=opened["id"])).result()
        await (await connection.post("And in 2001?", chat_id=opened["id"])).result()
        turn = await connection.post(
            "Show the trend", chat_id=opened["id"], message_id=first["message_ids"][1]
        )
        frames = await turn.all_frames()
        stored = await connection.get(opened["id"])

    assert violations(frames) == []
    assert frames[0]["payload"]["message_ids"] == [opened["message_ids"][0], turn.message_id]
    assert (
        frames[-1]["payload"]["message_ids"]
        == stored["message_ids"]
        == [
            opened["message_ids"][0],
            turn.message_id,
        ]
    )


@pytest.mark.parametrize(
    ("payload", "file_type"),
    [
        ({"metric_id": IOWA.id}, "metric"),
        ({"dashboard_id": WEATHER.id}, "dashboard"),
        ({"asset_id": IOWA.id, "asset_type": "metric"}, "metric"),
        ({"asset_id": WEATHER.id, "asset_type": "dashboard"}, "dashboard"),
        ({"asset_id": REPORT.id, "asset_type": "report_file"}, "report"),
        ({"asset_id": IOWA.id.upper(), "asset_type": "metric_file", "dashboard_id": WEATHER.id}, "metric"),
        ({"metric_id": IOWA.id, "prompt": " \n", "message_id": WEATHER.id, "suggestion_id": 7}, "metric"),
        ({"metric_id": IOWA.id, "prompt": None, "chat_id": None, "asset_type": None}, "metric"),
    ],
)
async def test_every_way_to_name_an_asset_starts_a_chat_on_it(
    alice: Person, payload: dict[str, object], file_type: str
) -> None:
    async with alice.connect() as connection:
        frames = await (await connection.request("/chats/post", payload, request_id="r-1")).all_frames()

    assert violations(frames) == []
    assert len(frames) == 4
    assert frames[1]["payload"]["response_message"]["file_type"] == file_type


@pytest.mark.parametrize("route", ["/chats/post", "/threads/post", "postThread"])
async def test_every_name_of_the_route_is_answered_under_that_name(alice: Person, route: str) -> None:
    async with alice.connect() as connection:
        frames = await (await connection.post("Why?", route=route)).all_frames()

    assert violations(frames) == []
    assert {frame["route"] for frame in frames} == {route}


async def test_a_dashboard_omits_metrics_that_the_user_may_not_view(stack: Stack) -> None:
    bob = stack.new_person("Bob", sees=("west_coast_weather", "seattle_weather", "city_temperatures"))

    async with bob.connect() as connection:
        turn = await connection.post(asset_id=WEATHER.id, asset_type="dashboard_file")
        frames = await turn.all_frames()
        follow_up = await connection.post("Show the trend", chat_id=turn.chat_id)
        follow_up_frames = await follow_up.all_frames()

    said = answer_of(frames[-1]["payload"])
    assert violations(frames) == violations(follow_up_frames) == []
    assert sample("seattle_weather").asset.name in said
    assert sample("seattle_rain_by_month").asset.name not in f"{frames}{follow_up_frames}"


async def test_a_get_returns_the_chat_of_the_last_complete_frame(alice: Person) -> None:
    async with alice.connect() as connection:
        complete = await (
            await connection.post(QUESTION, asset_id=IOWA.id, asset_type="metric_file")
        ).result()
        get = await connection.request("/chats/get", {"id": complete["id"]}, request_id="get-1")
        frames = await get.all_frames()

    assert check_frame(frames[0]) == []
    assert (len(frames), frames[0]["event"], frames[0]["send_method"]) == (1, "getChat", "SenderOnly")
    assert frames[0]["payload"] == complete


async def test_frames_without_a_request_id_answer_a_request_without_one(alice: Person) -> None:
    async with alice.connect() as connection:
        turn = await connection.request("/chats/post", {"metric_id": IOWA.id}, request_id=None)
        frames = await turn.all_frames()

    assert violations(frames) == []
    assert not any("request_id" in frame for frame in frames)


async def test_all_connections_of_the_user_receive_the_turn_and_no_others(
    stack: Stack, alice: Person
) -> None:
    bob = stack.new_person("Bob")

    async with alice.connect() as requesting, alice.connect() as listening, bob.connect() as bobs_connection:
        turn = await requesting.post(QUESTION, asset_id=IOWA.id, asset_type="metric_file")
        frames = await turn.all_frames()
        others = await frames_of(listening, turn.request_id)
        await _any_answer(bobs_connection)

    assert violations(frames) == violations(others) == violations(others, legacy_client=True) == []
    assert others[-1] == frames[-1]
    assert [frame["event"] for frame in bobs_connection.frames] == ["error"]


async def _any_answer(connection: Connection) -> None:
    await connection.send("{}")
    await connection.frame(lambda _: True)
