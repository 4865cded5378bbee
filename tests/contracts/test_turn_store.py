"""The contract suite of `TurnStore`: openings, fencing, and the winner of each race."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.contracts.stores import (
    ALICE,
    DONE,
    LEASE_END,
    NOON,
    Stores,
    a_claim,
    a_message,
    a_turn,
    add_finished_turn,
    answered,
    chat_in,
    conversation,
    first_opening,
    follow_up,
    messages_in,
    quota_in,
)
from threadcast.domain.asset import AssetRef, AssetType
from threadcast.domain.chat import Chat, RemovedRange, RunningTurn
from threadcast.domain.message import Message, Outcome
from threadcast.errors import AlreadyOpened, ClaimLost, StaleRead, StoreError
from threadcast.ports import Quota

LATER = NOON + timedelta(seconds=5)
RENEWED = LEASE_END + timedelta(seconds=5)
METRIC = AssetRef("a-1", AssetType.METRIC_FILE)


def opened(stores: Stores) -> Message:
    stores.turns.open(first_opening())
    return first_opening().message


def claimed(stores: Stores, runner: str = "runner-1") -> Message:
    message = opened(stores)
    stores.turns.claim(a_claim(message, runner), RENEWED)
    return message


def running_turn(stores: Stores) -> RunningTurn | None:
    chat = chat_in(stores)
    assert chat is not None
    return chat.running_turn


def end_of_turn(stores: Stores, **changes: object) -> Chat:
    chat = chat_in(stores)
    assert chat is not None
    return replace(chat, **{"title": "Why March dropped", "updated_at": LATER, **changes})  # type: ignore[arg-type]


# Opening


def test_an_opening_writes_chat_message_quota_and_request(stores: Stores) -> None:
    opening = first_opening()

    stores.turns.open(opening)

    assert chat_in(stores) == opening.chat
    assert messages_in(stores) == (opening.message,)
    assert quota_in(stores) == opening.quota
    assert stores.chats.find_request("request-1", NOON) == ("c-1", "m-1", None)


def test_a_turn_can_be_opened_already_finished(stores: Stores) -> None:
    opening = first_opening()
    finished = answered(opening.message)

    stores.turns.open(
        replace(
            opening,
            chat=replace(opening.chat, running_turn=None, asset=METRIC, most_recent_file=METRIC),
            message=finished,
            quota=Quota(9.0, NOON, {}, version=1),
        )
    )

    assert running_turn(stores) is None
    assert messages_in(stores) == (finished,)
    assert quota_in(stores).running == {}


def test_a_further_turn_changes_the_chat_and_appends_its_message(stores: Stores) -> None:
    add_finished_turn(stores, most_recent_file=METRIC)
    opening = follow_up(stores)
    chat = replace(opening.chat, most_recent_file=None, removed=(RemovedRange(1, 1),), updated_at=LATER)

    stores.turns.open(replace(opening, chat=chat))

    assert chat_in(stores) == chat
    assert messages_in(stores) == (opening.message,)


def test_of_two_openings_that_read_the_same_version_one_wins(stores: Stores) -> None:
    add_finished_turn(stores)
    first, second = follow_up(stores), follow_up(stores, request_key="another")
    stores.turns.open(first)

    with pytest.raises(StaleRead):
        stores.turns.open(second)

    assert chat_in(stores) == first.chat
    assert stores.chats.find_request("another", NOON) is None


def test_of_two_openings_of_the_same_new_chat_one_wins(stores: Stores) -> None:
    opened(stores)

    with pytest.raises(StaleRead):
        stores.turns.open(first_opening(request_key="another"))


def test_no_turn_is_opened_while_another_one_runs(stores: Stores) -> None:
    opened(stores)

    with pytest.raises(StaleRead):
        stores.turns.open(follow_up(stores))

    assert running_turn(stores) == a_turn(a_message(1))


def test_an_opening_in_a_chat_that_is_gone_is_stale(stores: Stores) -> None:
    opening = first_opening()

    with pytest.raises(StaleRead):
        stores.turns.open(replace(opening, chat=replace(opening.chat, version=2)))

    assert chat_in(stores) is None


def test_of_two_openings_that_read_the_same_quota_one_wins(stores: Stores) -> None:
    opening, other = first_opening(), first_opening("c-2", request_key="request-2")
    stores.turns.open(opening)

    with pytest.raises(StaleRead):
        stores.turns.open(other)

    assert chat_in(stores, "c-2") is None
    assert quota_in(stores) == opening.quota


def test_of_two_openings_that_read_the_same_used_quota_one_wins(stores: Stores) -> None:
    add_finished_turn(stores)
    quota = replace(quota_in(stores), tokens=7.0, version=2)
    stores.turns.open(first_opening("c-2", quota=quota, request_key="request-2"))

    with pytest.raises(StaleRead):
        stores.turns.open(first_opening("c-3", quota=quota, request_key="request-3"))

    assert quota_in(stores) == replace(quota, running={})


def test_the_same_request_opens_once_and_then_raises_with_its_ids(stores: Stores) -> None:
    opened(stores)

    with pytest.raises(AlreadyOpened) as refusal:
        stores.turns.open(first_opening())  # stale in every respect, but that it came before weighs more

    assert (refusal.value.chat_id, refusal.value.message_id) == ("c-1", "m-1")


def test_an_expired_request_key_can_open_again(stores: Stores) -> None:
    add_finished_turn(stores)
    stores.clock.advance(minutes=15)

    stores.turns.open(follow_up(stores, request_key="request-1"))

    assert stores.chats.find_request("request-1", stores.clock.now()) == ("c-1", "m-2", None)


def test_a_requests_fingerprint_is_found_with_what_it_opened(stores: Stores) -> None:
    stores.turns.open(first_opening(fingerprint="0123456789abcdef"))

    with pytest.raises(AlreadyOpened) as refusal:
        stores.turns.open(first_opening(fingerprint="another"))

    assert refusal.value.fingerprint == "0123456789abcdef"
    assert stores.chats.find_request("request-1", NOON) == ("c-1", "m-1", "0123456789abcdef")


def test_a_lease_renewed_while_another_turn_is_opened_is_kept(stores: Stores) -> None:
    message = claimed(stores)
    elsewhere = a_message(1, "c-2", id="m-elsewhere")
    opening = first_opening(
        "c-2",
        message=elsewhere,
        quota=Quota(8.0, NOON, {message.id: LEASE_END, elsewhere.id: LEASE_END}, version=2),
        request_key="request-2",
    )
    stores.turns.checkpoint(a_claim(message), None, RENEWED)

    stores.turns.open(opening)

    assert quota_in(stores) == Quota(8.0, NOON, {message.id: RENEWED, elsewhere.id: LEASE_END}, version=2)


def test_a_lease_released_while_another_turn_is_opened_stays_released(stores: Stores) -> None:
    message = claimed(stores)
    elsewhere = a_message(1, "c-2", id="m-elsewhere")
    opening = first_opening(
        "c-2",
        message=elsewhere,
        quota=Quota(8.0, NOON, {message.id: LEASE_END, elsewhere.id: LEASE_END}, version=2),
        request_key="request-2",
    )
    stores.turns.decide(a_claim(message), end_of_turn(stores), answered(message))

    stores.turns.open(opening)

    assert quota_in(stores).running == {elsewhere.id: LEASE_END}


def test_leases_that_expired_long_ago_are_removed_by_the_next_opening(stores: Stores) -> None:
    opened(stores)
    stores.clock.advance(hours=2)
    elsewhere = a_message(1, "c-2", id="m-elsewhere")
    quota = Quota(8.0, NOON, {"m-1": LEASE_END, elsewhere.id: LEASE_END}, version=2)

    stores.turns.open(first_opening("c-2", message=elsewhere, quota=quota, request_key="request-2"))

    assert quota_in(stores).running == {elsewhere.id: LEASE_END}


def test_a_message_too_large_to_store_is_refused_before_anything_is_written(stores: Stores) -> None:
    noise = "".join(chr(0x4E00 + (at * 7919) % 20_000) for at in range(400_000))  # hardly compresses
    opening = first_opening(message=a_message(prompt=noise))

    with pytest.raises(StoreError, match="at most 360000"):
        stores.turns.open(opening)

    assert chat_in(stores) is None


# Claiming


def test_a_claim_takes_the_turn_and_sets_its_lease(stores: Stores) -> None:
    message = opened(stores)

    stores.turns.claim(a_claim(message), RENEWED)

    assert running_turn(stores) == a_turn(message, claim="runner-1", lease_until=RENEWED)


def test_the_second_claim_is_lost(stores: Stores) -> None:
    message = claimed(stores)

    with pytest.raises(ClaimLost):
        stores.turns.claim(a_claim(message, "runner-2"), RENEWED)

    assert running_turn(stores) == a_turn(message, claim="runner-1", lease_until=RENEWED)


def test_the_very_same_claim_again_is_a_repetition_not_a_second_claim(stores: Stores) -> None:
    message = claimed(stores)

    stores.turns.claim(a_claim(message), RENEWED)

    assert running_turn(stores) == a_turn(message, claim="runner-1", lease_until=RENEWED)


def test_a_second_delivery_with_the_first_ones_token_is_lost_too(stores: Stores) -> None:
    message = claimed(stores)

    with pytest.raises(ClaimLost):
        stores.turns.claim(a_claim(message), RENEWED + timedelta(seconds=1))


def test_a_turn_that_has_ended_cannot_be_claimed(stores: Stores) -> None:
    message = add_finished_turn(stores)

    with pytest.raises(ClaimLost):
        stores.turns.claim(a_claim(message), RENEWED)


def test_a_turn_of_a_chat_that_does_not_exist_cannot_be_claimed(stores: Stores) -> None:
    with pytest.raises(ClaimLost):
        stores.turns.claim(a_claim(a_message()), RENEWED)


def test_a_claim_keeps_the_stop_request(stores: Stores) -> None:
    message = opened(stores)
    stores.chats.request_stop("c-1", message.id)

    stores.turns.claim(a_claim(message), RENEWED)

    assert running_turn(stores) == a_turn(message, claim="runner-1", lease_until=RENEWED, stop_requested=True)


# Checkpoints


def test_a_checkpoint_stores_the_message_and_renews_both_leases(stores: Stores) -> None:
    message = claimed(stores)
    so_far = answered(message, "Beca", outcome=None)

    stores.turns.checkpoint(a_claim(message), so_far, RENEWED + timedelta(seconds=5))

    assert messages_in(stores) == (so_far,)
    assert running_turn(stores) == a_turn(
        message, claim="runner-1", lease_until=RENEWED + timedelta(seconds=5)
    )
    assert quota_in(stores).running == {message.id: RENEWED + timedelta(seconds=5)}


def test_a_checkpoint_without_a_message_renews_both_leases(stores: Stores) -> None:
    message = claimed(stores)

    stores.turns.checkpoint(a_claim(message), None, RENEWED + timedelta(seconds=5))

    assert messages_in(stores) == (message,)
    assert quota_in(stores).running == {message.id: RENEWED + timedelta(seconds=5)}


@pytest.mark.parametrize("token", ["runner-2", None])
def test_a_checkpoint_without_the_claim_writes_nothing(stores: Stores, token: str | None) -> None:
    message = claimed(stores)
    chat, quota = chat_in(stores), quota_in(stores)

    with pytest.raises(ClaimLost):
        stores.turns.checkpoint(a_claim(message, token), answered(message), RENEWED + timedelta(hours=1))

    assert (chat_in(stores), messages_in(stores), quota_in(stores)) == (chat, (message,), quota)


def test_a_checkpoint_after_the_turn_was_decided_elsewhere_writes_nothing(stores: Stores) -> None:
    message = claimed(stores)
    given_up = answered(message, "Timed out", Outcome("failed", "INTERNAL_SERVER_ERROR", "Sorry", "ref-1"))
    stores.turns.decide(a_claim(message), end_of_turn(stores), given_up, lease_expired_at=RENEWED)
    stores.turns.open(follow_up(stores))
    chat, quota = chat_in(stores), quota_in(stores)

    with pytest.raises(ClaimLost):
        stores.turns.checkpoint(a_claim(message), answered(message, outcome=None), RENEWED)

    assert (chat_in(stores), quota_in(stores)) == (chat, quota)
    assert messages_in(stores)[0] == given_up


# The outcome


def test_deciding_ends_the_turn_and_releases_the_quota(stores: Stores) -> None:
    message = claimed(stores)
    end = end_of_turn(stores, most_recent_file=METRIC)

    stores.turns.decide(a_claim(message), end, answered(message))

    assert chat_in(stores) == replace(end, running_turn=None, version=2)
    assert messages_in(stores) == (answered(message),)
    assert quota_in(stores) == Quota(9.5, NOON, {}, version=1)


def test_deciding_can_remove_the_most_recent_file(stores: Stores) -> None:
    opening = first_opening()
    stores.turns.open(replace(opening, chat=replace(opening.chat, most_recent_file=METRIC)))

    stores.turns.decide(
        a_claim(opening.message, None), end_of_turn(stores, most_recent_file=None), answered(opening.message)
    )

    chat = chat_in(stores)
    assert chat is not None
    assert chat.most_recent_file is None


def test_deciding_changes_nothing_else_of_the_chat(stores: Stores) -> None:
    message = claimed(stores)
    stored = chat_in(stores)
    assert stored is not None
    strange = replace(stored, asset=METRIC, next_message_number=99, removed=(RemovedRange(1, 1),))

    stores.turns.decide(a_claim(message), strange, answered(message))

    assert chat_in(stores) == replace(stored, running_turn=None, version=2)


def test_the_outcome_is_decided_once(stores: Stores) -> None:
    message = claimed(stores)
    stores.turns.decide(a_claim(message), end_of_turn(stores), answered(message, "First"))

    with pytest.raises(ClaimLost):
        stores.turns.decide(a_claim(message), end_of_turn(stores), answered(message, "Second"))

    assert messages_in(stores) == (answered(message, "First"),)


def test_an_outcome_that_is_stored_already_is_never_replaced(stores: Stores) -> None:
    message = claimed(stores)
    stores.turns.checkpoint(a_claim(message), answered(message, "First"), RENEWED)  # an invalid call

    with pytest.raises(ClaimLost):
        stores.turns.decide(a_claim(message), end_of_turn(stores), answered(message, "Second"))

    assert messages_in(stores) == (answered(message, "First"),)


def test_a_turn_with_a_valid_lease_is_decided_by_its_runner_only(stores: Stores) -> None:
    message = claimed(stores)

    with pytest.raises(ClaimLost):
        stores.turns.decide(
            a_claim(message),
            end_of_turn(stores),
            answered(message),
            lease_expired_at=RENEWED - timedelta(microseconds=1),
        )

    assert messages_in(stores) == (message,)


@pytest.mark.parametrize("token", ["runner-1", None])
def test_a_turn_with_an_expired_lease_can_be_decided_with_its_claim(
    stores: Stores, token: str | None
) -> None:
    message = opened(stores) if token is None else claimed(stores)

    stores.turns.decide(
        a_claim(message, token), end_of_turn(stores), answered(message), lease_expired_at=RENEWED
    )

    assert running_turn(stores) is None
    assert quota_in(stores).running == {}


def test_a_turn_claimed_meanwhile_is_not_decided_as_unclaimed(stores: Stores) -> None:
    message = claimed(stores)

    with pytest.raises(ClaimLost):
        stores.turns.decide(
            a_claim(message, None), end_of_turn(stores), answered(message), lease_expired_at=RENEWED
        )


def test_an_unclaimed_turn_can_be_closed_by_its_opener(stores: Stores) -> None:
    message = opened(stores)

    stores.turns.decide(a_claim(message, None), end_of_turn(stores), answered(message))

    with pytest.raises(ClaimLost):
        stores.turns.claim(a_claim(message), RENEWED)


def test_a_quota_deleted_while_a_turn_runs_does_not_fail_the_turn(stores: Stores) -> None:
    message = claimed(stores)
    claim = replace(a_claim(message), user_id="somebody without a quota")

    stores.turns.checkpoint(claim, None, RENEWED)
    stores.turns.decide(claim, end_of_turn(stores), answered(message))

    assert stores.connections.presence("somebody without a quota").quota is None


# Delivery


def test_that_the_outcome_was_sent_is_recorded(stores: Stores) -> None:
    message = claimed(stores)
    stores.turns.decide(a_claim(message), end_of_turn(stores), answered(message))

    stores.turns.record_delivery(message, (), sent=True)
    stores.turns.record_delivery(message, (), sent=True)

    assert messages_in(stores) == (replace(answered(message), outcome_sent=True, untold=()),)


def test_undelivered_connections_are_recorded_and_sent_is_kept(stores: Stores) -> None:
    message = claimed(stores)
    stores.turns.decide(a_claim(message), end_of_turn(stores), answered(message))

    stores.turns.record_delivery(message, {"connection-2", "connection-1"}, sent=False)
    waiting = messages_in(stores)
    stores.turns.record_delivery(message, {"connection-2"}, sent=True)
    stores.turns.record_delivery(message, (), sent=False)

    assert waiting == (replace(answered(message), untold=("connection-1", "connection-2")),)
    assert messages_in(stores) == (replace(answered(message), outcome_sent=True, untold=()),)


def test_a_delivery_without_an_outcome_cannot_be_recorded(stores: Stores) -> None:
    message = claimed(stores)

    with pytest.raises(ClaimLost):
        stores.turns.record_delivery(message, (), sent=True)
    with pytest.raises(ClaimLost):
        stores.turns.record_delivery(a_message(7), (), sent=True)

    assert messages_in(stores) == (message,)


def test_a_turn_can_be_opened_finished_and_sent(stores: Stores) -> None:
    sent = replace(a_message(1), outcome=DONE, outcome_sent=True)

    add_finished_turn(stores, sent)

    assert messages_in(stores) == (sent,)
    assert sent.sender == ALICE


# Unfinished turns


def unfinished(stores: Stores) -> list[tuple[str, int]]:
    turns = stores.turns.unfinished(NOON + timedelta(hours=1))
    return sorted((turn.chat_id, turn.number) for turn in turns)


def test_a_turn_is_unfinished_from_its_opening_until_its_end_is_recorded_as_sent(stores: Stores) -> None:
    message = claimed(stores)
    entry = [(message.chat_id, message.number)]
    stores.turns.checkpoint(a_claim(message), answered(message, outcome=None), RENEWED)
    running = unfinished(stores)
    ended = answered(message)
    stores.turns.decide(a_claim(message), end_of_turn(stores), ended)
    decided = unfinished(stores)
    stores.turns.record_delivery(ended, ["slow"], sent=False)

    assert running == decided == unfinished(stores) == entry

    stores.turns.record_delivery(ended, ["slow"], sent=True)
    assert unfinished(stores) == []


def test_only_turns_that_were_opened_before_a_time_are_found(stores: Stores) -> None:
    message = opened(stores)

    assert list(stores.turns.unfinished(message.created_at)) == []
    assert len(list(stores.turns.unfinished(message.created_at + timedelta(seconds=1)))) == 1


def test_an_unfinished_turn_can_be_removed_without_a_delivery(stores: Stores) -> None:
    opened(stores)

    for turn in list(stores.turns.unfinished(LATER)):
        stores.turns.remove_unfinished(turn)

    assert unfinished(stores) == []


def test_a_message_is_read_by_its_number_with_the_record_of_its_delivery(stores: Stores) -> None:
    message = claimed(stores)

    found = stores.chats.message_at(message.chat_id, message.number)

    assert found is not None
    assert (found.id, found.outcome_sent, found.untold) == (message.id, False, None)
    assert stores.chats.message_at(message.chat_id, message.number + 1) is None
    assert stores.chats.message_at("c-unknown", message.number) is None


def test_an_ended_turn_can_hold_its_place_in_the_quota_until_it_is_released(stores: Stores) -> None:
    message = claimed(stores)
    stores.turns.decide(a_claim(message), end_of_turn(stores), answered(message))
    freed = quota_in(stores).running

    stores.turns.hold_place(a_claim(message), LATER)
    held = quota_in(stores).running
    stores.turns.release_place(a_claim(message))

    assert (freed, held, quota_in(stores).running) == ({}, {message.id: LATER}, {})


def test_each_message_of_the_newest_removed_range_gets_its_expiry_once(stores: Stores) -> None:
    messages = conversation(stores, 12, removed=(RemovedRange(2, 11),))
    chat = chat_in(stores)
    assert chat is not None

    counts = [stores.turns.expire_replaced(chat, LATER) for _ in range(2)]
    more = replace(chat, removed=(RemovedRange(2, 12),))

    assert counts == [10, 0]
    assert stores.turns.expire_replaced(more, LATER) == 1
    assert messages_in(stores) == (messages[0], messages[-1])


def test_chats_are_read_by_id(stores: Stores) -> None:
    message = claimed(stores)

    chats = stores.chats.chats([message.chat_id, "c-unknown"])

    assert chats == {message.chat_id: chat_in(stores)}
