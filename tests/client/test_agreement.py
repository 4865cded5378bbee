"""The comparison of a folded chat with the payload of `complete`."""

import pytest

from tests.client import sample_frames as s
from threadcast_client.folding.agreement import Difference, agrees_with, fold_stream
from threadcast_client.folding.reducer import ChatState

TURN = [
    s.initialize_chat(),
    s.reasoning_frame(s.reasoning_text("I read ")),
    s.reasoning_frame(s.reasoning_text("24 rows.")),
    s.title_frame("March"),
    s.reasoning_frame(s.reasoning_text(status="completed")),
    s.title_frame(whole="March fell"),
    s.response_frame(s.file()),
    s.response_frame(s.text(chunk="It ")),
    s.response_frame(s.text(chunk="fell.")),
    s.response_frame(s.text("It fell.")),
]
END = s.chat(
    s.message(
        s.file(),
        s.text("It fell."),
        reasoning=(s.reasoning_text(message="I read 24 rows.", status="completed"),),
    ),
    title="March fell",
)
MESSAGE_PATH = ("messages", s.MESSAGE_ID)


def test_a_whole_turn_folds_to_the_chat_in_complete() -> None:
    assert agrees_with(fold_stream(TURN), END) == []


def test_fold_stream_skips_complete() -> None:
    assert fold_stream([*TURN, s.frame("complete", s.chat())]) == fold_stream(TURN)


def test_ids_that_complete_does_not_contain_are_not_compared() -> None:
    without_reasoning = s.chat(s.message(s.file(), s.text("It fell.")), title="March fell")

    assert agrees_with(fold_stream(TURN), without_reasoning) == []


@pytest.mark.parametrize(
    ("missing", "path"),
    [
        (0, (*MESSAGE_PATH, "request")),
        (1, (*MESSAGE_PATH, "reasoning_messages", "r1", "message")),
        (4, (*MESSAGE_PATH, "reasoning_messages", "r1", "secondary_title")),
        (5, ("title",)),
        (6, (*MESSAGE_PATH, "response_message_ids")),
        (9, None),
    ],
)
def test_a_missing_frame_is_reported_at_the_first_key_that_differs(
    missing: int, path: tuple[str, ...] | None
) -> None:
    differences = agrees_with(fold_stream(TURN[:missing] + TURN[missing + 1 :]), END)

    assert differences == [] if path is None else differences[0].path == path


def test_a_repeated_chunk_is_a_difference() -> None:
    folded = fold_stream([*TURN[:8], TURN[7], TURN[8]])

    assert agrees_with(folded, END) == [
        Difference((*MESSAGE_PATH, "response_messages", "t1", "message"), "It It fell.", "It fell.")
    ]


def test_a_different_order_of_parts_is_a_difference() -> None:
    folded = fold_stream([*TURN[:6], TURN[9], TURN[6]])

    assert agrees_with(folded, END) == [
        Difference((*MESSAGE_PATH, "response_message_ids"), ["t1", "f1"], ["f1", "t1"])
    ]


def test_a_message_without_frames_is_a_difference() -> None:
    paths = {difference.path for difference in agrees_with(fold_stream(TURN[:1]), END)}

    assert (*MESSAGE_PATH, "response_messages", "f1", "file_name") in paths
    assert agrees_with(ChatState(), s.chat(title=""))[0] == Difference(("id",), None, s.CHAT_ID)


def test_a_files_step_is_compared_by_its_files_and_their_texts() -> None:
    complete = s.chat(s.message(reasoning=(s.files(text="name: Wind"),)))

    assert (
        agrees_with(
            fold_stream([s.initialize_chat(), s.reasoning_frame(s.files(text="name: Wind"))]), complete
        )
        == []
    )
    assert str(
        agrees_with(fold_stream([s.initialize_chat(), s.reasoning_frame(s.files(text="name:"))]), complete)[0]
    ).startswith(f"messages.{s.MESSAGE_ID}.reasoning_messages.s1.files: folded")


def test_a_legacy_client_is_compared_by_the_messages_it_received_without_their_questions() -> None:
    older = s.message(s.text("Before."), message_id=s.OTHER_ID)
    end = {
        **END,
        "message_ids": [s.OTHER_ID, s.MESSAGE_ID],
        "messages": {s.OTHER_ID: older, **END["messages"]},
    }

    assert agrees_with(fold_stream(TURN, legacy_client=True), end) == []
    assert (
        agrees_with(
            fold_stream([s.response_frame(s.file()), s.response_frame(s.text("It"))], legacy_client=True), end
        )
        != []
    )
    assert agrees_with(fold_stream(TURN), end) != []
