"""The contract suite of `OpenChats`."""

from dataclasses import replace
from datetime import timedelta

from tests.contracts.stores import ALICE, AS_BOB, BOB, NOON, Stores, conversation
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.user import User
from threadcast.ports import Connection

AS_INITECH = AS_BOB[1]
USER_BOB, CAROL = User(BOB.id, "Bob", organization_id="initech"), User("carol", "Carol")
OF_BOB = Connection("b=", BOB.id, "https://api.test", NOON, has_spoken=True)
OF_CAROL = replace(OF_BOB, id="c=", user_id=CAROL.id, connected_at=NOON - timedelta(minutes=1))


def test_only_connections_whose_users_hold_a_role_are_viewers(stores: Stores) -> None:
    conversation(stores, 1)
    stores.open_chats.open("c-1", OF_BOB, USER_BOB)
    stores.open_chats.open("c-1", OF_CAROL, CAROL)
    stores.open_chats.open("c-2", OF_CAROL, CAROL)

    assert stores.open_chats.viewers("c-1") == ()
    stores.edits.grant("c-1", Grant(AS_INITECH, Role.CAN_VIEW), NOON)
    assert stores.open_chats.viewers("c-1") == (OF_BOB,)
    stores.edits.grant("c-1", Grant(Principal("user", CAROL.id), Role.CAN_VIEW), NOON)
    assert stores.open_chats.viewers("c-1") == (OF_CAROL, OF_BOB)
    stores.edits.revoke("c-1", AS_INITECH)
    assert stores.open_chats.viewers("c-1") == (OF_CAROL,)


def test_a_connection_that_opens_the_chat_again_replaces_its_former_entry(stores: Stores) -> None:
    stores.edits.grant("c-1", Grant(AS_BOB[0], Role.CAN_VIEW), NOON)
    stores.open_chats.open("c-1", OF_BOB, USER_BOB)
    again = replace(OF_BOB, catch_up_at=NOON + timedelta(seconds=1))

    stores.open_chats.open("c-1", again, USER_BOB)

    assert stores.open_chats.viewers("c-1") == (again,)


def test_a_closed_chat_has_no_viewer_until_it_is_opened_again(stores: Stores) -> None:
    stores.edits.grant("c-1", Grant(AS_BOB[0], Role.CAN_VIEW), NOON)
    stores.open_chats.open("c-1", OF_BOB, USER_BOB)

    stores.open_chats.close("c-1", OF_BOB.id)
    stores.open_chats.close("c-1", "never-open=")

    assert stores.open_chats.viewers("c-1") == ()
    stores.open_chats.open("c-1", OF_BOB, USER_BOB)
    assert stores.open_chats.viewers("c-1") == (OF_BOB,)


def test_a_viewer_expires_with_its_connection(stores: Stores) -> None:
    stores.edits.grant("c-1", Grant(AS_BOB[0], Role.CAN_VIEW), NOON)
    stores.open_chats.open("c-1", OF_BOB, USER_BOB)

    stores.clock.moment = NOON + timedelta(hours=3)

    assert stores.open_chats.viewers("c-1") == ()


def test_viewers_are_no_part_of_a_loaded_chat(stores: Stores) -> None:
    messages = conversation(stores, 2)
    stores.open_chats.open("c-1", OF_BOB, USER_BOB)

    stored = stores.chats.load("c-1", (Principal("user", ALICE.id),), max_bytes=1)

    assert stored is not None
    assert (stored.messages, stored.grants) == ((messages[-1],), ())
