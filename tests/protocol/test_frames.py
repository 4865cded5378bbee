"""Every event as a frame, errors included."""

from typing import get_args

import pytest

from tests.delivery.simulation import ALICE, CHAT_ID, EPOCH, MESSAGE_ID, opened_view
from threadcast.domain import turn_events
from threadcast.domain.message import (
    FileNote,
    FileResponse,
    FilesStep,
    Message,
    Outcome,
    Pill,
    PillContainer,
    PillsStep,
    ReasoningText,
    StepFile,
    TextResponse,
)
from threadcast.errors import BadRequest, Conflict, NotFound, TooManyRequests, Unauthorized
from threadcast.protocol.chat_payload import chat_payload
from threadcast.protocol.frames import Address, encode, error_frame, fault_body, internal_error, turn_frame
from threadcast_client import check_frame

PART = "99999999-9999-4999-8999-999999999999"
TO = Address("/chats/post", "r-1", CHAT_ID, MESSAGE_ID, ALICE)
FILE = FileResponse(PART, "metric", "Wind", 1, PART, None, (FileNote("completed", "Opened", 1_772_366_400),))
THOUGHT = ReasoningText(PART, "Thinking", "0.4 seconds", "hm", "completed")
PILLS = PillsStep(PART, "Found", None, (PillContainer("Columns", (Pill("p", "year", "column"),)),), "loading")
MAKES = FilesStep(
    PART, "Made", "2 seconds", "completed", (StepFile(PART, "metric", "Wind", 1, PART, "completed", "name:"),)
)
FAILED = Outcome("failed", "INTERNAL_SERVER_ERROR", "It broke.", "ref-1")


EVENTS: list[tuple[turn_events.TurnEvent, str, str | None]] = [
    (turn_events.ChatOpened(opened_view()), "initializeChat", None),
    (turn_events.TitleExtended("Wi"), "generatingTitle", "in_progress"),
    (turn_events.TitleDecided("Wind"), "generatingTitle", "completed"),
    (turn_events.ReasoningExtended(PART, "Thinking", "hm"), "generatingReasoningMessage", "in_progress"),
    (turn_events.ReasoningClosed(THOUGHT), "generatingReasoningMessage", "completed"),
    (turn_events.PillsChanged(PILLS), "generatingReasoningMessage", "in_progress"),
    (turn_events.FilesChanged(MAKES), "generatingReasoningMessage", "completed"),
    (turn_events.AnswerExtended(PART, "Hel"), "generatingResponseMessage", "in_progress"),
    (turn_events.AnswerSoFar(PART, "Hel"), "generatingResponseMessage", "in_progress"),
    (turn_events.AnswerClosed(PART, "Hello"), "generatingResponseMessage", "completed"),
    (turn_events.FileAttached(FILE), "generatingResponseMessage", "completed"),
    (turn_events.TurnCompleted(opened_view()), "complete", None),
    (turn_events.TurnFailed(FAILED), "postThread", None),
]


def test_no_event_is_forgotten_here() -> None:
    assert {type(event) for event, _, _ in EVENTS} == set(get_args(turn_events.TurnEvent))


@pytest.mark.parametrize(("event", "name", "progress"), EVENTS)
def test_every_event_has_a_frame_that_keeps_to_the_contract(
    event: turn_events.TurnEvent, name: str, progress: str | None
) -> None:
    frame = turn_frame(event, TO)

    assert (frame["event"], (frame["payload"] or {}).get("progress")) == (name, progress)
    assert (frame["route"], frame.get("request_id")) == ("/chats/post", "r-1")
    if not isinstance(event, turn_events.TurnCompleted):  # its message is still open in this view
        assert check_frame(frame) == []


def test_only_the_opening_names_the_one_who_asked() -> None:
    senders = [turn_frame(event, TO)["sent_by"] for event, _, _ in EVENTS]

    assert senders == [{"id": ALICE.id, "name": "Alice"}, *[None] * (len(EVENTS) - 1)]


def test_a_failure_is_told_with_its_reference_and_its_ids() -> None:
    frame = turn_frame(turn_events.TurnFailed(FAILED), TO)

    assert frame["send_method"] == "SenderOnly"
    assert frame["error"] == {
        "code": "INTERNAL_SERVER_ERROR",
        "message": "It broke.",
        "reference_id": "ref-1",
        "chat_id": CHAT_ID,
        "message_id": MESSAGE_ID,
    }


@pytest.mark.parametrize(
    ("fault", "body"),
    [
        (BadRequest("No."), {"code": "BAD_REQUEST", "message": "No."}),
        (Unauthorized("No."), {"code": "UNAUTHORIZED", "message": "No."}),
        (NotFound("Chat"), {"code": "NOT_FOUND", "message": "Chat not found"}),
        (
            Conflict(CHAT_ID),
            {
                "code": "CONFLICT",
                "message": "Another message of this chat is still being answered",
                "chat_id": CHAT_ID,
            },
        ),
        (
            TooManyRequests("Slow.", 2.04),
            {"code": "TOO_MANY_REQUESTS", "message": "Slow.", "retry_after_s": 2.0},
        ),
    ],
)
def test_every_refusal_has_a_body(fault: object, body: dict[str, object]) -> None:
    assert fault_body(fault) == body  # type: ignore[arg-type]
    assert check_frame(error_frame("post", Address("postThread"), fault_body(fault))) == []  # type: ignore[arg-type]


def test_an_internal_error_says_nothing_but_its_reference() -> None:
    frame = error_frame(None, Address(None), internal_error("ref-1"))

    assert frame["event"] == "error"
    assert frame["error"] == {
        "code": "INTERNAL_SERVER_ERROR",
        "message": "Something went wrong on our side. Please try again.",
        "reference_id": "ref-1",
    }


def long_view(count: int, text_bytes: int, thought_bytes: int) -> object:
    view = opened_view()
    messages = tuple(
        Message(
            f"00000000-0000-4000-8000-{number:012}",
            CHAT_ID,
            number,
            "Why?",
            ALICE,
            EPOCH,
            EPOCH,
            reasoning=(ReasoningText(PART, "Thinking", None, "h" * thought_bytes, "completed"),),
            responses=(TextResponse(PART, "é" * (text_bytes // 2), is_final=True),),
        )
        for number in range(count)
    )
    return type(view)(view.chat, messages, view.role)


@pytest.mark.parametrize("count", [1, 5, 40, 400])
@pytest.mark.parametrize("max_bytes", [131_072, 32_768])
def test_a_chat_of_any_length_fits_into_a_frame(count: int, max_bytes: int) -> None:
    event = turn_events.ChatOpened(long_view(count, 2_000, 3_000))  # type: ignore[arg-type]

    frame = turn_frame(event, TO, max_bytes)

    assert len(encode(frame)) <= max_bytes
    assert check_frame(frame) == []
    assert frame["payload"] is not None
    assert list(frame["payload"]["messages"]) == frame["payload"]["message_ids"]


def test_old_reasoning_goes_before_whole_messages_and_the_newest_stays() -> None:
    view = long_view(10, 10_000, 8_000)

    payload = chat_payload(view, 131_072)  # type: ignore[arg-type]

    thoughts = [len(payload["messages"][id_]["reasoning_message_ids"]) for id_ in payload["message_ids"]]
    assert len(thoughts) == 10
    assert thoughts == sorted(thoughts)
    assert thoughts[0] == 0
    assert thoughts[-1] == 1
