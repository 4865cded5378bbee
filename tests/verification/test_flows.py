"""Every flow of the contract."""

import pytest

from tests.e2e.invariants import answer_of, events, frames_of, violations
from tests.verification.exchanges import QUESTION, begin, finish, metric
from tests.verification.target import Target
from threadcast_client import agrees_with, fold_stream

pytestmark = pytest.mark.timeout(1200)


async def test_an_asset_without_a_prompt_is_answered_in_four_frames(target: Target) -> None:
    async with target.connect() as connection:
        frames = await finish(target, connection, metric(target))

    assert violations(frames) == []
    assert [frame["event"] for frame in frames] == [
        "initializeChat",
        "generatingResponseMessage",
        "generatingResponseMessage",
        "complete",
    ]
    assert frames[0]["sent_by"]["id"] == target.user_id


async def test_a_question_about_an_asset_is_answered(target: Target) -> None:
    async with target.connect() as connection:
        frames = await finish(target, connection, {"prompt": QUESTION, **metric(target)})

    assert violations(frames) == []
    assert events(frames)[-1] == "complete"
    assert answer_of(frames[-1]["payload"])


async def test_a_prompt_alone_starts_a_chat_that_is_named(target: Target) -> None:
    async with target.connect() as connection:
        frames = await finish(target, connection, {"prompt": "Why is the sky blue?"})

    assert violations(frames) == []
    assert frames[-1]["payload"]["title"] != frames[0]["payload"]["title"]


async def test_a_chat_is_continued_replaced_and_returned(target: Target) -> None:
    async with target.connect() as connection:
        (*_, opened) = await finish(target, connection, metric(target))
        chat_id, (first,) = opened["payload"]["id"], opened["payload"]["message_ids"]
        (*_, asked) = await finish(target, connection, {"prompt": QUESTION, "chat_id": chat_id})
        second = asked["payload"]["message_ids"][1]
        replacement = {"prompt": "Show the trend", "chat_id": chat_id, "message_id": second}
        frames = await finish(target, connection, replacement)
        (got,) = await finish(target, connection, {"id": chat_id}, "/chats/get")

    assert violations(frames) == []
    assert asked["payload"]["message_ids"] == [first, second]
    assert frames[-1]["payload"]["message_ids"][0] == first
    assert second not in frames[-1]["payload"]["message_ids"]
    assert len(frames[-1]["payload"]["message_ids"]) == 2
    assert got["payload"] == frames[-1]["payload"]


@pytest.mark.parametrize(
    ("name", "key", "asset_type"),
    [
        ("iowa_electricity", "metric_id", None),
        ("west_coast_weather", "dashboard_id", None),
        ("west_coast_weather", "asset_id", "dashboard_file"),
        ("iowa_turns_to_renewables", "asset_id", "report_file"),
    ],
)
async def test_every_kind_of_asset_starts_a_chat(
    target: Target, name: str, key: str, asset_type: str | None
) -> None:
    payload = {key: target.assets.by_name[name].id} | ({"asset_type": asset_type} if asset_type else {})

    async with target.connect() as connection:
        frames = await finish(target, connection, payload)

    assert violations(frames) == []
    assert frames[-1]["payload"]["title"] == target.assets.by_name[name].name


@pytest.mark.parametrize("route", ["/threads/post", "postThread"])
async def test_every_name_of_the_route_is_answered_under_that_name(target: Target, route: str) -> None:
    async with target.connect() as connection:
        frames = await finish(target, connection, metric(target), route)

    assert violations(frames) == []
    assert {frame["route"] for frame in frames} == {route}


async def test_all_connections_of_the_user_receive_the_turn(target: Target) -> None:
    async with target.connect() as connection, target.connect() as other:
        turn, _ = await begin(target, connection, {"prompt": QUESTION, **metric(target)})
        frames, others = await turn.all_frames(), await frames_of(other, turn.request_id)

    assert violations(frames) == violations(others) == []
    assert others[-1] == frames[-1]


async def test_a_connection_that_drops_and_resumes_has_the_whole_answer(target: Target) -> None:
    async with target.connect() as connection:
        turn, _ = await begin(target, connection, {"prompt": QUESTION, **metric(target)})
        await connection.drop()
        await connection.resume(turn)
        frames = await turn.all_frames()
        (got,) = await finish(target, connection, {"id": turn.chat_id}, "/chats/get")

    assert frames[-1]["event"] == "complete"
    assert agrees_with(fold_stream(frames), got["payload"]) == []


async def test_a_repeated_request_is_answered_by_the_turn_that_the_first_one_opened(target: Target) -> None:
    async with target.connect() as connection:
        turn, _ = await begin(target, connection, {"prompt": "Hello?"})
        first = await turn.all_frames()
        again = await connection.request(turn.route, turn.payload, request_id=turn.request_id)
        second = await again.all_frames()

    assert violations(second) == []
    assert second[-1]["payload"] == first[-1]["payload"]


async def test_a_stop_ends_a_turn_once(target: Target) -> None:
    async with target.connect() as connection:
        turn, _ = await begin(target, connection, {"prompt": QUESTION, **metric(target)})
        ids = {"id": turn.chat_id, "message_id": turn.message_id}
        (stopped,) = await finish(target, connection, ids, "/chats/stop")
        frames = await turn.all_frames()
        (again,) = await finish(target, connection, ids, "/chats/stop")
        (got,) = await finish(target, connection, {"id": turn.chat_id}, "/chats/get")

    message = got["payload"]["messages"][turn.message_id]
    assert violations(frames) == []
    assert message["is_completed"] is True
    assert again["payload"]["stopped"] is False
    assert message["post_processing_message"] in (
        {"Stopped", None} if stopped["payload"]["stopped"] else {None}
    )


async def test_a_replacement_of_a_running_turn_ends_it_first(target: Target) -> None:
    async with target.connect() as connection:
        former, _ = await begin(target, connection, {"prompt": QUESTION, **metric(target)})
        payload = {"prompt": "Hello?", "chat_id": former.chat_id, "message_id": former.message_id}
        frames = await finish(target, connection, payload)
        ended = await former.all_frames()

    assert violations(frames) == violations(ended) == []
    assert former.message_id not in frames[-1]["payload"]["message_ids"]
