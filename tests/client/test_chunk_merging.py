"""Which neighbouring frames merge."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.client import sample_frames as s
from threadcast_client.folding.chunk_merging import merged


def test_chunks_of_the_same_text_merge_and_the_other_keys_are_the_second_frames() -> None:
    closing = s.reasoning_text("rows.", status="completed")

    assert merged(
        s.response_frame(s.text(chunk="It ")), s.response_frame(s.text(chunk="fell."))
    ) == s.response_frame(s.text(chunk="It fell."))
    assert merged(s.title_frame("Ma"), s.title_frame("rch")) == s.title_frame("March")
    assert merged(
        s.reasoning_frame(s.reasoning_text("24 ")), s.reasoning_frame(closing)
    ) == s.reasoning_frame({**closing, "message_chunk": "24 rows."})
    assert merged(
        s.reasoning_frame(s.files(chunk="na")), s.reasoning_frame(s.files(chunk="me"))
    ) == s.reasoning_frame(s.files(chunk="name"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (s.initialize_chat(), s.response_frame(s.text(chunk="a"))),
        (s.initialize_chat(), s.initialize_chat()),
        (s.gateway_frame(), s.response_frame(s.text(chunk="a"))),
        (s.response_frame(s.text(chunk="a")), s.response_frame(s.text("ab"))),
        (s.response_frame(s.text("a")), s.response_frame(s.text(chunk="b"))),
        (s.response_frame(s.text(chunk="a")), s.response_frame(s.text(chunk="b", part_id="t2"))),
        (s.response_frame(s.text(chunk="a")), s.response_frame(s.text(chunk="b"), message_id=s.OTHER_ID)),
        (s.response_frame(s.text(chunk="a")), {**s.response_frame(s.text(chunk="b")), "request_id": "r"}),
        (s.response_frame(s.text(chunk="a")), s.reasoning_frame(s.reasoning_text("b"))),
        (s.response_frame(s.file()), s.response_frame(s.file())),
        (s.title_frame("a"), s.title_frame(whole="ab")),
        (s.reasoning_frame(s.reasoning_text("a")), s.reasoning_frame(s.reasoning_text(status="completed"))),
        (s.reasoning_frame(s.pills()), s.reasoning_frame(s.pills())),
        (s.reasoning_frame(s.files(chunk="a")), s.reasoning_frame(s.files(text="ab"))),
        (s.reasoning_frame(s.files(chunk="a")), s.reasoning_frame(s.files(chunk="b", file_id="m2"))),
    ],
)
def test_other_frames_do_not_merge(first: Mapping[str, Any], second: Mapping[str, Any]) -> None:
    assert merged(first, second) is None
