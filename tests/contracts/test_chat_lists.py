"""The contract suite of `ChatLists`."""

from dataclasses import replace
from datetime import timedelta

from tests.contracts.stores import ALICE, AS_BOB, BOB, CHATS_ARE_KEPT, NOON, Stores, chat_in
from tests.contracts.test_chat_library import chat_of
from threadcast.domain.access import Grant, Role
from threadcast.ports import ListedChat


def positions(listed: object) -> list[str]:
    return [each.chat.id for each in listed]  # type: ignore[attr-defined]


def test_the_own_chats_are_listed_those_changed_last_first(stores: Stores) -> None:
    for number, (chat_id, owner) in enumerate([("c-1", ALICE), ("c-2", BOB), ("c-3", ALICE), ("c-4", ALICE)]):
        chat_of(stores, chat_id, owner, number)
    stores.edits.set_favorite("c-3", ALICE.id, is_favorited=True)

    listed = stores.lists.own(ALICE.id, before=None, limit=10)

    assert [(each.chat.id, each.role, each.is_favorited) for each in listed] == [
        ("c-4", Role.OWNER, False),
        ("c-3", Role.OWNER, True),
        ("c-1", Role.OWNER, False),
    ]
    assert listed[0] == ListedChat(chat_in(stores, "c-4"), Role.OWNER)  # type: ignore[arg-type]
    assert stores.lists.own("nobody", before=None, limit=10) in ((), [])


def test_a_list_goes_on_after_a_position_even_among_chats_of_the_same_time(stores: Stores) -> None:
    for number in range(7):
        chat_of(stores, f"c-{number}", ALICE, minute=number // 3)

    found, before = [], None
    while page := stores.lists.own(ALICE.id, before=before, limit=2):
        found += positions(page)
        before = page[-1].chat.position

    assert found == [f"c-{number}" for number in (6, 5, 4, 3, 2, 1, 0)]


def test_a_list_of_many_chats_is_read_to_its_end(stores: Stores) -> None:
    for number in range(60):
        chat_of(stores, f"c-{number:02}", ALICE, number)

    assert positions(stores.lists.own(ALICE.id, before=None, limit=100)) == [
        f"c-{number:02}" for number in reversed(range(60))
    ]


def test_shared_chats_are_found_by_user_and_by_organisation_with_the_strongest_role(stores: Stores) -> None:
    for chat_id in ("c-1", "c-2", "c-3", "c-4"):
        chat_of(stores, chat_id)
    user, organization = AS_BOB
    stores.edits.grant("c-1", Grant(user, Role.CAN_VIEW), NOON)
    stores.edits.grant("c-2", Grant(organization, Role.CAN_EDIT), NOON)
    stores.edits.grant("c-2", Grant(user, Role.CAN_VIEW), NOON)
    stores.edits.grant("c-3", Grant(user, Role.CAN_VIEW), NOON)
    stores.edits.revoke("c-3", user)
    stores.edits.set_favorite("c-1", BOB.id, is_favorited=True)
    stores.edits.set_favorite("c-4", BOB.id, is_favorited=True)

    shared = stores.lists.shared(AS_BOB, limit=10)

    assert sorted((each.chat.id, each.role, each.is_favorited) for each in shared) == [
        ("c-1", Role.CAN_VIEW, True),
        ("c-2", Role.CAN_EDIT, False),
    ]


def test_only_the_chats_that_were_shared_last_are_found(stores: Stores) -> None:
    user = AS_BOB[0]
    for number in range(5):
        chat_of(stores, f"c-{number}")
        stores.edits.grant(f"c-{number}", Grant(user, Role.CAN_VIEW), NOON + timedelta(minutes=number))
    stores.edits.grant("c-0", Grant(user, Role.CAN_EDIT), NOON + timedelta(hours=1))

    assert sorted(positions(stores.lists.shared([user], limit=2))) == ["c-3", "c-4"]


def test_a_deleted_chat_is_in_no_list_at_once(stores: Stores) -> None:
    chat_of(stores, "c-1")
    stores.edits.grant("c-1", Grant(AS_BOB[0], Role.CAN_EDIT), NOON)
    chat = chat_in(stores)
    assert chat is not None

    stores.edits.change(chat.delete(NOON))

    assert positions(stores.lists.own(ALICE.id, before=None, limit=10)) == []
    assert positions(stores.lists.shared(AS_BOB, limit=10)) == []
    assert stores.chat_library.all() == stores.chat_library.all(ALICE.id) == ()
    later = NOON + timedelta(seconds=1)
    assert [each.id for each in stores.chat_library.deleted(later)] == ["c-1"]
    assert list(stores.chat_library.deleted(NOON)) == []
    assert stores.chat_library.delete("c-1") == 1
    assert list(stores.chat_library.deleted(later)) == []


def test_a_renamed_chat_moves_to_the_front(stores: Stores) -> None:
    for number in range(3):
        chat_of(stores, f"c-{number}", ALICE, number)
    chat = chat_in(stores, "c-0")
    assert chat is not None

    stores.edits.change(chat.rename("First", NOON + timedelta(hours=1)))

    listed = stores.lists.own(ALICE.id, before=None, limit=10)
    assert positions(listed) == ["c-0", "c-2", "c-1"]
    assert listed[0].chat == replace(
        chat, title="First", own_title="First", updated_at=NOON + timedelta(hours=1), version=2
    )


def test_a_chat_whose_lifetime_is_over_is_in_no_list(stores: Stores) -> None:
    chat_of(stores, "c-1")
    stores.edits.grant("c-1", Grant(AS_BOB[0], Role.CAN_EDIT), NOON)

    stores.clock.moment = NOON + CHATS_ARE_KEPT

    assert positions(stores.lists.own(ALICE.id, before=None, limit=10)) == []
    assert positions(stores.lists.shared(AS_BOB, limit=10)) == []
