"""Posts of a new turn are held until the former turn's end has reached a connection, or cannot reach it."""

from dataclasses import replace

import pytest

from tests.delivery.simulation import ALICE, EPOCH
from threadcast.delivery.former_end import FormerEnd, unsettled
from threadcast.domain.message import Message, Outcome
from threadcast.errors import StoreUnavailable

FORMER = Message("m-1", "c-1", 1, "One?", ALICE, EPOCH, EPOCH, outcome=Outcome("completed"))
NEW = Message("m-2", "c-1", 2, "Two?", ALICE, EPOCH, EPOCH)


class ManualClock:
    """A monotonic clock that the test sets."""

    time_s = 100.0

    def monotonic_s(self) -> float:
        return self.time_s


class OneMessageStore:
    """A chat store with the former message; None is a store that is unavailable."""

    def __init__(self, former: Message | None) -> None:
        self.former = former
        self.reads: list[tuple[str, int]] = []

    def message_at(self, chat_id: str, number: int) -> Message:
        self.reads.append((chat_id, number))
        if self.former is None:
            raise StoreUnavailable(chat_id)
        return self.former


def former_end(store: OneMessageStore, clock: ManualClock, reaches: frozenset[str] | None) -> FormerEnd:
    return FormerEnd(store, clock, NEW, reaches, until_s=clock.time_s + 7, max_gap_s=1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (None, frozenset()),
        (FORMER, None),
        (replace(FORMER, untold=("b",)), {"b"}),
        (replace(FORMER, untold=("b",), outcome_sent=True), {"b"}),
        (replace(FORMER, untold=(), outcome_sent=True), frozenset()),
        (replace(FORMER, outcome_sent=True), frozenset()),
    ],
)
def test_the_record_of_a_delivery_names_the_connections_that_its_frames_may_reach(
    message: Message | None, expected: frozenset[str] | None
) -> None:
    assert unsettled(message) == expected


def test_every_connection_is_held_until_the_first_record_then_those_that_it_names() -> None:
    clock, store = ManualClock(), OneMessageStore(FORMER)
    former = former_end(store, clock, None)
    held = [(former.may_reach("a"), former.may_reach("b"))]

    for untold in (None, ("b",), ()):
        store.former = replace(FORMER, untold=untold)
        clock.time_s += 1.5
        former.look()
        held.append((former.may_reach("a"), former.may_reach("b")))

    assert held == [(True, True), (True, True), (False, True), (False, False)]
    assert set(store.reads) == {("c-1", 1)}
    assert former.next_look_in_s() is None


def test_no_connection_is_held_once_no_frame_of_the_former_turn_can_arrive() -> None:
    clock, store = ManualClock(), OneMessageStore(None)
    former = former_end(store, clock, None)

    clock.time_s += 6.9
    former.look()
    before = former.may_reach("a")
    clock.time_s += 0.2

    assert before
    assert not former.may_reach("a")
    assert former.next_look_in_s() is None


def test_looks_become_rarer_and_none_is_made_before_it_is_due() -> None:
    clock, store = ManualClock(), OneMessageStore(FORMER)
    former = former_end(store, clock, None)
    for _ in range(700):
        former.look()
        clock.time_s += 0.01

    assert 7 <= len(store.reads) <= 10
