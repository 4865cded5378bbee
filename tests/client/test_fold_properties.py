"""Properties of the fold and of merging, over generated streams."""

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.client import sample_frames as s
from threadcast_client.folding.agreement import fold_stream
from threadcast_client.folding.chunk_merging import merge_neighbours

TEXTS = st.text(alphabet="ab \né🙂", max_size=4)


PART_IDS = st.sampled_from(["1", "2"])


MESSAGE_IDS = st.sampled_from([s.MESSAGE_ID, s.OTHER_ID])


def _response(text: str, part_id: str, message_id: str, *, whole: bool) -> dict[str, Any]:
    part = s.text(text, part_id=part_id) if whole else s.text(chunk=text, part_id=part_id)
    return s.response_frame(part, message_id=message_id)


def _reasoning(chunk: str | None, part_id: str, message_id: str, message: str | None) -> dict[str, Any]:
    return s.reasoning_frame(s.reasoning_text(chunk, message, part_id=part_id), message_id=message_id)


RESPONSES = st.builds(
    _response, TEXTS, PART_IDS, MESSAGE_IDS, whole=st.sampled_from([False, False, False, True])
)


REASONING_TEXTS = st.builds(_reasoning, st.none() | TEXTS, PART_IDS, MESSAGE_IDS, st.none() | TEXTS)


TITLES = st.builds(lambda text, to: s.title_frame(text, message_id=to), TEXTS, MESSAGE_IDS)


WHOLE_TITLES = st.builds(lambda text, to: s.title_frame(whole=text, message_id=to), TEXTS, MESSAGE_IDS)


FILES = st.builds(
    lambda text, whole: s.reasoning_frame(s.files(text=text) if whole else s.files(chunk=text)),
    TEXTS,
    st.booleans(),
)


OTHERS = st.sampled_from(
    [
        s.initialize_chat(),
        s.response_frame(s.file()),
        s.reasoning_frame(s.pills("x", part_id="1")),
        s.error_frame(),
    ]
)


# Runs of one kind contain mergeable neighbours; a random mixture hardly ever does.
RUNS = st.one_of(
    *(
        st.lists(kind, max_size=6)
        for kind in (RESPONSES, REASONING_TEXTS, TITLES, WHOLE_TITLES, FILES, OTHERS)
    )
)


STREAMS = st.lists(RUNS, max_size=8).map(lambda runs: [frame for run in runs for frame in run])


@given(STREAMS, st.booleans(), st.data())
def test_merging_neighbouring_chunks_does_not_change_the_folded_chat(
    stream: list[dict[str, Any]], legacy_client: bool, data: st.DataObject
) -> None:
    is_wanted: Callable[[], bool] = lambda: data.draw(st.booleans())  # noqa: E731 - drawn at each pair of neighbours

    merged_stream = merge_neighbours(stream, is_wanted=is_wanted)

    assert fold_stream(merged_stream, legacy_client=legacy_client) == fold_stream(
        stream, legacy_client=legacy_client
    )


@given(STREAMS)
def test_merge_neighbours_leaves_no_mergeable_neighbours(stream: list[dict[str, Any]]) -> None:
    merged_stream = merge_neighbours(stream)

    assert merge_neighbours(merged_stream) == merged_stream
    assert fold_stream(merged_stream) == fold_stream(stream)


@given(st.lists(RESPONSES))
def test_a_folded_answer_is_its_last_whole_message_and_every_later_chunk(
    stream: list[dict[str, Any]],
) -> None:
    expected: dict[tuple[str, str], str] = {}
    for frame in stream:
        part, key = frame["payload"]["response_message"], frame["payload"]["message_id"]
        ids = (key, part["id"])
        whole = part["message"]
        expected[ids] = expected.get(ids, "") + part["message_chunk"] if whole is None else whole

    state = fold_stream([s.initialize_chat(), *stream])

    for (message_id, part_id), text in expected.items():
        message = state.message(message_id)
        assert message is not None
        assert message["response_messages"][part_id]["message"] == text


@given(st.lists(REASONING_TEXTS | FILES))
def test_a_folded_reasoning_text_is_all_of_its_chunks(stream: list[dict[str, Any]]) -> None:
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
def test_a_client_that_starts_with_a_snapshot_ends_with_the_same_chat(
    stream: list[dict[str, Any]], at: int
) -> None:
    from_start = fold_stream([s.initialize_chat(), *stream])
    snapshot = fold_stream([s.initialize_chat(), *stream[:at]]).chat

    from_snapshot = fold_stream([s.frame("initializeChat", snapshot), *stream[at:]])

    assert from_snapshot.chat is not None
    assert from_start.chat is not None
    assert from_snapshot.chat["messages"] == from_start.chat["messages"]
