"""`threadcast chats` and `threadcast turns`."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.contracts.stores import (
    ALICE,
    BOB,
    LEASE_END,
    NOON,
    Stores,
    a_chat,
    a_message,
    answered,
)
from tests.operator.commands import Threadcast
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.chat import RunningTurn
from threadcast.ports import Claim, Opening, Quota

CHAT = "5f1d0000-0000-4000-8000-00000000000c"
MISSING = "99999999-0000-4000-8000-000000000009"


def add_chat(stores: Stores, *, running: bool = False) -> None:
    """Store a chat of Alice with one turn, which may run."""
    message = a_message(chat_id=CHAT)
    turn = RunningTurn(message.id, ALICE.id, LEASE_END) if running else None
    chat = replace(a_chat(), id=CHAT, title="Revenue", version=1, next_message_number=2, running_turn=turn)
    quota = Quota(9.0, NOON, running={message.id: LEASE_END} if running else {}, version=1)
    stores.turns.open(
        Opening(chat, message if running else answered(message), quota, ALICE.id, f"{ALICE.id}:r-1")
    )


class Runner:
    """Ends the turn at the second pause, if it was asked to stop."""

    def __init__(self, stores: Stores, *, ends: bool = True) -> None:
        self.pauses = 0
        self._stores, self._ends = stores, ends

    def pause(self, _seconds: float) -> None:
        self.pauses += 1
        turn = self._stores.chats.running_turn(CHAT)
        if self._ends and self.pauses == 2 and turn is not None and turn.stop_requested:
            chat = replace(a_chat(), id=CHAT, running_turn=None)
            claim = Claim(CHAT, turn.message_id, ALICE.id, None)
            self._stores.turns.decide(claim, chat, answered(a_message(chat_id=CHAT)))


def test_chats_are_listed(threadcast: Threadcast, stores: Stores) -> None:
    add_chat(stores)

    assert threadcast("chats", "list") == (
        0,
        [f"{CHAT}  2026-03-01 12:00:00  {ALICE.id}  Revenue", "1 chat."],
    )
    assert threadcast("chats", "list", "--user", BOB.id) == (0, ["0 chats."])


def test_chats_are_listed_as_json(threadcast: Threadcast, stores: Stores) -> None:
    add_chat(stores)

    code, printed = threadcast("chats", "list", "--user", ALICE.id, "--json")

    assert (code, json.loads("\n".join(printed))) == (
        0,
        [
            {
                "id": CHAT,
                "title": "Revenue",
                "owner_id": ALICE.id,
                "owner_name": "Alice",
                "created_at": NOON.isoformat(),
                "updated_at": NOON.isoformat(),
                "asset": None,
                "running_message_id": None,
            }
        ],
    )


def test_a_chat_is_shown_without_its_texts_unless_asked(threadcast: Threadcast, stores: Stores) -> None:
    add_chat(stores)
    stores.edits.grant(CHAT, Grant(Principal("user", BOB.id), Role.CAN_EDIT), NOON)

    _, without = threadcast("chats", "show", CHAT)
    _, with_texts = threadcast("chats", "show", CHAT, "--texts")

    assert without == [
        "Revenue",
        f"  id       {CHAT}",
        f"  owner    {ALICE.id}, Alice",
        "  about    no asset",
        "  created  2026-03-01 12:00:00 UTC",
        "  changed  2026-03-01 12:00:00 UTC",
        f"  role     user {BOB.id} can_edit",
        "",
        "    1  m-1  completed",
        "1 message.",
    ]
    assert with_texts[-3:-1] == ["       > Question 1?", "       Because."]


def test_a_missing_chat_is_reported(threadcast: Threadcast) -> None:
    message = f"There is no chat {MISSING}; `chats list` shows those there are."

    assert threadcast("chats", "show", MISSING) == (1, [message])
    assert threadcast("chats", "delete", MISSING, "--yes") == (1, [message])


@pytest.mark.parametrize("agrees", [True, False])
def test_a_chat_is_deleted_after_a_confirmation(
    threadcast: Threadcast, stores: Stores, *, agrees: bool
) -> None:
    add_chat(stores)
    questions: list[str] = []

    result = threadcast(
        "chats", "delete", CHAT, confirm=lambda question: (questions.append(question), agrees)[1]
    )

    done = (0, ["“Revenue” is deleted with 1 message."])
    assert questions == ["Delete “Revenue” of Alice with all of its messages? [y/N] "]
    assert result == (done if agrees else (1, ["Nothing was deleted."]))
    assert bool(stores.chat_library.all()) is not agrees


def test_a_running_turn_is_stopped_before_its_chat_is_deleted(threadcast: Threadcast, stores: Stores) -> None:
    add_chat(stores, running=True)
    runner = Runner(stores)

    code, _ = threadcast("chats", "delete", CHAT, "--yes", pause=runner.pause)

    assert (code, runner.pauses) == (0, 2)
    assert stores.chat_library.all() == ()


def test_a_turn_that_does_not_end_keeps_its_chat(threadcast: Threadcast, stores: Stores) -> None:
    add_chat(stores, running=True)
    runner = Runner(stores, ends=False)

    result = threadcast("chats", "delete", CHAT, "--yes", pause=runner.pause)

    assert result == (1, ["Nothing was changed: 1 answer did not end; try again."])
    assert len(stores.chat_library.all()) == 1


def states(threadcast: Threadcast, **settings: Any) -> list[dict[str, Any]]:
    code, printed = threadcast("turns", "open", "--json", **settings)
    assert code == 0
    found: list[dict[str, Any]] = json.loads("\n".join(printed))
    return found


def test_an_open_turn_is_listed_with_its_lease(threadcast: Threadcast, stores: Stores) -> None:
    add_chat(stores, running=True)
    now = LEASE_END - timedelta(seconds=5)

    assert threadcast("turns", "open", now=now) == (
        0,
        [f"{CHAT}  m-1  unclaimed      lease 5.0 s  user {ALICE.id}", "1 open turn."],
    )


def test_the_state_of_a_turn_follows_its_claim_its_lease_and_its_end(
    threadcast: Threadcast, stores: Stores
) -> None:
    add_chat(stores, running=True)
    claim, now = Claim(CHAT, "m-1", ALICE.id, "runner-1"), LEASE_END - timedelta(seconds=5)
    stores.turns.claim(claim, LEASE_END)
    found = [states(threadcast, now=now)]
    stores.chats.request_stop(CHAT, "m-1")
    found.append(states(threadcast, now=now))
    found.append(states(threadcast, now=LEASE_END))
    message = answered(a_message(chat_id=CHAT))
    stores.turns.decide(claim, replace(a_chat(), id=CHAT, running_turn=None), message)
    found.append(states(threadcast, now=now))
    stores.turns.record_delivery(message, (), sent=True)

    assert [turn["state"] for (turn,) in found] == ["running", "stopping", "abandoned", "not delivered"]
    assert found[0] == [
        {
            "chat_id": CHAT,
            "message_id": "m-1",
            "state": "running",
            "user_id": ALICE.id,
            "lease_s": 5.0,
        }
    ]
    assert states(threadcast, now=now) == []
