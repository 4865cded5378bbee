"""The contract suite of `ChatLibrary`."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.contracts.stores import (
    ALICE,
    BOB,
    LEASE_END,
    NOON,
    Stores,
    a_chat,
    a_claim,
    a_message,
    an_asset,
    chat_in,
    conversation,
    first_opening,
    follow_up,
    messages_in,
)
from threadcast.domain.access import Grant, Principal, Role
from threadcast.errors import ClaimLost, StaleRead


def chat_of(stores: Stores, chat_id: str, owner: object = ALICE, minute: int = 0) -> None:
    """Store a chat with one message."""
    opening = first_opening()
    message = replace(opening.message, id=f"m-of-{chat_id}", chat_id=chat_id)
    at = NOON + timedelta(minutes=minute)
    chat = replace(opening.chat, id=chat_id, owner=owner, updated_at=at, running_turn=None)
    quota = replace(opening.quota, running={})
    user_id = f"user-of-{chat_id}"
    stores.turns.open(
        replace(
            opening, chat=chat, message=message, quota=quota, user_id=user_id, request_key=f"r-of-{chat_id}"
        )
    )


def test_the_chats_of_an_owner_are_listed_those_changed_last_first(stores: Stores) -> None:
    for number, (chat_id, owner) in enumerate([("c-1", ALICE), ("c-2", BOB), ("c-3", ALICE)]):
        chat_of(stores, chat_id, owner, number)

    assert [chat.id for chat in stores.chat_library.all(ALICE.id)] == ["c-3", "c-1"]
    assert [chat.id for chat in stores.chat_library.all()] == ["c-3", "c-2", "c-1"]
    assert stores.chat_library.all("nobody") == ()


def test_a_deleted_chat_leaves_no_message_and_no_role(stores: Stores) -> None:
    conversation(stores, 3)
    stores.edits.grant("c-1", Grant(Principal("user", BOB.id), Role.CAN_EDIT), NOON)
    chat_of(stores, "c-2", BOB)

    assert stores.chat_library.delete("c-1") == 3

    assert chat_in(stores) is None
    assert messages_in(stores) == ()
    assert [chat.id for chat in stores.chat_library.all()] == ["c-2"]
    stores.turns.open(replace(first_opening(), chat=a_chat(), request_key="new", user_id="somebody"))
    assert stores.chats.load("c-1", (), max_bytes=1).grants == ()  # type: ignore[union-attr]


def test_the_segments_have_every_chat_that_has_not_changed_since_once(stores: Stores) -> None:
    for number in range(12):
        owner = replace(ALICE, id=f"{number:08d}-0000-4000-8000-000000000000")
        chat_of(stores, f"c-{number}", owner, minute=number)
    stores.library.save(an_asset(), None)
    since = NOON + timedelta(minutes=10)

    found = [chat_id for segment in range(4) for chat_id in stores.chat_library.unchanged(since, segment, 4)]

    assert sorted(found) == sorted(f"c-{number}" for number in range(10))


def test_deleting_a_missing_chat_deletes_nothing(stores: Stores) -> None:
    conversation(stores, 1)

    assert stores.chat_library.delete("c-2") == 0
    assert chat_in(stores) is not None


def test_a_running_turn_of_a_deleted_chat_can_write_nothing(stores: Stores) -> None:
    opening = first_opening()
    stores.turns.open(opening)
    claim = a_claim(opening.message)
    stores.turns.claim(claim, LEASE_END)

    stores.chat_library.delete("c-1")

    with pytest.raises(ClaimLost):
        stores.turns.checkpoint(claim, a_message(), LEASE_END)
    with pytest.raises(ClaimLost):
        stores.turns.decide(claim, a_chat(), a_message())
    assert messages_in(stores) == ()


def test_an_opening_that_has_read_a_deleted_chat_is_stale(stores: Stores) -> None:
    conversation(stores, 1)
    opening = follow_up(stores)

    stores.chat_library.delete("c-1")

    with pytest.raises(StaleRead):
        stores.turns.open(opening)
    assert messages_in(stores) == ()
