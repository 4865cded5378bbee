"""Sharing: with users of one's own organisation by address, and with the organisation."""

from typing import Any

import pytest

from tests.protocol.schema_validation import frame_errors
from tests.turns.chats.conversations import Conversations
from tests.turns.world import ALICE, BOB
from threadcast.domain.user import User
from threadcast_client import check_frame

CAROL = User("c0113a90-0000-4000-8000-000000000003", "Carol", organization_id="acme")
DAVE = User("d0d00000-0000-4000-8000-000000000004", "Dave", organization_id="acme")


@pytest.fixture
def chats() -> Conversations:
    made = Conversations()
    for user in (ALICE, CAROL, DAVE, BOB):
        made.world.use_cases.chat_ports.directory.register(
            user.organization_id or "", f"{user.name.lower()}@acme.com", user.id, made.world.clock.now()
        )
    return made


def share(chats: Conversations, chat_id: str, user: User = ALICE, **payload: Any) -> Any:
    return chats.send("/chats/share", {"id": chat_id, **payload}, user)


def grant(email: str, role: str = "can_view") -> dict[str, Any]:
    return {"users": [{"email": email, "role": role}]}


def codes(chats: Conversations, chat_id: str, user: User) -> list[str | None]:
    """Return the error codes of a get, a rename and a deletion-free share of the chat by a user."""
    frames = (
        chats.send("/chats/get", {"id": chat_id}, user),
        chats.send("/chats/update", {"id": chat_id, "title": "T"}, user),
        chats.send("/chats/share", {"id": chat_id, "remove": ["x@y.z"]}, user),
    )
    return [None if frame["error"] is None else frame["error"]["code"] for frame in frames]


def test_a_chat_is_shared_by_address_and_listed_for_the_other_user(chats: Conversations) -> None:
    chat_id = chats.chat("Why?")

    frame = share(chats, chat_id, **grant("Carol@ACME.com", "can_edit"))

    payload = frame["payload"]
    assert (frame["event"], payload["not_found"]) == ("updateChat", [])
    assert payload["individual_permissions"] == [{"id": CAROL.id, "permission": "can_edit"}]
    assert frame_errors(frame) == check_frame(frame) == []
    (listed,) = chats.ask("/chats/list", {}, CAROL)
    assert (listed["id"], listed["is_shared"]) == (chat_id, True)
    assert codes(chats, chat_id, CAROL) == [None, None, "UNAUTHORIZED"]
    assert codes(chats, chat_id, DAVE) == ["NOT_FOUND"] * 3

    share(chats, chat_id, remove=["carol@acme.com"])
    assert codes(chats, chat_id, CAROL) == ["NOT_FOUND"] * 3
    assert chats.ask("/chats/list", {}, CAROL) == []


def test_unknown_and_foreign_addresses_are_answered_alike(chats: Conversations) -> None:
    chat_id = chats.chat("Why?")

    foreign = share(chats, chat_id, **grant("bob@acme.com"))
    unknown = share(chats, chat_id, **grant("eve@acme.com"))

    assert foreign["payload"].pop("not_found") == ["bob@acme.com"]
    assert unknown["payload"].pop("not_found") == ["eve@acme.com"]
    assert foreign == unknown
    assert chats.world.table.chat_roles.get(chat_id, {}) == {}
    assert chats.world.table.chats[chat_id].shared_at is None


def test_a_chat_is_shared_with_the_organisation_and_with_it_no_more(chats: Conversations) -> None:
    chat_id = chats.chat("Why?")

    shared = share(chats, chat_id, workspace_sharing="can_view")

    assert shared["payload"]["workspace_sharing"] == "can_view"
    assert codes(chats, chat_id, DAVE) == [None, "UNAUTHORIZED", "UNAUTHORIZED"]
    assert codes(chats, chat_id, BOB) == ["NOT_FOUND"] * 3
    share(chats, chat_id, workspace_sharing="none")
    assert codes(chats, chat_id, DAVE) == ["NOT_FOUND"] * 3


def test_whoever_has_full_access_shares_but_cannot_touch_the_owner(chats: Conversations) -> None:
    chat_id = chats.chat("Why?")
    share(chats, chat_id, **grant("carol@acme.com", "full_access"))

    share(chats, chat_id, CAROL, **grant("alice@acme.com", "can_view"), remove=["dave@acme.com"])
    share(chats, chat_id, CAROL, remove=["alice@acme.com"])

    assert chats.ask("/chats/get", {"id": chat_id})["permission"] == "owner"
    assert chats.ask("/chats/get", {"id": chat_id}, CAROL)["permission"] == "full_access"


def test_without_an_organisation_nobody_is_found(chats: Conversations) -> None:
    nobody = User("e0e00000-0000-4000-8000-000000000005", "Eve")
    chat_id = chats.chat("Why?", user=nobody)

    assert share(chats, chat_id, nobody, **grant("carol@acme.com"))["payload"]["not_found"] == [
        "carol@acme.com"
    ]
    refused = share(chats, chat_id, nobody, workspace_sharing="can_view")
    assert refused["error"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        ({}, "users, remove or workspace_sharing must be provided"),
        ({"users": {}}, "users must be a list of at most 25"),
        ({"users": [{}] * 26}, "users must be a list of at most 25"),
        ({"users": ["a@b.c"]}, "users must be a list of objects"),
        ({"users": [{"email": " ", "role": "can_view"}]}, "users must have e-mail addresses"),
        ({"users": [{"email": "a@b.c", "role": "owner"}]}, "role must be one of: full_access"),
        ({"remove": "a@b.c"}, "remove must be a list of at most 25"),
        ({"remove": [7]}, "remove must have e-mail addresses"),
        ({"workspace_sharing": "can_filter"}, "workspace_sharing must be one of: none"),
        ({"publicly_accessible": True, "remove": ["a@b.c"]}, "publicly_accessible cannot be true"),
        ({**grant("a@b.c"), "remove": ["A@b.c"]}, "users and remove cannot name the same address"),
    ],
)
def test_a_malformed_request_to_share_changes_nothing(
    chats: Conversations, payload: dict[str, Any], fault: str
) -> None:
    chat_id = chats.chat("Why?")
    before = chats.world.table.chats[chat_id]

    frame = share(chats, chat_id, **payload)

    assert (frame["event"], frame["error"]["code"]) == ("updateChat", "BAD_REQUEST")
    assert frame["error"]["message"].startswith(fault)
    assert chats.world.table.chats[chat_id] == before
