"""The rules of the reference reducer."""

from typing import Any

from tests.client import sample_frames as s
from threadcast_client.folding.agreement import fold_stream
from threadcast_client.folding.reducer import ChatState, fold


def after(*frames: dict[str, Any], legacy_client: bool = False) -> dict[str, Any]:
    """Return the chat after these frames."""
    folded = fold_stream(frames, legacy_client=legacy_client).chat
    assert folded is not None
    return folded


def response(chat: dict[str, Any], part_id: str = "t1") -> dict[str, Any]:
    part: dict[str, Any] = chat["messages"][s.MESSAGE_ID]["response_messages"][part_id]
    return part


def reasoning(chat: dict[str, Any], part_id: str) -> dict[str, Any]:
    part: dict[str, Any] = chat["messages"][s.MESSAGE_ID]["reasoning_messages"][part_id]
    return part


def test_initialize_chat_replaces_the_whole_state() -> None:
    caught_up = s.chat(s.message(s.text("Once upon")), title="A tale")

    assert (
        after(
            s.initialize_chat(), s.response_frame(s.text(chunk="lost")), s.frame("initializeChat", caught_up)
        )
        == caught_up
    )


def test_response_chunks_are_appended_to_the_text_so_far() -> None:
    chat = after(
        s.initialize_chat(), s.response_frame(s.text(chunk="Hel")), s.response_frame(s.text(chunk="lo"))
    )

    assert response(chat) == {**s.text("Hello"), "is_final_message": False}


def test_a_whole_response_message_replaces_the_text_so_far() -> None:
    chat = after(
        s.initialize_chat(), s.response_frame(s.text(chunk="Helo")), s.response_frame(s.text("Hello"))
    )

    assert response(chat) == s.text("Hello")


def test_chunks_are_appended_after_a_whole_message_and_after_a_snapshot() -> None:
    so_far = {**s.text("One"), "is_final_message": False}

    chat = after(
        s.initialize_chat(s.message(s.text("On"))),
        s.response_frame(so_far),
        s.response_frame(s.text(chunk=", two")),
    )

    assert response(chat)["message"] == "One, two"


def test_a_response_file_is_replaced_by_its_id() -> None:
    chat = after(s.initialize_chat(), s.response_frame(s.file("Draft")), s.response_frame(s.file("Revenue")))

    assert response(chat, "f1") == s.file("Revenue")


def test_reasoning_appends_every_chunk_and_ignores_the_message() -> None:
    closing = s.reasoning_text(chunk="b", message="something else", status="completed")

    chat = after(s.initialize_chat(), s.reasoning_frame(s.reasoning_text("a")), s.reasoning_frame(closing))

    assert reasoning(chat, "r1") == {**closing, "message": "ab", "message_chunk": None}


def test_chunks_are_appended_to_a_reasoning_text_of_a_snapshot() -> None:
    so_far = s.message(reasoning=(s.reasoning_text(message="so far"),))

    chat = after(s.initialize_chat(so_far), s.reasoning_frame(s.reasoning_text(", and more")))

    assert reasoning(chat, "r1")["message"] == "so far, and more"


def test_pills_are_replaced_by_their_id() -> None:
    chat = after(
        s.initialize_chat(),
        s.reasoning_frame(s.pills("a", status="loading")),
        s.reasoning_frame(s.pills("b", "c")),
    )

    assert reasoning(chat, "p1") == s.pills("b", "c")


def test_files_are_replaced_but_their_chunks_are_appended() -> None:
    whole = s.files(text="name: ")

    chat = after(
        s.initialize_chat(),
        *map(s.reasoning_frame, [whole, s.files(chunk="Wi"), s.files(chunk="nd"), s.files()]),
    )

    assert reasoning(chat, "s1") == s.files(text="name: Wind")


def test_a_whole_file_text_replaces_the_text_so_far() -> None:
    chat = after(
        s.initialize_chat(), s.reasoning_frame(s.files(chunk="nmae")), s.reasoning_frame(s.files(text="name"))
    )

    assert reasoning(chat, "s1") == s.files(text="name")


def test_title_chunks_are_appended_and_the_whole_title_replaces_them() -> None:
    chunks = [s.initialize_chat(title="New chat"), s.title_frame("Why "), s.title_frame("March")]

    assert after(*chunks)["title"] == "Why March"
    assert after(*chunks, s.title_frame(whole="Why March fell"))["title"] == "Why March fell"


def test_the_first_title_chunk_of_another_turn_starts_a_new_title() -> None:
    chat = after(
        s.initialize_chat(title="Old"), s.title_frame("Old"), s.title_frame("Ne", message_id=s.OTHER_ID)
    )

    assert chat["title"] == "Ne"


def test_ids_are_in_the_order_of_their_first_appearance() -> None:
    steps = [s.text(chunk="1"), s.file(), s.text(chunk="2", part_id="t0"), s.text(chunk="3")]

    chat = after(
        s.initialize_chat(),
        *map(s.response_frame, steps),
        s.reasoning_frame(s.pills()),
        s.reasoning_frame(s.reasoning_text("a")),
    )

    assert chat["messages"][s.MESSAGE_ID]["response_message_ids"] == ["t1", "f1", "t0"]
    assert chat["messages"][s.MESSAGE_ID]["reasoning_message_ids"] == ["p1", "r1"]


def test_a_frame_of_an_unknown_chat_creates_placeholders() -> None:
    chat = after(s.response_frame(s.text("Hello")))

    assert (chat["id"], chat["message_ids"]) == (s.CHAT_ID, [s.MESSAGE_ID])
    assert response(chat) == s.text("Hello")


def test_a_legacy_client_ignores_initialize_chat_and_folds_the_rest() -> None:
    chat = after(
        s.response_frame(s.text(chunk="Hel")),
        s.initialize_chat(),
        s.response_frame(s.text(chunk="lo")),
        legacy_client=True,
    )

    assert response(chat)["message"] == "Hello"
    assert chat["messages"][s.MESSAGE_ID]["request_message"] is None


def test_a_legacy_client_takes_the_payload_of_get_chat() -> None:
    state = fold(ChatState(legacy_client=True), s.frame("getChat", s.chat(title="Loaded")))

    assert state.chat == s.chat(title="Loaded")


def test_frames_of_another_chat_do_not_change_the_state() -> None:
    state = fold_stream([s.initialize_chat()])
    other = {**s.chat(), "id": s.OTHER_ID}

    assert fold(state, s.response_frame(s.text("Hi"), chat_id=s.OTHER_ID)) is state
    assert fold(state, s.frame("initializeChat", other)) is state


def test_errors_replies_to_a_stop_and_unknown_frames_do_not_change_the_state() -> None:
    state = fold_stream([s.initialize_chat()])
    stopped = {"id": s.CHAT_ID, "message_id": s.MESSAGE_ID, "stopped": True}

    for frame in (
        s.error_frame(),
        s.frame("stopThread", stopped),
        s.gateway_frame(),
        s.frame("newEvent", s.chat()),
    ):
        assert fold(state, frame) is state


def test_fold_does_not_change_the_previous_state() -> None:
    before = fold_stream([s.initialize_chat(), s.response_frame(s.text(chunk="Hel"))])

    fold(before, s.response_frame(s.text(chunk="lo")))

    assert before == fold_stream([s.initialize_chat(), s.response_frame(s.text(chunk="Hel"))])


def test_an_empty_state_has_no_messages() -> None:
    assert ChatState().message(s.MESSAGE_ID) is None
