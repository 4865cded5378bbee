"""Turns of a shared chat, live on the connections of everybody who sees it and has it open."""

from typing import Any
from uuid import uuid4

import pytest

from tests.fakes import Pause, RecordingPusher, ScriptedAgent
from tests.turns.chats.conversations import Conversations
from tests.turns.world import ALICE, BOB, HELLO
from threadcast.domain.access import Principal, Role
from threadcast.domain.user import User
from threadcast.errors import ConnectionGone
from threadcast.ports import Connection
from threadcast.turns.commands import PostRequest
from threadcast_client import check_frame

CAROL = User("c0113a90-0000-4000-8000-000000000003", "Carol", organization_id="initech")


@pytest.fixture
def chats() -> Conversations:
    return Conversations(agent=ScriptedAgent(*HELLO))


def shared_chat(chats: Conversations, role: Role = Role.CAN_EDIT) -> str:
    """Return a chat of Alice that is shared with Bob."""
    chat_id = chats.chat("Why?")
    chat = chats.world.table.chats[chat_id]
    chats.world.use_cases.chat_ports.edits.change(chat.share(chats.world.clock.now()))
    chats.grant(chat_id, Principal("user", BOB.id), role)
    return chat_id


def received_by(chats: Conversations, user: User) -> list[dict[str, Any]]:
    return chats.world.pusher.received(chats.connection(user))


def turn_of(chats: Conversations, chat_id: str, user: User) -> dict[str, list[dict[str, Any]]]:
    """Have the user ask in the chat; return what each user's connection receives of it."""
    known = {each.id: len(received_by(chats, each)) for each in (ALICE, BOB, CAROL)}
    context = chats.world.context(chats.connection(user), user, uuid4().hex)
    chats.world.use_cases.post_thread.serve(PostRequest(prompt="And?", chat_id=chat_id), context)
    return {each.name: received_by(chats, each)[known[each.id] :] for each in (ALICE, BOB, CAROL)}


def events(frames: list[dict[str, Any]]) -> list[str]:
    return [frame["event"] for frame in frames]


def test_a_turn_of_the_owner_is_live_for_a_user_who_has_the_chat_open(chats: Conversations) -> None:
    chat_id = shared_chat(chats, Role.CAN_VIEW)
    assert events(turn_of(chats, chat_id, ALICE)["Bob"]) == []

    chats.ask("/chats/get", {"id": chat_id}, BOB)
    frames = turn_of(chats, chat_id, ALICE)

    assert (events(frames["Bob"])[0], events(frames["Bob"])[-1]) == ("initializeChat", "complete")
    assert frames["Carol"] == []
    assert [fault for frame in frames["Bob"] for fault in check_frame(frame)] == []
    seen = frames["Bob"][-1]["payload"]
    assert (seen["permission"], frames["Alice"][-1]["payload"]["permission"]) == ("can_view", "owner")
    assert seen["messages"] == frames["Alice"][-1]["payload"]["messages"]
    assert "request_id" in frames["Alice"][0]
    assert not any("request_id" in frame for frame in frames["Bob"])


def test_a_turn_of_another_user_is_live_for_the_owner_on_every_connection(chats: Conversations) -> None:
    chat_id = shared_chat(chats)

    frames = turn_of(chats, chat_id, BOB)

    assert (events(frames["Alice"])[0], events(frames["Alice"])[-1]) == ("initializeChat", "complete")
    assert frames["Alice"][0]["sent_by"] == {"id": BOB.id, "name": "Bob"}
    assert frames["Alice"][-1]["payload"]["permission"] == "owner"


def test_posting_to_a_chat_opens_it(chats: Conversations) -> None:
    chat_id = shared_chat(chats)
    turn_of(chats, chat_id, BOB)

    assert events(turn_of(chats, chat_id, ALICE)["Bob"])[-1] == "complete"


def test_a_role_that_was_revoked_ends_the_stream(chats: Conversations) -> None:
    chat_id = shared_chat(chats)
    chats.ask("/chats/get", {"id": chat_id}, BOB)

    chats.world.table.chat_roles[chat_id].clear()

    assert turn_of(chats, chat_id, ALICE)["Bob"] == []


def test_an_unsubscribed_connection_receives_no_turn_of_others(chats: Conversations) -> None:
    chat_id = shared_chat(chats)
    chats.ask("/chats/get", {"id": chat_id}, BOB)

    assert chats.ask("/chats/unsubscribe", {"id": chat_id}, BOB) == [{"id": chat_id}]
    assert chats.ask("/chats/unsubscribe", {"id": chat_id}, CAROL) == [{"id": chat_id}]

    frames = turn_of(chats, chat_id, ALICE)
    assert (frames["Bob"], frames["Carol"]) == ([], [])
    assert events(turn_of(chats, chat_id, BOB)["Bob"])[-1] == "complete"


def test_a_user_of_the_organisation_joins_a_running_turn_with_a_snapshot() -> None:
    pause = Pause()
    chats = Conversations(agent=ScriptedAgent(*HELLO), background=True)
    chat_id = chats.chat("Why?")
    world = chats.world
    world.finish()
    chat = world.table.chats[chat_id]
    world.use_cases.chat_ports.edits.change(chat.share(world.clock.now()))
    chats.grant(chat_id, Principal("org", "initech"), Role.CAN_VIEW)
    world.agent = ScriptedAgent(HELLO[0], pause, *HELLO[1:])
    world.ask(PostRequest(prompt="And?", chat_id=chat_id), chats.connection(ALICE))
    assert pause.reached.wait(30)

    got = chats.send("/chats/get", {"id": chat_id}, CAROL)["payload"]
    opened = world.pusher.wait_for(chats.connection(CAROL), "initializeChat")["payload"]
    pause.go_on.set()
    world.finish()

    newest = got["message_ids"][-1]
    assert not got["messages"][newest]["is_completed"]
    assert got["messages"][newest]["response_message_ids"] == []
    assert opened["permission"] == "can_view"
    assert received_by(chats, CAROL)[-1]["event"] == "complete"


def test_a_connection_that_is_gone_is_no_viewer_any_more() -> None:
    gone: set[str] = set()

    def refuse(connection: Connection) -> None:
        if connection.id in gone:
            raise ConnectionGone(connection.id)

    chats = Conversations(agent=ScriptedAgent(*HELLO), pusher=RecordingPusher(refuse))
    chat_id = shared_chat(chats)
    chats.ask("/chats/get", {"id": chat_id}, BOB)
    gone.add(chats.connection(BOB).id)

    turn_of(chats, chat_id, ALICE)

    assert chats.world.use_cases.open_chats.viewers(chat_id) == ()
