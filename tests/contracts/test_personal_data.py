"""The contract suite of `PersonalDataStore`."""

from dataclasses import replace

import pytest

from tests.contracts.stores import (
    ALICE,
    BOB,
    NOON,
    UNBOUNDED,
    Stores,
    a_chat,
    a_message,
    an_asset,
    answered,
)
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.asset import Table
from threadcast.domain.budget import Budget, CallUsage
from threadcast.domain.feedback import Feedback
from threadcast.domain.message import FORMER_USER, REDACTED, Message, ReplyMetadata, Sender
from threadcast.domain.user import User
from threadcast.ports import Connection, MadeMetric, Opening, PersonalData, Quota

USERS = {sender.id: Principal("user", sender.id) for sender in (ALICE, BOB)}


def turn(stores: Stores, chat_id: str, owner: Sender, sender: Sender, number: int = 1) -> Message:
    """Store a finished turn of a chat."""
    message = answered(a_message(number, chat_id, id=f"m-{chat_id}-{number}", sender=sender))
    message = replace(message, echo=ReplyMetadata("/chats/post", "r-1"))
    chat = replace(
        a_chat(), id=chat_id, owner=owner, running_turn=None, version=number, next_message_number=number + 1
    )
    presence = stores.connections.presence(sender.id)
    version = 1 if presence.quota is None else (presence.quota.version or 0) + 1
    key = f"{sender.id}:request-{message.id}"
    stores.turns.open(Opening(chat, message, Quota(9.0, NOON, version=version), sender.id, key))
    return message


@pytest.fixture
def everything(stores: Stores) -> Stores:
    """Alice's and Bob's chats, in both of which both have written; their assets, roles and connections."""
    for chat_id, owner, other in (("c-a", ALICE, BOB), ("c-b", BOB, ALICE)):
        turn(stores, chat_id, owner, owner)
        turn(stores, chat_id, owner, other, 2)
        stores.edits.grant(chat_id, Grant(USERS[other.id], Role.CAN_EDIT), NOON)
        opened = Connection(f"of-{other.name}", other.id, "https://api", NOON)
        stores.open_chats.open(chat_id, opened, User(other.id, other.name))
        for giver in (owner, other):
            feedback = Feedback(chat_id, f"m-{chat_id}-1", 1, giver.id, "negative", NOON, "No.", "a-a")
            stores.edits.give_feedback(feedback)
            stores.edits.set_favorite(chat_id, giver.id, is_favorited=True)
    for asset_id, owner, other in (("a-a", ALICE, BOB), ("a-b", BOB, ALICE)):
        stores.library.save(an_asset(asset_id, owner_id=owner.id), Table(("x",), ((1,),)))
        stores.library.grant(asset_id, Grant(USERS[other.id], Role.CAN_VIEW))
    for sender in (ALICE, BOB):
        stores.directory.register("acme", f"{sender.name}@acme.com", sender.id, NOON)
        stores.connections.add(Connection(f"of-{sender.name}", sender.id, "https://api", NOON))
        stores.usage.count(sender.id, CallUsage(f"m-{sender.name}", 1, 5), NOON)
        stores.usage.set_budget(sender.id, Budget(tokens=100))
        stores.metric_quotas.take(sender.id, MadeMetric("a-a", NOON.replace(microsecond=0)), 5)
    return stores


def test_everything_of_a_user_is_found(everything: Stores) -> None:
    data = everything.personal_data.find(ALICE.id)

    assert data.connections == ("of-Alice",)
    assert data.has_quota
    assert [chat.id for chat in data.chats] == ["c-a"]
    assert data.message_count == 2
    assert [message.id for message in data.messages] == ["m-c-b-2"]
    assert data.feedback == (("c-b", 1),)
    assert data.open_chats == (("c-b", "of-Alice"),)
    assert data.addresses == (("acme", "alice@acme.com"),)
    assert (data.chat_roles, data.asset_roles) == (("c-b",), ("a-b",))
    assert [asset.id for asset in data.assets] == ["a-a"]
    assert sorted(data.requests) == [
        f"{ALICE.id}:request-m-c-a-1",
        f"{ALICE.id}:request-m-c-b-2",
        f"{BOB.id}:request-m-c-a-2",
    ]
    assert data.counts() == {
        "connections": 1,
        "quotas": 1,
        "chats": 1,
        "messages": 2,
        "messages in chats of others": 1,
        "roles": 2,
        "assets": 1,
        "requests": 3,
        "feedback": 1,
        "addresses": 1,
        "open chats": 1,
        "budgets and months of usage": 2,
    }


def test_an_erased_user_is_mentioned_nowhere_and_nothing_else_changes(everything: Stores) -> None:
    everything.personal_data.erase(everything.personal_data.find(ALICE.id))

    assert everything.personal_data.find(ALICE.id) == PersonalData(ALICE.id)
    assert everything.personal_data.mentions(ALICE.id) == 0
    assert everything.assets.rows("a-a") is None
    kept = everything.personal_data.find(BOB.id)
    assert (kept.connections, kept.has_quota, len(kept.spending)) == (("of-Bob",), True, 2)
    assert ([chat.id for chat in kept.chats], kept.message_count) == (["c-b"], 2)
    assert [asset.id for asset in kept.assets] == ["a-b"]
    assert everything.assets.rows("a-b") == Table(("x",), ((1,),))


def test_a_message_in_a_chat_of_another_user_is_redacted(everything: Stores) -> None:
    before = everything.chats.load("c-b", (), max_bytes=UNBOUNDED)

    everything.personal_data.erase(everything.personal_data.find(ALICE.id))

    after = everything.chats.load("c-b", (), max_bytes=UNBOUNDED)
    assert before is not None
    assert after is not None
    assert after.chat == before.chat
    assert after.messages[0] == before.messages[0]
    assert after.messages[1] == replace(
        before.messages[1], prompt=REDACTED, sender=FORMER_USER, echo=ReplyMetadata(), responses=()
    )


def test_an_erasure_can_be_repeated(everything: Stores) -> None:
    data = everything.personal_data.find(ALICE.id)
    everything.chat_library.delete("c-a")
    everything.library.delete("a-a")

    everything.personal_data.erase(data)

    assert everything.personal_data.mentions(ALICE.id) == 0


def test_an_unknown_user_has_no_data(everything: Stores) -> None:
    unknown = "99999999-0000-4000-8000-000000000009"

    assert everything.personal_data.find(unknown) == PersonalData(unknown)
    assert everything.personal_data.mentions(unknown) == 0


def test_the_id_of_a_user_is_found_inside_a_document(everything: Stores) -> None:
    everything.library.save(an_asset("a-c", owner_id=BOB.id, definition={"note": f"by {ALICE.id}"}), None)
    everything.personal_data.erase(everything.personal_data.find(ALICE.id))

    assert everything.personal_data.mentions(ALICE.id) == 1


def test_the_places_of_made_metrics_are_erased_with_the_quota(stores: Stores) -> None:
    made = MadeMetric("a-1", NOON.replace(microsecond=0))
    stores.metric_quotas.take(ALICE.id, made, 1)

    data = stores.personal_data.find(ALICE.id)
    stores.personal_data.erase(data)

    assert data == PersonalData(ALICE.id, has_quota=True)
    assert stores.personal_data.mentions(ALICE.id) == 0
    assert stores.metric_quotas.take(ALICE.id, replace(made, asset_id="a-2"), 1) is None
