"""The rules of the reference reducer, one by one."""

from typing import Any

from tests.client import samples as s
from threadcast_client.fold import ChatState, fold
from threadcast_client.law import fold_stream


def after(*frames: dict[str, Any], legacy_tab: bool = False) -> dict[str, Any]:
    """The chat after these frames."""
    folded = fold_stream(frames, legacy_tab=legacy_tab).chat
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

    assert after(s.opened(), s.said(s.text(chunk="lost")), s.frame("initializeChat", caught_up)) == caught_up


def test_response_chunks_are_appended_to_the_text_so_far() -> None:
    chat = after(s.opened(), s.said(s.text(chunk="Hel")), s.said(s.text(chunk="lo")))

    assert response(chat) == {**s.text("Hello"), "is_final_message": False}


def test_a_whole_response_message_replaces_the_text_so_far() -> None:
    chat = after(s.opened(), s.said(s.text(chunk="Helo")), s.said(s.text("Hello")))

    assert response(chat) == s.text("Hello")


def test_chunks_go_on_after_a_whole_message_and_after_a_snapshot() -> None:
    so_far = {**s.text("One"), "is_final_message": False}

    chat = after(s.opened(s.message(s.text("On"))), s.said(so_far), s.said(s.text(chunk=", two")))

    assert response(chat)["message"] == "One, two"


def test_a_response_file_is_replaced_by_its_id() -> None:
    chat = after(s.opened(), s.said(s.file("MessageBuilder")), s.said(s.file("Revenue")))

    assert response(chat, "f1") == s.file("Revenue")


def test_reasoning_appends_every_chunk_and_ignores_the_message() -> None:
    closing = s.thought(chunk="b", message="something else", status="completed")

    chat = after(s.opened(), s.reasoned(s.thought("a")), s.reasoned(closing))

    assert reasoning(chat, "r1") == {**closing, "message": "ab", "message_chunk": None}


def test_a_reasoning_text_in_a_snapshot_is_what_chunks_are_appended_to() -> None:
    so_far = s.message(reasoning=(s.thought(message="so far"),))

    chat = after(s.opened(so_far), s.reasoned(s.thought(", and more")))

    assert reasoning(chat, "r1")["message"] == "so far, and more"


def test_pills_are_replaced_by_their_id() -> None:
    chat = after(s.opened(), s.reasoned(s.pills("a", status="loading")), s.reasoned(s.pills("b", "c")))

    assert reasoning(chat, "p1") == s.pills("b", "c")


def test_files_are_replaced_but_their_chunks_are_appended() -> None:
    whole = s.files(text="name: ")

    chat = after(s.opened(), *map(s.reasoned, [whole, s.files(chunk="Wi"), s.files(chunk="nd"), s.files()]))

    assert reasoning(chat, "s1") == s.files(text="name: Wind")


def test_a_whole_file_text_replaces_the_text_so_far() -> None:
    chat = after(s.opened(), s.reasoned(s.files(chunk="nmae")), s.reasoned(s.files(text="name")))

    assert reasoning(chat, "s1") == s.files(text="name")


def test_title_chunks_are_appended_and_the_whole_title_replaces_them() -> None:
    chunks = [s.opened(title="New chat"), s.titled("Why "), s.titled("March")]

    assert after(*chunks)["title"] == "Why March"
    assert after(*chunks, s.titled(whole="Why March fell"))["title"] == "Why March fell"


def test_the_first_title_chunk_of_another_turn_starts_the_title_again() -> None:
    chat = after(s.opened(title="Old"), s.titled("Old"), s.titled("Ne", message_id=s.OTHER_ID))

    assert chat["title"] == "Ne"


def test_ids_stand_in_the_order_of_their_first_appearance() -> None:
    steps = [s.text(chunk="1"), s.file(), s.text(chunk="2", part_id="t0"), s.text(chunk="3")]

    chat = after(s.opened(), *map(s.said, steps), s.reasoned(s.pills()), s.reasoned(s.thought("a")))

    assert chat["messages"][s.MESSAGE_ID]["response_message_ids"] == ["t1", "f1", "t0"]
    assert chat["messages"][s.MESSAGE_ID]["reasoning_message_ids"] == ["p1", "r1"]


def test_a_tab_that_never_saw_the_chat_makes_room_for_what_it_hears() -> None:
    chat = after(s.said(s.text("Hello")))

    assert (chat["id"], chat["message_ids"]) == (s.CHAT_ID, [s.MESSAGE_ID])
    assert response(chat) == s.text("Hello")


def test_a_legacy_tab_ignores_initialize_chat_and_folds_the_rest() -> None:
    chat = after(s.said(s.text(chunk="Hel")), s.opened(), s.said(s.text(chunk="lo")), legacy_tab=True)

    assert response(chat)["message"] == "Hello"
    assert chat["messages"][s.MESSAGE_ID]["request_message"] is None


def test_a_legacy_tab_takes_a_chat_it_loaded() -> None:
    state = fold(ChatState(legacy_tab=True), s.frame("getChat", s.chat(title="Loaded")))

    assert state.chat == s.chat(title="Loaded")


def test_a_turn_of_another_chat_of_the_user_changes_nothing() -> None:
    state = fold_stream([s.opened()])
    other = {**s.chat(), "id": s.OTHER_ID}

    assert fold(state, s.said(s.text("Hi"), chat_id=s.OTHER_ID)) is state
    assert fold(state, s.frame("initializeChat", other)) is state


def test_errors_answers_to_a_stop_and_strange_frames_change_nothing() -> None:
    state = fold_stream([s.opened()])
    stopped = {"id": s.CHAT_ID, "message_id": s.MESSAGE_ID, "stopped": True}

    for frame in (s.failed(), s.frame("stopThread", stopped), s.gateway(), s.frame("newEvent", s.chat())):
        assert fold(state, frame) is state


def test_a_former_state_stays_as_it_was() -> None:
    before = fold_stream([s.opened(), s.said(s.text(chunk="Hel"))])

    fold(before, s.said(s.text(chunk="lo")))

    assert before == fold_stream([s.opened(), s.said(s.text(chunk="Hel"))])


def test_a_chat_without_frames_has_no_messages() -> None:
    assert ChatState().message(s.MESSAGE_ID) is None
