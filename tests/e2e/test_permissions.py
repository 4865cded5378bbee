"""Permissions on chats and assets, over the stack; the whole matrix is in tests/turns."""

from uuid import uuid4

import pytest

from tests.e2e.invariants import Frame, answer_of, violations
from tests.e2e.local_stack import Person, Stack, sample
from threadcast.domain.access import Grant, Principal, Role
from threadcast_client import Connection

IOWA = sample("iowa_electricity").asset.id
QUESTION = "What was the total net generation in 2017?"
CHAT_NOT_FOUND = {"code": "NOT_FOUND", "message": "Chat not found"}
ASSET_NOT_FOUND = {"code": "NOT_FOUND", "message": "Asset not found"}
NO_EDITOR = {"code": "UNAUTHORIZED", "message": "You may see this chat but not write in it"}


async def chat_of(person: Person) -> Frame:
    """Start a chat of this user about the asset; return the chat of its `complete` frame."""
    async with person.connect() as connection:
        return await (await connection.post(asset_id=IOWA, asset_type="metric_file")).result()


async def errors_of_all_requests(connection: Connection, chat_id: str, message_id: str) -> list[Frame | None]:
    """Return the errors of a post, a replacement, a stop and a get of this chat."""
    ids = {"id": chat_id, "message_id": message_id}
    turns = [
        await connection.post("Why?", chat_id=chat_id),
        await connection.post("Why?", chat_id=chat_id, message_id=message_id),
        await connection.request("/chats/stop", ids, request_id="stop"),
        await connection.request("/chats/get", ids, request_id="get"),
    ]
    return [(await turn.all_frames())[-1]["error"] for turn in turns]


async def test_another_users_chat_and_a_missing_one_get_the_same_errors(stack: Stack, alice: Person) -> None:
    chat, bob = await chat_of(alice), stack.new_person("Bob")
    before = stack.items()

    async with bob.connect() as connection:
        hidden = await errors_of_all_requests(connection, chat["id"], chat["message_ids"][0])
        missing = await errors_of_all_requests(connection, str(uuid4()), chat["message_ids"][0])

    assert hidden == missing == [CHAT_NOT_FOUND] * 4
    assert stack.items() == before


async def test_another_users_a_mistyped_and_a_missing_asset_get_the_same_error(
    stack: Stack,
) -> None:
    bob = stack.new_person("Bob", sees=("seattle_weather",))
    mistyped = sample("seattle_weather").asset.id

    async with bob.connect() as connection:
        turns = [
            await connection.post(asset_id=IOWA, asset_type="metric_file"),
            await connection.post(QUESTION, asset_id=IOWA, asset_type="metric_file"),
            await connection.post(asset_id=mistyped, asset_type="dashboard_file"),
            await connection.post(asset_id=str(uuid4()), asset_type="metric_file"),
        ]
        errors = [(await turn.all_frames())[-1]["error"] for turn in turns]

    assert errors == [ASSET_NOT_FOUND] * 4


async def test_a_viewer_of_a_chat_reads_it_and_changes_nothing(stack: Stack, alice: Person) -> None:
    chat, bob = await chat_of(alice), stack.new_person("Bob")
    stack.share(chat["id"], bob.principal, Role.CAN_VIEW)
    before = stack.items()

    async with bob.connect() as connection:
        errors = await errors_of_all_requests(connection, chat["id"], chat["message_ids"][0])
        seen = await connection.get(chat["id"])

    assert errors == [NO_EDITOR, NO_EDITOR, NO_EDITOR, None]
    assert stack.items() == before
    assert seen["permission"] == "can_view"
    assert answer_of(seen) == answer_of(chat)


async def test_an_editor_of_a_chat_posts_in_their_own_name(stack: Stack, alice: Person) -> None:
    chat, bob = await chat_of(alice), stack.new_person("Bob")
    stack.share(chat["id"], bob.principal, Role.CAN_EDIT)

    async with bob.connect() as connection, alice.connect() as owners_connection:
        frames = await (await connection.post(QUESTION, chat_id=chat["id"])).all_frames()
        received_by_owner = owners_connection.frames

    message = frames[-1]["payload"]["messages"][frames[-1]["payload"]["message_ids"][-1]]
    assert violations(frames) == []
    assert message["request_message"]["sender_name"] == "Bob"
    assert frames[-1]["payload"]["created_by_name"] == "Alice"
    assert received_by_owner == []


async def test_an_organizations_assets_are_visible_to_its_members_only(stack: Stack) -> None:
    acme = Principal("org", str(uuid4()))
    member = stack.new_person("Carol", sees=(), organization_id=acme.id)
    outsider = stack.new_person("Dave", sees=(), organization_id=str(uuid4()))
    stack.library.grant(IOWA, Grant(acme, Role.CAN_VIEW))

    chat = await chat_of(member)
    async with outsider.connect() as connection:
        refused = await (await connection.post(asset_id=IOWA, asset_type="metric_file")).all_frames()
        hidden = await errors_of_all_requests(connection, chat["id"], chat["message_ids"][0])

    assert chat["title"] == sample("iowa_electricity").asset.name
    assert refused[-1]["error"] == ASSET_NOT_FOUND
    assert hidden == [CHAT_NOT_FOUND] * 4


@pytest.mark.parametrize(("role", "error"), [(Role.CAN_VIEW, NO_EDITOR), (Role.CAN_EDIT, None)])
async def test_an_organizations_role_on_a_chat_applies_to_its_members(
    stack: Stack, alice: Person, role: Role, error: Frame | None
) -> None:
    acme = Principal("org", str(uuid4()))
    member = stack.new_person("Carol", organization_id=acme.id)
    chat = await chat_of(alice)
    stack.share(chat["id"], acme, role)

    async with member.connect() as connection:
        frames = await (await connection.post("Show the trend", chat_id=chat["id"])).all_frames()

    assert frames[-1]["error"] == error


async def test_the_agent_does_not_read_an_asset_that_is_no_longer_shared(stack: Stack, alice: Person) -> None:
    chat = await chat_of(alice)
    stack.library.revoke(IOWA, alice.principal)

    async with alice.connect() as connection:
        frames = await (await connection.post(QUESTION, chat_id=chat["id"])).all_frames()

    assert violations(frames) == []
    assert "GWh" not in answer_of(frames[-1]["payload"])
