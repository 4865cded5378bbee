"""One event of each kind that a turn publishes, and chats of any size."""

from tests.delivery.simulation import ALICE, CHAT_ID, EPOCH, MESSAGE_ID, opened_view
from threadcast.domain.address import Address
from threadcast.domain.chat import ChatView
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
from threadcast.domain.streamed_parts import (
    AnswerDelta,
    AnswerEnd,
    AnswerSnapshot,
    ReasoningDelta,
    ReasoningSnapshot,
    StepSnapshot,
    TitleDelta,
    TitleEnd,
)
from threadcast.domain.turn_events import ChatOpened, TurnCompleted, TurnEvent, TurnFailed

PART_ID = "99999999-9999-4999-8999-999999999999"
TO = Address("/chats/post", "r-1", CHAT_ID, MESSAGE_ID, ALICE)
FILE = FileResponse(
    PART_ID, "metric", "Wind", 1, PART_ID, None, (FileNote("completed", "Opened", 1_772_366_400),)
)
TEXT_STEP = ReasoningText(PART_ID, "Thinking", "0.4 seconds", "hm", "completed")
PILLS_STEP = PillsStep(
    PART_ID, "Found", (PillContainer("Columns", (Pill("p", "year", "column"),)),), "loading"
)
FILES_STEP = FilesStep(
    PART_ID,
    "Made",
    (StepFile(PART_ID, "metric", "Wind", 1, PART_ID, "completed", "name:"),),
    "completed",
    "2 seconds",
)
FAILED = Outcome("failed", "INTERNAL_SERVER_ERROR", "It broke.", "ref-1")

EVENTS: list[tuple[TurnEvent, str, str | None]] = [
    (ChatOpened(opened_view()), "initializeChat", None),
    (TitleDelta("Wi"), "generatingTitle", "in_progress"),
    (TitleEnd("Wind"), "generatingTitle", "completed"),
    (
        ReasoningDelta(PART_ID, "Thinking", "hm"),
        "generatingReasoningMessage",
        "in_progress",
    ),
    (ReasoningSnapshot(TEXT_STEP), "generatingReasoningMessage", "completed"),
    (StepSnapshot(PILLS_STEP), "generatingReasoningMessage", "in_progress"),
    (StepSnapshot(FILES_STEP), "generatingReasoningMessage", "completed"),
    (AnswerDelta(PART_ID, "Hel"), "generatingResponseMessage", "in_progress"),
    (
        AnswerSnapshot(TextResponse(PART_ID, "Hel", is_final=False)),
        "generatingResponseMessage",
        "in_progress",
    ),
    (AnswerSnapshot(TextResponse(PART_ID, "Hello", is_final=True)), "generatingResponseMessage", "completed"),
    (AnswerEnd(PART_ID), "generatingResponseMessage", "completed"),
    (AnswerSnapshot(FILE), "generatingResponseMessage", "completed"),
    (TurnCompleted(opened_view()), "complete", None),
    (TurnFailed(FAILED), "postThread", None),
]
"""Every event, with the name and the progress of its frame."""


def view_of_messages(count: int, text_bytes: int, reasoning_bytes: int) -> ChatView:
    """Return a chat of `count` messages, each with one text and one step of these sizes."""
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
            reasoning=(ReasoningText(PART_ID, "Thinking", None, "h" * reasoning_bytes, "completed"),),
            responses=(TextResponse(PART_ID, "é" * (text_bytes // 2), is_final=True),),
        )
        for number in range(count)
    )
    return ChatView(view.chat, messages, view.role)
