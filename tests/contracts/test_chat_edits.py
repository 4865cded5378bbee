"""The contract suite of `ChatEdits`."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.contracts.stores import (
    ALICE,
    AS_ALICE,
    AS_BOB,
    BOB,
    LEASE_END,
    NOON,
    UNBOUNDED,
    Stores,
    a_chat,
    a_claim,
    answered,
    chat_in,
    conversation,
    first_opening,
    follow_up,
    messages_in,
)
from threadcast.domain.access import Grant, Role
from threadcast.domain.chat import Chat
from threadcast.domain.feedback import Feedback
from threadcast.errors import StaleRead

LATER = NOON + timedelta(minutes=1)
FEEDBACK = Feedback("c-1", "m-1", 1, BOB.id, "negative", LATER, "Wrong year", "a-1")


def stored_chat(stores: Stores) -> Chat:
    chat = chat_in(stores)
    assert chat is not None
    return chat


def test_a_change_of_a_chat_that_is_not_current_any_more_is_stale(stores: Stores) -> None:
    conversation(stores, 1)
    read = stored_chat(stores)
    stores.edits.change(read.rename("One", LATER))

    with pytest.raises(StaleRead):
        stores.edits.change(read.rename("Two", LATER))
    with pytest.raises(StaleRead):
        stores.edits.change(a_chat("missing").delete(LATER))

    assert stored_chat(stores).title == "One"
    assert chat_in(stores, "missing") is None


def test_an_opening_that_was_prepared_before_a_change_is_stale(stores: Stores) -> None:
    conversation(stores, 1)
    opening = follow_up(stores)
    stores.edits.change(stored_chat(stores).rename("Mine", LATER))

    with pytest.raises(StaleRead):
        stores.turns.open(opening)


@pytest.mark.parametrize("is_renamed", [True, False])
def test_a_turn_names_the_chat_unless_a_user_has(stores: Stores, is_renamed: bool) -> None:
    opening = first_opening()
    stores.turns.open(opening)
    claim = a_claim(opening.message)
    stores.turns.claim(claim, LEASE_END)
    if is_renamed:
        stores.edits.change(stored_chat(stores).rename("Mine", LATER))

    stores.turns.checkpoint(claim, opening.message, LEASE_END)
    stores.turns.decide(claim, replace(opening.chat, title="The agent's"), answered(opening.message))

    assert stored_chat(stores).title == ("Mine" if is_renamed else "The agent's")
    stores.turns.open(follow_up(stores))


def test_deleting_a_chat_asks_its_turn_to_stop_and_the_turn_can_end(stores: Stores) -> None:
    opening = first_opening()
    stores.turns.open(opening)
    claim = a_claim(opening.message)
    stores.turns.claim(claim, LEASE_END)

    stores.edits.change(stored_chat(stores).delete(LATER))

    running = stores.chats.running_turn("c-1")
    assert running is not None
    assert running.stop_requested
    stores.turns.decide(claim, opening.chat, answered(opening.message))
    after = stored_chat(stores)
    assert (after.running_turn, after.deleted_at) == (None, LATER)
    assert [chat.id for chat in stores.chat_library.deleted(LATER + timedelta(seconds=1))] == ["c-1"]
    assert stores.lists.own(ALICE.id, before=None, limit=10) in ((), [])


def test_a_mark_belongs_to_one_user_and_gives_no_role(stores: Stores) -> None:
    conversation(stores, 1)

    stores.edits.set_favorite("c-1", BOB.id, is_favorited=True)

    of_alice = stores.chats.load("c-1", AS_ALICE, max_bytes=1)
    of_bob = stores.chats.load("c-1", AS_BOB, max_bytes=1)
    assert of_alice is not None
    assert of_bob is not None
    assert (of_alice.is_favorited, of_alice.grants) == (False, ())
    assert (of_bob.role, of_bob.messages) == (None, ())

    stores.edits.grant("c-1", Grant(AS_BOB[0], Role.CAN_VIEW), NOON)
    of_bob = stores.chats.load("c-1", AS_BOB, max_bytes=1)
    assert of_bob is not None
    assert (of_bob.role, of_bob.is_favorited, of_bob.view().is_favorited) == (Role.CAN_VIEW, True, True)

    stores.edits.set_favorite("c-1", BOB.id, is_favorited=False)
    of_bob = stores.chats.load("c-1", AS_BOB, max_bytes=1)
    assert of_bob is not None
    assert (of_bob.role, of_bob.is_favorited) == (Role.CAN_VIEW, False)


def test_a_copy_is_a_chat_of_its_own_and_is_made_once(stores: Stores) -> None:
    messages = conversation(stores, 3)
    copy = stored_chat(stores).copy("c-2", BOB, LATER, messages=2)
    copies = [message.copy(f"n-{at}", "c-2", at) for at, message in enumerate(messages[1:], 1)]

    assert stores.edits.copy(copy, copies)
    assert not stores.edits.copy(copy, copies)

    found = stores.chats.load("c-2", AS_BOB, max_bytes=UNBOUNDED)
    assert found is not None
    assert (found.chat, found.messages, found.role) == (copy, tuple(copies), Role.OWNER)
    assert [each.chat.id for each in stores.lists.own(BOB.id, before=None, limit=9)] == ["c-2"]
    assert {turn.chat_id for turn in stores.turns.unfinished(LATER)} <= {"c-1"}
    assert messages_in(stores) == tuple(messages)


def test_feedback_is_listed_by_asset_and_shown_with_the_message(stores: Stores) -> None:
    conversation(stores, 2)
    by_alice = Feedback("c-1", "m-2", 2, ALICE.id, "positive", NOON, None, "a-1")

    stores.edits.give_feedback(by_alice)
    stores.edits.give_feedback(FEEDBACK)
    stores.edits.give_feedback(Feedback("c-1", "m-1", 1, ALICE.id, "positive", LATER))

    assert stores.chat_library.feedback("a-1") == (FEEDBACK, by_alice)
    assert stores.chat_library.feedback("a-2") == ()
    assert [message.feedback for message in messages_in(stores)] == ["positive", "positive"]


def test_feedback_can_be_changed_and_taken_back(stores: Stores) -> None:
    conversation(stores, 1)
    stores.edits.give_feedback(FEEDBACK)
    changed = replace(FEEDBACK, rating="positive", comment=None)

    stores.edits.give_feedback(changed)
    assert stores.chat_library.feedback("a-1") == (changed,)

    stores.edits.give_feedback(replace(FEEDBACK, rating=None))
    assert stores.chat_library.feedback("a-1") == ()
    assert [message.feedback for message in messages_in(stores)] == [None]
    with pytest.raises(StaleRead):
        stores.edits.give_feedback(replace(FEEDBACK, number=7))


def test_a_delivery_that_is_recorded_later_keeps_the_feedback(stores: Stores) -> None:
    (message,) = conversation(stores, 1)
    stores.edits.give_feedback(FEEDBACK)

    stores.turns.record_delivery(message, ["x="], sent=True)

    assert [each.feedback for each in messages_in(stores)] == ["negative"]
    assert len(stores.chat_library.feedback("a-1")) == 1
