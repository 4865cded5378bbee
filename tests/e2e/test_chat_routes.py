"""Every route about chats over a real socket: lists, titles, copies, search, feedback, deletion."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from tests.e2e.invariants import Frame
from tests.e2e.local_stack import Stack, sample
from threadcast.domain.access import Role
from threadcast_client import Connection

IOWA = sample("iowa_electricity").asset.id


async def answer(connection: Connection, route: str, payload: Any) -> Frame:
    """Send a request; return the one frame that answers it."""
    frames = await (await connection.request(route, payload, request_id=str(uuid4()))).all_frames()
    assert len(frames) == 1
    return frames[0]


def is_end_of(frame: Frame, message_id: str) -> bool:
    """Return whether this is the terminal frame of the turn that answers a message."""
    return frame["event"] == "complete" and frame["payload"]["message_ids"][-1] == message_id


async def payload_of(connection: Connection, route: str, payload: Any) -> Any:
    frame = await answer(connection, route, payload)
    assert frame["error"] is None, frame
    return frame["payload"]


async def test_a_chat_is_listed_renamed_found_copied_rated_and_deleted(stack: Stack) -> None:
    alice, bob = stack.new_person("Alice", sees=("iowa_electricity",)), stack.new_person("Bob")
    async with alice.connect() as connection, bob.connect() as others:
        chat = await (await connection.post(asset_id=IOWA, asset_type="metric_file")).result()
        message_id = chat["message_ids"][0]

        changed = {"id": chat["id"], "title": "Power of Iowa", "is_favorited": True}
        renamed = await payload_of(connection, "/chats/update", changed)
        assert (renamed["title"], renamed["is_favorited"]) == ("Power of Iowa", True)

        (listed,) = await payload_of(connection, "/chats/list", {"page_token": 0, "page_size": 10})
        assert (listed["id"], listed["title"], listed["is_favorited"]) == (chat["id"], "Power of Iowa", True)
        assert (listed["latest_file_id"], listed["latest_file_type"]) == (IOWA, "metric")

        (found,) = await payload_of(connection, "/chats/search", {"prompt": "iowa POWER"})
        assert (found["id"], found["created_by_name"]) == (chat["id"], alice.name)

        rating = {"id": message_id, "chat_id": chat["id"], "feedback": "positive", "comment": "Yes"}
        assert (await payload_of(connection, "/messages/update", rating))["feedback"] == "positive"

        copy = await payload_of(connection, "/chats/duplicate", {"id": chat["id"]})
        assert (copy["title"], len(copy["message_ids"])) == ("Power of Iowa (Copy)", 1)

        page = await answer(connection, "/chats/list", {"page_size": 1})
        rest = await answer(connection, "/chats/list", {"page_size": 1, "cursor": page["next_cursor"]})
        assert [each["id"] for each in (*page["payload"], *rest["payload"])] == [copy["id"], chat["id"]]
        assert rest["next_cursor"] is None

        assert await payload_of(others, "/chats/list", {}) == []
        stack.share(chat["id"], bob.principal, Role.CAN_VIEW)
        assert [each["id"] for each in await payload_of(others, "/chats/list", {})] == [chat["id"]]

        refused = await answer(others, "/chats/delete", [{"id": chat["id"]}])
        assert (refused["event"], refused["error"]["code"]) == ("deleteChat", "UNAUTHORIZED")
        both = [{"id": chat["id"]}, {"id": copy["id"]}]
        assert await payload_of(connection, "/chats/delete", both) == both
        for user in (connection, others):
            assert await payload_of(user, "/chats/list", {}) == []
            gone = await answer(user, "/chats/get", {"id": chat["id"]})
            assert gone["error"]["code"] == "NOT_FOUND"


async def test_a_chat_is_shared_by_address_and_streams_live_to_whoever_has_it_open(stack: Stack) -> None:
    alice, bob = (
        replace(stack.new_person(name, organization_id="acme"), email=f"{uuid4()}@acme.com")
        for name in ("Alice", "Bob")
    )
    assert bob.email is not None
    async with alice.connect() as connection, bob.connect() as others:
        chat = await (await connection.post("What can I ask you?")).result()
        users = [{"email": email, "role": "can_view"} for email in (bob.email.upper(), "eve@acme.com")]
        shared = await payload_of(connection, "/chats/share", {"id": chat["id"], "users": users})
        assert (shared["not_found"], shared["individual_permissions"]) == (
            ["eve@acme.com"],
            [{"id": bob.id, "permission": "can_view"}],
        )
        (listed,) = await payload_of(others, "/chats/list", {})
        assert (listed["id"], listed["is_shared"]) == (chat["id"], True)

        await payload_of(others, "/chats/get", {"id": chat["id"]})
        follow_up = await connection.post("And what else?", chat_id=chat["id"])
        final = await follow_up.result()
        newest = final["message_ids"][-1]
        complete = await others.frame(lambda frame: is_end_of(frame, newest))
        seen = complete["payload"]
        assert (seen["messages"], seen["permission"]) == (final["messages"], "can_view")

        assert await payload_of(others, "/chats/unsubscribe", {"id": chat["id"]}) == [{"id": chat["id"]}]
        before = len(others.frames)
        await (await connection.post("And then?", chat_id=chat["id"])).result()
        await payload_of(others, "/chats/list", {})
        assert [frame["event"] for frame in others.frames[before:]] == ["getChatsList"]
