"""`threadcast users forget`: what it counts, refuses, erases and verifies."""

import json

import pytest

from tests.contracts.stores import ALICE, BOB, NOON, Stores, an_asset
from tests.operator.commands import Threadcast
from tests.operator.test_chats import CHAT, Runner, add_chat
from threadcast.adapters.jwt.claims import user_id_of
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.asset import Table
from threadcast.ports import Connection

ASSET = "77c00000-0000-4000-8000-00000000000a"
MENTIONING = "77c00000-0000-4000-8000-00000000000b"
COUNTED = [
    "       1  connections",
    "       1  quotas",
    "       1  chats",
    "       1  messages",
    "       0  messages in chats of others",
    "       0  roles",
    "       1  assets",
    "       1  requests",
    "       0  feedback",
    "       0  addresses",
    "       0  open chats",
    "       0  budgets and months of usage",
]
VERIFIED = "Verified: no item in the table contains the user's id."


def add_data(stores: Stores, *, running: bool = False) -> None:
    """Store a chat, an asset and a connection of Alice."""
    add_chat(stores, running=running)
    stores.library.save(an_asset(ASSET), Table(("x",), ((1,),)))
    stores.connections.add(Connection("connection-1", ALICE.id, "https://api", NOON))


def share_asset(stores: Stores) -> None:
    stores.library.grant(ASSET, Grant(Principal("org", "acme"), Role.CAN_VIEW))


def test_everything_of_a_user_is_erased_counted_and_verified(threadcast: Threadcast, stores: Stores) -> None:
    add_data(stores)

    result = threadcast("users", "forget", ALICE.id, "--yes")

    assert result == (0, [f"Erased of the user {ALICE.id}:", *COUNTED, VERIFIED])
    assert stores.personal_data.mentions(ALICE.id) == 0


def test_an_erasure_is_reported_as_json(threadcast: Threadcast, stores: Stores) -> None:
    add_data(stores)

    code, printed = threadcast("users", "forget", ALICE.id, "--yes", "--json")

    assert (code, json.loads("\n".join(printed))) == (
        0,
        {
            "user_id": ALICE.id,
            "items": {
                "connections": 1,
                "quotas": 1,
                "chats": 1,
                "messages": 1,
                "messages_in_chats_of_others": 0,
                "roles": 0,
                "assets": 1,
                "requests": 1,
                "feedback": 0,
                "addresses": 0,
                "open_chats": 0,
                "budgets_and_months_of_usage": 0,
            },
            "remaining": 0,
        },
    )


def test_a_dry_run_counts_and_changes_nothing(threadcast: Threadcast, stores: Stores) -> None:
    add_data(stores)
    before = stores.personal_data.find(ALICE.id)

    result = threadcast("users", "forget", ALICE.id, "--dry-run")

    assert result == (0, [f"Would erase of the user {ALICE.id}:", *COUNTED])
    assert stores.personal_data.find(ALICE.id) == before


def test_an_erasure_needs_a_confirmation_that_names_the_counts(
    threadcast: Threadcast, stores: Stores
) -> None:
    add_data(stores)
    before, questions = stores.personal_data.find(ALICE.id), list[str]()

    result = threadcast("users", "forget", ALICE.id, confirm=lambda text: bool(questions.append(text)))

    assert result == (1, ["Nothing was erased."])
    assert questions == [
        "\n".join([f"Will erase of the user {ALICE.id}:", *COUNTED, "Erase all of this? [y/N] "])
    ]
    assert stores.personal_data.find(ALICE.id) == before


def test_assets_that_others_may_see_need_a_new_owner(threadcast: Threadcast, stores: Stores) -> None:
    add_data(stores)
    stores.library.save(an_asset(ASSET, owner_name="Alice"), Table(("x",), ((1,),)))
    share_asset(stores)

    refused = threadcast("users", "forget", ALICE.id, "--yes")
    kept = stores.personal_data.find(ALICE.id)
    code, _ = threadcast("users", "forget", ALICE.id, "--yes", "--assets-to", BOB.id)

    assert refused == (
        1,
        [
            "Nothing was erased: others may see 1 asset of this user.",
            f"  {ASSET}  Revenue",
            "Give them a new owner: --assets-to USER; or delete them first.",
        ],
    )
    assert len(kept.chats) == len(kept.assets) == 1
    assert code == 0
    assert stores.library.all() == (an_asset(ASSET, owner_id=BOB.id),)
    assert stores.assets.rows(ASSET) == Table(("x",), ((1,),))
    assert set(stores.library.grants(ASSET)) == {
        Grant(Principal("user", BOB.id), Role.OWNER),
        Grant(Principal("org", "acme"), Role.CAN_VIEW),
    }


def test_running_answers_are_stopped_first(threadcast: Threadcast, stores: Stores) -> None:
    add_data(stores, running=True)
    runner = Runner(stores)

    code, printed = threadcast("users", "forget", ALICE.id, "--yes", pause=runner.pause)

    assert (code, runner.pauses, printed[-1]) == (0, 2, VERIFIED)


def test_nothing_is_erased_while_an_answer_does_not_end(threadcast: Threadcast, stores: Stores) -> None:
    add_data(stores, running=True)
    runner = Runner(stores, ends=False)

    code, printed = threadcast("users", "forget", ALICE.id, "--yes", pause=runner.pause)

    assert (code, printed) == (1, ["Nothing was changed: 1 answer did not end; try again."])
    assert [chat.id for chat in stores.personal_data.find(ALICE.id).chats] == [CHAT]


def test_what_still_mentions_the_user_is_a_failure(threadcast: Threadcast, stores: Stores) -> None:
    add_data(stores)
    note = {"note": f"ask {ALICE.id}"}
    stores.library.save(an_asset(MENTIONING, owner_id=BOB.id, definition=note), None)

    code, printed = threadcast("users", "forget", ALICE.id, "--yes")

    assert (code, printed) == (1, ["The user's id is still in 1 item; is the user still active?"])


def test_a_user_is_named_by_subject_and_issuer(threadcast: Threadcast, stores: Stores) -> None:
    user_id = user_id_of("https://id.example.com", "alice")
    stores.connections.add(Connection("connection-1", user_id, "https://api", NOON))

    code, printed = threadcast("users", "forget", "alice", "--issuer", "https://id.example.com", "--yes")

    assert (code, printed[0]) == (0, f"'alice' of https://id.example.com is the user {user_id}.")
    assert stores.personal_data.find(user_id).connections == ()


@pytest.mark.parametrize("arguments", [("forget", "ada"), ("forget", ALICE.id, "--assets-to", "bob")])
def test_a_user_that_is_no_uuid_needs_an_issuer(threadcast: Threadcast, arguments: tuple[str, ...]) -> None:
    code, (line,) = threadcast("users", *arguments)

    assert code == 1
    assert "give what they say in `iss` too: --issuer ISSUER" in line


def test_a_user_without_data_has_nothing_to_erase(threadcast: Threadcast, stores: Stores) -> None:
    add_data(stores)

    code, printed = threadcast("users", "forget", BOB.id, "--dry-run")

    assert (code, {line.split()[0] for line in printed[1:]}) == (0, {"0"})
