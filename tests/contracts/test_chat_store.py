"""The contract suite of `ChatStore`."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from tests.contracts.stores import (
    ALICE,
    AS_ALICE,
    AS_BOB,
    CHATS_ARE_KEPT,
    LEASE_END,
    NOON,
    UNBOUNDED,
    Stores,
    a_chat,
    a_claim,
    add_finished_turn,
    answered,
    chat_in,
    conversation,
    first_opening,
)
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.chat import RemovedRange
from threadcast.domain.message import (
    FileNote,
    FileResponse,
    FilesStep,
    Message,
    Outcome,
    Pill,
    PillContainer,
    PillsStep,
    ReasoningText,
    Sender,
    StepFile,
    TextResponse,
)
from threadcast.ports import StoredChat

FULL_MESSAGE = Message(
    id="m-1",
    chat_id="c-1",
    number=1,
    prompt='Why did "März" drop? \ud83d',  # half a surrogate pair, as a client may send it
    sender=Sender(ALICE.id, "Alice", "https://img.test/alice.png"),
    created_at=NOON,
    updated_at=NOON + timedelta(microseconds=1),
    reasoning=(
        ReasoningText("t-1", "Thinking", "4 seconds", "Hm.", "completed"),
        PillsStep("p-1", "Found", (PillContainer("Metrics", (Pill("x", "Revenue", "metric"),)),), "failed"),
        FilesStep(
            "f-1",
            "Made",
            (StepFile("s-1", "report", "r.yml", 2, "v-1", "loading", "a: 1"),),
            "loading",
            "2 seconds",
        ),
    ),
    responses=(
        TextResponse("r-1", "Because.", is_final=True, originating_tool_name="done"),
        FileResponse(
            "r-2", "metric", "m.yml", 3, "v-2", "fv-1", (FileNote("completed", "Created", 1_772_000_000),)
        ),
    ),
    final_reasoning="Reasoned for 12 seconds",
    outcome=Outcome("failed", "INTERNAL_SERVER_ERROR", "Something broke", "ref-1"),
    outcome_sent=True,
    untold=("connection-1", "connection-2"),
    input_tokens=1200,
    output_tokens=345,
    cached_tokens=1000,
    cost_usd=Decimal("0.00887500"),
    estimated_tokens=17,
)


def test_a_message_comes_back_as_it_was_stored(stores: Stores) -> None:
    add_finished_turn(stores, FULL_MESSAGE)

    assert stores.chats.message("c-1", "m-1") == FULL_MESSAGE


def test_a_large_message_comes_back_as_it_was_stored(stores: Stores) -> None:
    large = replace(FULL_MESSAGE, responses=(TextResponse("r-1", "Because. 🙂" * 6_000, is_final=True),))
    add_finished_turn(stores, large)

    assert stores.chats.message("c-1", "m-1") == large


def test_a_chat_that_does_not_exist_is_none(stores: Stores) -> None:
    assert stores.chats.load("c-1", AS_ALICE, max_bytes=UNBOUNDED) is None
    assert stores.chats.load("c-1", (), max_bytes=UNBOUNDED) is None


def test_the_owner_sees_the_chat_with_its_messages_oldest_first(stores: Stores) -> None:
    messages = conversation(stores, 3)

    stored = stores.chats.load("c-1", AS_ALICE, max_bytes=UNBOUNDED)

    assert stored == StoredChat(a_chat(next_message_number=4, version=3), tuple(messages), Role.OWNER)


def test_the_strongest_role_counts_and_all_grants_are_returned(stores: Stores) -> None:
    messages = conversation(stores, 1)
    weak, strong = Grant(AS_BOB[0], Role.CAN_VIEW), Grant(AS_BOB[1], Role.CAN_EDIT)
    stores.edits.grant("c-1", weak, NOON)
    stores.edits.grant("c-1", strong, NOON)

    stored = stores.chats.load("c-1", AS_BOB, max_bytes=UNBOUNDED)

    assert stored is not None
    assert (stored.role, stored.grants, stored.messages) == (
        Role.CAN_EDIT,
        (strong, weak),
        tuple(messages),
    )


def test_a_role_granted_again_replaces_the_former(stores: Stores) -> None:
    conversation(stores, 1)
    stores.edits.grant("c-1", Grant(AS_BOB[0], Role.FULL_ACCESS), NOON)
    stores.edits.grant("c-1", Grant(AS_BOB[0], Role.CAN_VIEW), NOON)

    stored = stores.chats.load("c-1", AS_BOB, max_bytes=UNBOUNDED)

    assert stored is not None
    assert stored.role is Role.CAN_VIEW


def test_without_a_role_neither_messages_nor_grants_are_returned(stores: Stores) -> None:
    conversation(stores, 2)
    stores.edits.grant("c-1", Grant(Principal("user", "carol"), Role.CAN_VIEW), NOON)

    stored = stores.chats.load("c-1", AS_BOB, max_bytes=UNBOUNDED)

    assert stored == StoredChat(a_chat(next_message_number=3, version=2), (), None)


def test_an_organisation_of_the_owners_name_is_not_the_owner(stores: Stores) -> None:
    conversation(stores, 1)

    stored = stores.chats.load("c-1", (Principal("org", ALICE.id),), max_bytes=UNBOUNDED)

    assert stored is not None
    assert stored.role is None


def test_only_the_newest_messages_are_returned_of_a_large_chat(stores: Stores) -> None:
    messages = conversation(stores, 5)

    stored = stores.chats.load("c-1", AS_ALICE, max_bytes=1_000)

    assert stored is not None
    assert 1 < len(stored.messages) < 5
    assert stored.messages == tuple(messages[-len(stored.messages) :])


def test_the_newest_message_is_returned_whatever_its_size(stores: Stores) -> None:
    messages = conversation(stores, 3)

    stored = stores.chats.load("c-1", AS_ALICE, max_bytes=0)

    assert stored is not None
    assert stored.messages == (messages[-1],)


def test_a_chat_of_many_pages_is_returned_complete(stores: Stores) -> None:
    messages = conversation(stores, 23)

    stored = stores.chats.load("c-1", AS_ALICE, max_bytes=20_000)

    assert stored is not None
    assert stored.messages == tuple(messages)


def test_replaced_messages_do_not_show(stores: Stores) -> None:
    removed = (RemovedRange(4, 6), RemovedRange(2, 4), RemovedRange(9, 9))
    messages = conversation(stores, 10, removed=removed)

    stored = stores.chats.load("c-1", AS_ALICE, max_bytes=UNBOUNDED)

    assert stored is not None
    assert [message.number for message in stored.messages] == [1, 7, 8, 10]
    assert stored.messages[-1] == messages[-1]


def test_grants_are_returned_even_if_all_messages_were_replaced(stores: Stores) -> None:
    conversation(stores, 3, removed=(RemovedRange(1, 3),))
    grant = Grant(AS_BOB[0], Role.CAN_VIEW)
    stores.edits.grant("c-1", grant, NOON)

    stored = stores.chats.load("c-1", AS_ALICE, max_bytes=UNBOUNDED)

    assert stored is not None
    assert (stored.messages, stored.grants) == ((), (grant,))


def test_a_message_of_any_age_is_found(stores: Stores) -> None:
    messages = conversation(stores, 30, removed=(RemovedRange(20, 25),))

    assert stores.chats.message("c-1", "m-1") == messages[0]
    assert stores.chats.message("c-1", "m-30") == messages[-1]


def test_a_replaced_or_unknown_message_is_not_found(stores: Stores) -> None:
    conversation(stores, 3, removed=(RemovedRange(1, 2),))

    assert stores.chats.message("c-1", "m-2") is None
    assert stores.chats.message("c-1", "m-9") is None
    assert stores.chats.message("c-9", "m-1") is None


def test_a_message_is_found_by_its_number_unless_it_was_replaced(stores: Stores) -> None:
    messages = conversation(stores, 3, removed=(RemovedRange(2, 2),))

    assert stores.chats.visible_message_at("c-1", 1) == messages[0]
    assert [stores.chats.visible_message_at("c-1", number) for number in (2, 4)] == [None, None]
    assert stores.chats.visible_message_at("c-9", 1) is None


def test_the_running_turn_of_a_chat_can_be_read_alone(stores: Stores) -> None:
    opening = first_opening()
    stores.turns.open(opening)

    assert stores.chats.running_turn("c-1") == opening.chat.running_turn
    assert stores.chats.running_turn("c-9") is None
    stores.turns.decide(a_claim(opening.message, None), opening.chat, answered(opening.message))
    assert stores.chats.running_turn("c-1") is None


def test_a_long_removed_range_does_not_show_either(stores: Stores) -> None:
    conversation(stores, 12, removed=(RemovedRange(2, 5), RemovedRange(6, 10)))

    stored = stores.chats.load("c-1", AS_ALICE, max_bytes=UNBOUNDED)

    assert stored is not None
    assert [message.number for message in stored.messages] == [1, 11, 12]


def test_a_stop_request_is_recorded_on_the_running_turn(stores: Stores) -> None:
    stores.turns.open(first_opening())

    assert stores.chats.request_stop("c-1", "m-1")

    chat = chat_in(stores)
    assert chat is not None
    assert chat == replace(
        first_opening().chat,
        running_turn=replace(chat.running_turn, stop_requested=True),  # type: ignore[type-var]
    )


def test_a_stop_request_for_a_turn_that_is_not_running_is_refused(stores: Stores) -> None:
    opening = first_opening()
    stores.turns.open(opening)

    assert not stores.chats.request_stop("c-1", "m-9")
    assert not stores.chats.request_stop("c-9", "m-1")
    stores.turns.decide(a_claim(opening.message, None), opening.chat, answered(opening.message))
    assert not stores.chats.request_stop("c-1", "m-1")


def test_a_stop_request_does_not_affect_the_runners_claim(stores: Stores) -> None:
    opening = first_opening()
    stores.turns.open(opening)
    stores.turns.claim(a_claim(opening.message), LEASE_END)

    stores.chats.request_stop("c-1", "m-1")

    stores.turns.checkpoint(a_claim(opening.message), None, LEASE_END)
    stores.turns.decide(a_claim(opening.message), opening.chat, answered(opening.message))


def test_a_request_is_found_for_fifteen_minutes(stores: Stores) -> None:
    stores.turns.open(first_opening())

    assert stores.chats.find_request("request-1", NOON + timedelta(minutes=14, seconds=59)) == (
        "c-1",
        "m-1",
        None,
    )
    assert stores.chats.find_request("request-1", NOON + timedelta(minutes=15)) is None
    assert stores.chats.find_request("request-9", NOON) is None


def test_a_chat_is_loaded_until_its_time_after_the_last_change_is_over(stores: Stores) -> None:
    conversation(stores, 1)

    stores.clock.moment = NOON + CHATS_ARE_KEPT - timedelta(microseconds=1)
    assert stores.chats.load("c-1", AS_ALICE, max_bytes=UNBOUNDED) is not None
    stores.clock.moment = NOON + CHATS_ARE_KEPT
    assert stores.chats.load("c-1", AS_ALICE, max_bytes=UNBOUNDED) is None
    assert stores.chats.load("c-1", (), max_bytes=UNBOUNDED) is not None


def test_a_chat_with_a_running_turn_is_loaded_at_any_time(stores: Stores) -> None:
    stores.turns.open(first_opening())

    stores.clock.moment = NOON + 2 * CHATS_ARE_KEPT

    assert stores.chats.load("c-1", AS_ALICE, max_bytes=UNBOUNDED) is not None
