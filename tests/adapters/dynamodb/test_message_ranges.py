"""The ranges that are read cover every visible message and no long removed range."""

from hypothesis import given
from hypothesis import strategies as st

from tests.contracts.stores import a_chat
from threadcast.adapters.dynamodb import keys
from threadcast.adapters.dynamodb.message_ranges import is_visible, spans_to_read
from threadcast.domain.chat import RemovedRange

COUNT = 40
RANGES = st.tuples(st.integers(1, COUNT), st.integers(0, COUNT)).map(
    lambda drawn: RemovedRange(drawn[0], min(drawn[0] + drawn[1], COUNT))
)


@given(st.lists(RANGES, max_size=6).map(tuple))
def test_every_visible_message_is_read_once_newest_first(removed: tuple[RemovedRange, ...]) -> None:
    chat = a_chat(next_message_number=COUNT + 1, removed=removed)
    stored = [keys.message(chat.id, number).sk for number in range(COUNT + 2, 0, -1)]

    read = [key for low, high in spans_to_read(chat) for key in stored if low <= key <= high]

    removed_numbers = {number for gap in removed for number in range(gap.first, gap.last + 1)}
    visible = [number for number in range(COUNT, 0, -1) if number not in removed_numbers]
    assert [keys.message_number(key) for key in read if is_visible(chat, key)] == visible
    assert len(read) <= len(visible) + 2 + 7 * len(removed)


@given(st.lists(RANGES, max_size=6).map(tuple))
def test_the_roles_are_always_read(removed: tuple[RemovedRange, ...]) -> None:
    low, high = next(spans_to_read(a_chat(next_message_number=COUNT + 1, removed=removed)))

    assert low <= "ROLE#user#u-1" <= high
