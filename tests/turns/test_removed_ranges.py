"""The ranges of removed messages, after any number of replacements."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from threadcast.domain.chat import RemovedRange, removing


@given(st.lists(st.integers(0, 30), max_size=40))
def test_merged_ranges_cover_the_same_messages_and_are_never_adjacent(replaced_from: list[int]) -> None:
    """Each step adds a message, or replaces from one that is still visible."""
    hidden: set[int] = set()
    removed: tuple[RemovedRange, ...] = ()
    newest = 1
    for step in replaced_from:
        visible = [number for number in range(1, newest + 1) if number not in hidden]
        if step < len(visible):
            more = RemovedRange(visible[step], newest)
            hidden |= set(range(more.first, more.last + 1))
            removed = removing(removed, more)
        newest += 1

    covered = {number for each in removed for number in range(each.first, each.last + 1)}
    assert covered == hidden
    assert all(one.last + 1 < other.first for one, other in pairwise(removed))


def test_replacing_the_last_message_repeatedly_leaves_one_range() -> None:
    removed: tuple[RemovedRange, ...] = ()
    for number in range(2, 50):
        removed = removing(removed, RemovedRange(number, number))

    assert removed == (RemovedRange(2, 49),)
