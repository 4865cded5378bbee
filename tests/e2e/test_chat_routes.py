"""Every route about chats over a real socket: lists, titles, copies, search, feedback, deletion."""

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
