"""The law's comparison, merging, and both over generated streams."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.client import sample_frames as s
from threadcast_client.folding.agreement import Difference, agrees_with, fold_stream
from threadcast_client.folding.chunk_merging import merge_neighbours, merged
from threadcast_client.folding.reducer import ChatState

TURN = [
    s.opened(),
    s.reasoned(s.thought("I read ")),
    s.reasoned(s.thought("24 rows.")),
    s.titled("March"),
    s.reasoned(s.thought(status="completed")),
    s.titled(whole="March fell"),
    s.said(s.file()),
    s.said(s.text(chunk="It ")),
    s.said(s.text(chunk="fell.")),
    s.said(s.text("It fell.")),
]
END = s.chat(
    s.message(
        s.file(), s.text("It fell."), reasoning=(s.thought(message="I read 24 rows.", status="completed"),)
    ),
    title="March fell",
)
AT = ("messages", s.MESSAGE_ID)


def test_a_turn_that_keeps_the_law_shows_no_difference() -> None:
    assert agrees_with(fold_stream(TURN), END) == []


def test_complete_is_not_needed_and_not_folded() -> None:
    assert fold_stream([*TURN, s.frame("complete", s.chat())]) == fold_stream(TURN)


def test_ids_that_complete_dropped_are_not_compared() -> None:
    without_reasoning = s.chat(s.message(s.file(), s.text("It fell.")), title="March fell")

    assert agrees_with(fold_stream(TURN), without_reasoning) == []


@pytest.mark.parametrize(
    ("without", "path"),
    [
        (0, (*AT, "request")),
        (1, (*AT, "reasoning_messages", "r1", "message")),
        (4, (*AT, "reasoning_messages", "r1", "secondary_title")),
        (5, ("title",)),
        (6, (*AT, "response_message_ids")),
        (9, None),
    ],
)
def test_a_frame_that_never_came_is_seen_where_it_matters(without: int, path: tuple[str, ...] | None) -> None:
    differences = agrees_with(fold_stream(TURN[:without] + TURN[without + 1 :]), END)

    assert differences == [] if path is None else differences[0].path == path


def test_a_doubled_chunk_breaks_the_law() -> None:
    folded = fold_stream([*TURN[:8], TURN[7], TURN[8]])

    assert agrees_with(folded, END) == [
        Difference((*AT, "response_messages", "t1", "message"), "It It fell.", "It fell.")
    ]


def test_another_order_breaks_the_law() -> None:
    folded = fold_stream([*TURN[:6], TURN[9], TURN[6]])

    assert agrees_with(folded, END) == [Difference((*AT, "response_message_ids"), ["t1", "f1"], ["f1", "t1"])]


def test_a_message_that_was_never_heard_of_is_a_difference() -> None:
    paths = {difference.path for difference in agrees_with(fold_stream(TURN[:1]), END)}

    assert (*AT, "response_messages", "f1", "file_name") in paths
    assert agrees_with(ChatState(), s.chat(title=""))[0] == Difference(("id",), None, s.CHAT_ID)


def test_a_files_step_is_compared_by_its_files_and_their_texts() -> None:
    written = s.chat(s.message(reasoning=(s.files(text="name: Wind"),)))

    assert agrees_with(fold_stream([s.opened(), s.reasoned(s.files(text="name: Wind"))]), written) == []
    assert str(
        agrees_with(fold_stream([s.opened(), s.reasoned(s.files(text="name:"))]), written)[0]
    ).startswith(f"messages.{s.MESSAGE_ID}.reasoning_messages.s1.files: folded")


def test_a_legacy_client_that_heard_the_turn_is_held_to_it_but_not_to_what_it_ignores() -> None:
    older = s.message(s.text("Before."), message_id=s.OTHER_ID)
    end = {
        **END,
        "message_ids": [s.OTHER_ID, s.MESSAGE_ID],
        "messages": {s.OTHER_ID: older, **END["messages"]},
    }

    assert agrees_with(fold_stream(TURN, legacy_client=True), end) == []
    assert agrees_with(fold_stream([s.said(s.file()), s.said(s.text("It"))], legacy_client=True), end) != []
    assert agrees_with(fold_stream(TURN), end) != []


def test_chunks_of_the_same_text_merge_and_the_second_says_the_rest() -> None:
    closing = s.thought("rows.", status="completed")

    assert merged(s.said(s.text(chunk="It ")), s.said(s.text(chunk="fell."))) == s.said(
        s.text(chunk="It fell.")
    )
    assert merged(s.titled("Ma"), s.titled("rch")) == s.titled("March")
    assert merged(s.reasoned(s.thought("24 ")), s.reasoned(closing)) == s.reasoned(
        {**closing, "message_chunk": "24 rows."}
    )
    assert merged(s.reasoned(s.files(chunk="na")), s.reasoned(s.files(chunk="me"))) == s.reasoned(
        s.files(chunk="name")
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (s.opened(), s.said(s.text(chunk="a"))),
        (s.opened(), s.opened()),
        (s.gateway(), s.said(s.text(chunk="a"))),
        (s.said(s.text(chunk="a")), s.said(s.text("ab"))),
        (s.said(s.text("a")), s.said(s.text(chunk="b"))),
        (s.said(s.text(chunk="a")), s.said(s.text(chunk="b", part_id="t2"))),
        (s.said(s.text(chunk="a")), s.said(s.text(chunk="b"), message_id=s.OTHER_ID)),
        (s.said(s.text(chunk="a")), {**s.said(s.text(chunk="b")), "request_id": "r"}),
        (s.said(s.text(chunk="a")), s.reasoned(s.thought("b"))),
        (s.said(s.file()), s.said(s.file())),
        (s.titled("a"), s.titled(whole="ab")),
        (s.reasoned(s.thought("a")), s.reasoned(s.thought(status="completed"))),
        (s.reasoned(s.pills()), s.reasoned(s.pills())),
        (s.reasoned(s.files(chunk="a")), s.reasoned(s.files(text="ab"))),
        (s.reasoned(s.files(chunk="a")), s.reasoned(s.files(chunk="b", file_id="m2"))),
    ],
)
def test_nothing_else_merges(first: Mapping[str, Any], second: Mapping[str, Any]) -> None:
    assert merged(first, second) is None


WORDS = st.text(alphabet="ab \né🙂", max_size=4)
PART_IDS = st.sampled_from(["1", "2"])
MESSAGE_IDS = st.sampled_from([s.MESSAGE_ID, s.OTHER_ID])


def _answer(words: str, part_id: str, message_id: str, *, whole: bool) -> dict[str, Any]:
    part = s.text(words, part_id=part_id) if whole else s.text(chunk=words, part_id=part_id)
    return s.said(part, message_id=message_id)


def _thought(words: str | None, part_id: str, message_id: str, message: str | None) -> dict[str, Any]:
    return s.reasoned(s.thought(words, message, part_id=part_id), message_id=message_id)


ANSWERS = st.builds(_answer, WORDS, PART_IDS, MESSAGE_IDS, whole=st.sampled_from([False, False, False, True]))
THOUGHTS = st.builds(_thought, st.none() | WORDS, PART_IDS, MESSAGE_IDS, st.none() | WORDS)
TITLES = st.builds(lambda words, to: s.titled(words, message_id=to), WORDS, MESSAGE_IDS)
WHOLE_TITLES = st.builds(lambda words, to: s.titled(whole=words, message_id=to), WORDS, MESSAGE_IDS)
FILES = st.builds(
    lambda words, whole: s.reasoned(s.files(text=words) if whole else s.files(chunk=words)),
    WORDS,
    st.booleans(),
)
OTHERS = st.sampled_from([s.opened(), s.said(s.file()), s.reasoned(s.pills("x", part_id="1")), s.failed()])
# Runs of one kind make neighbours; a mere mixture would hardly ever merge.
RUNS = st.one_of(
    *(st.lists(kind, max_size=6) for kind in (ANSWERS, THOUGHTS, TITLES, WHOLE_TITLES, FILES, OTHERS))
)
STREAMS = st.lists(RUNS, max_size=8).map(lambda runs: [frame for run in runs for frame in run])


@given(STREAMS, st.booleans(), st.data())
def test_merging_neighbouring_chunks_changes_nothing(
    stream: list[dict[str, Any]], legacy_client: bool, data: st.DataObject
) -> None:
    is_wanted: Callable[[], bool] = lambda: data.draw(st.booleans())  # noqa: E731 - drawn anew at each neighbour

    shorter = merge_neighbours(stream, is_wanted=is_wanted)

    assert fold_stream(shorter, legacy_client=legacy_client) == fold_stream(stream, legacy_client=legacy_client)


@given(STREAMS)
def test_every_neighbour_that_can_merge_does(stream: list[dict[str, Any]]) -> None:
    shortest = merge_neighbours(stream)

    assert merge_neighbours(shortest) == shortest
    assert fold_stream(shortest) == fold_stream(stream)


@given(st.lists(ANSWERS))
def test_a_folded_answer_is_its_last_whole_and_every_chunk_after_it(stream: list[dict[str, Any]]) -> None:
    expected: dict[tuple[str, str], str] = {}
    for frame in stream:
        part, key = frame["payload"]["response_message"], frame["payload"]["message_id"]
        place = (key, part["id"])
        whole = part["message"]
        expected[place] = expected.get(place, "") + part["message_chunk"] if whole is None else whole

    state = fold_stream([s.opened(), *stream])

    for (message_id, part_id), words in expected.items():
        message = state.message(message_id)
        assert message is not None
        assert message["response_messages"][part_id]["message"] == words


@given(st.lists(THOUGHTS | FILES))
def test_a_folded_thought_is_all_of_its_chunks(stream: list[dict[str, Any]]) -> None:
    state = fold_stream(stream)

    for frame in stream:
        message_id, part_id = frame["payload"]["message_id"], frame["payload"]["reasoning"]["id"]
        chunks = [
            each["payload"]["reasoning"].get("message_chunk") or ""
            for each in stream
            if (each["payload"]["message_id"], each["payload"]["reasoning"]["id"]) == (message_id, part_id)
        ]
        message = state.message(message_id)
        assert message is not None
        assert (message["reasoning_messages"][part_id].get("message") or "") == "".join(chunks)


@given(STREAMS, st.integers(min_value=0, max_value=40))
def test_a_client_that_is_caught_up_in_the_middle_ends_like_one_that_heard_all(
    stream: list[dict[str, Any]], at: int
) -> None:
    heard_all = fold_stream([s.opened(), *stream])
    snapshot = fold_stream([s.opened(), *stream[:at]]).chat

    newcomer = fold_stream([s.frame("initializeChat", snapshot), *stream[at:]])

    assert newcomer.chat is not None
    assert heard_all.chat is not None
    assert newcomer.chat["messages"] == heard_all.chat["messages"]
