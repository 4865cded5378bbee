"""One question and all that was said in answer to it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from threadcast.domain.asset import FileType
from threadcast.errors import ErrorCode

__all__ = [
    "FileNote",
    "FileResponse",
    "FilesStep",
    "Message",
    "Outcome",
    "Pill",
    "PillContainer",
    "PillsStep",
    "ReasoningPart",
    "ReasoningText",
    "ReplyMetadata",
    "ResponsePart",
    "Sender",
    "StepFile",
    "StepStatus",
    "TextResponse",
]

StepStatus = Literal["loading", "completed", "failed"]


@dataclass(frozen=True, slots=True)
class Sender:
    """The user as a message remembers them."""

    id: str
    name: str
    avatar: str | None = None


@dataclass(frozen=True, slots=True)
class ReplyMetadata:
    """What every frame about a message repeats of the request that opened it."""

    route: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class TextResponse:
    """A piece of the answer; `is_final` once no more text will follow."""

    id: str
    text: str
    is_final: bool
    originating_tool_name: str | None = None


@dataclass(frozen=True, slots=True)
class FileNote:
    """What happened to a file, and when (epoch seconds)."""

    status: StepStatus
    message: str
    timestamp: int


@dataclass(frozen=True, slots=True)
class FileResponse:
    """A file that the answer hands over; `version_id` is the asset's id for one that was not made here."""

    id: str
    file_type: FileType
    file_name: str
    version_number: int
    version_id: str
    filter_version_id: str | None = None
    notes: tuple[FileNote, ...] = ()


ResponsePart = TextResponse | FileResponse


@dataclass(frozen=True, slots=True)
class ReasoningText:
    """A thought of the agent; `secondary_title` tells how long it took once it has ended."""

    id: str
    title: str
    secondary_title: str | None
    text: str
    status: StepStatus


@dataclass(frozen=True, slots=True)
class Pill:
    """A thing that a step found."""

    id: str
    text: str
    type: str


@dataclass(frozen=True, slots=True)
class PillContainer:
    """A titled group of found things."""

    title: str
    pills: tuple[Pill, ...]


@dataclass(frozen=True, slots=True)
class PillsStep:
    """A step of the agent and what it found; a later one of the same id replaces it."""

    id: str
    title: str
    secondary_title: str | None
    containers: tuple[PillContainer, ...]
    status: StepStatus


@dataclass(frozen=True, slots=True)
class StepFile:
    """A file that a step is making, with its whole text so far."""

    id: str
    file_type: FileType
    file_name: str
    version_number: int
    version_id: str
    status: StepStatus
    text: str


@dataclass(frozen=True, slots=True)
class FilesStep:
    """A step of the agent that makes files; a later one of the same id replaces it."""

    id: str
    title: str
    secondary_title: str | None
    status: StepStatus
    files: tuple[StepFile, ...]


ReasoningPart = ReasoningText | PillsStep | FilesStep


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a turn ended. Decided once; `code`, `explanation` and `reference_id` only where it failed."""

    kind: Literal["completed", "stopped", "failed"]
    code: ErrorCode | None = None
    explanation: str | None = None
    reference_id: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A turn of a chat: the prompt (None for a prompt-less one), the reasoning, the answer, the outcome.

    `number` orders the messages of a chat and is a counter, never a clock. `outcome` is None while the
    turn waits or runs; `outcome_sent` once nobody else need tell it. `untold` are the ids of the connections
    that its terminal frame may still reach, None while nobody has said. `cached_tokens` are a part of
    `input_tokens`; `estimated_tokens` are those of input and output that the model's endpoint has not told;
    `cost_usd` is None where no prices are known. Clients are told none of these.
    """

    id: str
    chat_id: str
    number: int
    prompt: str | None
    sender: Sender
    created_at: datetime
    updated_at: datetime
    echo: ReplyMetadata = ReplyMetadata()
    reasoning: tuple[ReasoningPart, ...] = ()
    responses: tuple[ResponsePart, ...] = ()
    final_reasoning: str | None = None
    outcome: Outcome | None = None
    outcome_sent: bool = False
    untold: tuple[str, ...] | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost_usd: Decimal | None = None
    estimated_tokens: int = 0
