"""One question and its answer."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

from threadcast.domain.asset import FileType
from threadcast.errors import ErrorCode

__all__ = [
    "FORMER_USER",
    "REDACTED",
    "FileNote",
    "FileResponse",
    "FilesStep",
    "Message",
    "Outcome",
    "Pill",
    "PillContainer",
    "PillsStep",
    "Rating",
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
Rating = Literal["positive", "negative"]


@dataclass(frozen=True, slots=True)
class Sender:
    """The user who sent a message, as stored with it."""

    id: str
    name: str
    avatar: str | None = None


FORMER_USER = Sender("00000000-0000-0000-0000-000000000000", "Former user")
"""The sender of messages whose sender was erased."""

REDACTED = "This message was erased."
"""The prompt of such a message."""


@dataclass(frozen=True, slots=True)
class ReplyMetadata:
    """The fields of a request that every frame about its message repeats."""

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
    """A file of the answer; `version_id` is the asset's id for a file that the turn did not make."""

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
    """A reasoning text; `secondary_title` is how long it took, once it has ended."""

    id: str
    title: str
    secondary_title: str | None
    text: str
    status: StepStatus


@dataclass(frozen=True, slots=True)
class Pill:
    """One item that a reasoning step found."""

    id: str
    text: str
    type: str


@dataclass(frozen=True, slots=True)
class PillContainer:
    """A titled group of items."""

    title: str
    pills: tuple[Pill, ...]


@dataclass(frozen=True, slots=True)
class PillsStep:
    """A reasoning step and the items it found; a later step with the same id replaces it.

    `secondary_title` is how long it took, once it has ended.
    """

    id: str
    title: str
    containers: tuple[PillContainer, ...] = ()
    status: StepStatus = "completed"
    secondary_title: str | None = None


@dataclass(frozen=True, slots=True)
class StepFile:
    """A file that a reasoning step makes, with its whole text so far."""

    id: str
    file_type: FileType
    file_name: str
    version_number: int
    version_id: str
    status: StepStatus
    text: str


@dataclass(frozen=True, slots=True)
class FilesStep:
    """A reasoning step that makes files; a later step with the same id replaces it.

    `secondary_title` is how long it took, once it has ended.
    """

    id: str
    title: str
    files: tuple[StepFile, ...] = ()
    status: StepStatus = "completed"
    secondary_title: str | None = None


ReasoningPart = ReasoningText | PillsStep | FilesStep


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a turn ended; decided once. `code`, `explanation` and `reference_id` are set for a failure only."""

    kind: Literal["completed", "stopped", "failed"]
    code: ErrorCode | None = None
    explanation: str | None = None
    reference_id: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A turn of a chat: the prompt (None for a prompt-less turn), the reasoning, the answer, the outcome.

    `number` orders the messages of a chat; it is a counter. `outcome` is None until the turn has ended.
    `outcome_sent` means that the terminal frame needs no other delivery. `untold` are the ids of the
    connections that the terminal frame may still reach; None until that is recorded. `deliverer` identifies
    the process that records the delivery; None before the first record. `cached_tokens` are part
    of `input_tokens`; `estimated_tokens` are the tokens that the model's endpoint did not report. `cost_usd`
    is None where no prices are configured. Tokens and cost are not sent to clients. `feedback` is the rating
    that was given last.
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
    deliverer: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost_usd: Decimal | None = None
    estimated_tokens: int = 0
    feedback: Rating | None = None

    def close_parts(self) -> "Message":
        """Return the message with every part ended: texts are final, reasoning under way has failed."""
        return replace(
            self,
            responses=tuple(
                replace(part, is_final=True) if isinstance(part, TextResponse) else part
                for part in self.responses
            ),
            reasoning=tuple(
                replace(part, status="failed") if part.status == "loading" else part
                for part in self.reasoning
            ),
        )

    def copy(self, id_: str, chat_id: str, number: int) -> "Message":
        """Return the ended message in another chat, without its cost, its feedback and its delivery."""
        return Message(
            id_,
            chat_id,
            number,
            self.prompt,
            self.sender,
            self.created_at,
            self.updated_at,
            reasoning=self.reasoning,
            responses=self.responses,
            final_reasoning=self.final_reasoning,
            outcome=self.outcome,
            outcome_sent=True,
        )

    def redact(self) -> "Message":
        """Return the message without its sender, its texts and its answer; what frames need of it remains."""
        return replace(
            self,
            prompt=None if self.prompt is None else REDACTED,
            sender=FORMER_USER,
            echo=ReplyMetadata(),
            reasoning=(),
            responses=(),
            final_reasoning=None,
        )

    def close(self, outcome: Outcome, now: datetime) -> "Message":
        """Return the message with its outcome, decided now."""
        return replace(self, outcome=outcome, updated_at=now)
