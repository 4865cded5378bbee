"""The new code on a table, running turns and a handoff that the former release has written."""

import asyncio
import json
from collections.abc import Iterator

import boto3
import pytest

from tests.e2e.invariants import Frame, answer_of, violations
from tests.e2e.local_stack import Person, Stack, running_stack
from tests.upgrade.former_release import USER_ID, FormerRelease, former_release
from threadcast_client import Connection

POLL_INTERVAL_S = 0.1


@pytest.fixture(scope="module")
def former() -> FormerRelease:
    return former_release()


@pytest.fixture(scope="module")
def upgraded(former: FormerRelease) -> Iterator[Stack]:
    """A stack of the new code, with the items of the former release in its table."""
    with running_stack() as stack:
        for item in former.items:
            stack.dynamodb.put_item(TableName=stack.gateway.table_name("Table"), Item=item)
        yield stack


@pytest.fixture
def user(upgraded: Stack) -> Person:
    """The user of the former release."""
    return Person(upgraded.gateway.websocket_url, upgraded.secret, id=USER_ID)


async def finished(connection: Connection, chat_id: str) -> Frame:
    """Return the chat once no message of it is being answered."""
    while True:
        chat = await connection.get(chat_id)
        if all(message["is_completed"] for message in chat["messages"].values()):
            return chat
        await asyncio.sleep(POLL_INTERVAL_S)


async def test_chats_of_the_former_release_are_returned_as_it_returned_them(
    user: Person, former: FormerRelease
) -> None:
    async with user.connect() as connection:
        for chat_id, then in former.chats.items():
            now = await connection.get(chat_id)

            assert {name: now[name] for name in then} == then


async def test_a_chat_of_the_former_release_continues(user: Person, former: FormerRelease) -> None:
    chat_id = next(id_ for id_, chat in former.chats.items() if len(chat["message_ids"]) > 1)
    async with user.connect() as connection:
        frames = await (await connection.post("Show the trend", chat_id=chat_id)).all_frames()

    assert violations(frames) == []
    assert frames[-1]["payload"]["message_ids"][:-1] == former.chats[chat_id]["message_ids"]
    assert "GWh" in answer_of(frames[-1]["payload"])


async def test_a_turn_whose_runner_ended_with_the_former_release_is_closed(
    user: Person, former: FormerRelease
) -> None:
    async with user.connect() as connection:
        before = await connection.get(former.claimed_chat_id)
        frames = await (await connection.post("Hello?", chat_id=former.claimed_chat_id)).all_frames()
        after = await connection.get(former.claimed_chat_id)

    (abandoned,) = before["message_ids"]
    assert violations(frames) == []
    assert frames[-1]["event"] == "complete"
    assert after["messages"][abandoned]["is_completed"] is True


async def test_a_handoff_of_the_former_release_is_run(
    upgraded: Stack, user: Person, former: FormerRelease
) -> None:
    functions = boto3.client(
        "lambda",
        endpoint_url=upgraded.gateway.lambda_url,
        region_name=upgraded.gateway.client_environment["AWS_REGION"],
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    async with user.connect() as connection:
        functions.invoke(
            FunctionName=upgraded.gateway.stack.functions["RunTurnFunction"].name,
            InvocationType="Event",
            Payload=json.dumps(former.handoff).encode(),
        )
        chat = await finished(connection, former.handoff["chat_id"])
    functions.close()

    message = chat["messages"][former.handoff["message_id"]]
    assert (message["is_completed"], message["post_processing_message"]) == (True, None)
    assert answer_of(chat, former.handoff["message_id"])
