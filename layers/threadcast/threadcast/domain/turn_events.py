"""What a turn produces, in order: the one vocabulary between the use cases and the wire.

Every event is self-sufficient: with the chat's and message's ids it can be told to a client that heard
all the former ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from threadcast.domain.chat import ChatView
from threadcast.domain.message import FileResponse, FilesStep, Outcome, PillsStep, ReasoningText

__all__ = [
    "AnswerClosed",
    "AnswerExtended",
    "AnswerSoFar",
    "ChatOpened",
    "Chunk",
    "FileAttached",
    "FilesChanged",
    "PillsChanged",
    "ReasoningClosed",
    "ReasoningExtended",
    "TerminalEvent",
    "TitleDecided",
    "TitleExtended",
    "TurnCompleted",
    "TurnEvent",
    "TurnFailed",
    "continues",
    "merged",
]


@dataclass(frozen=True, slots=True)
class ChatOpened:
    """The chat and the new message are stored; also how a newcomer is brought up to date."""

    view: ChatView


@dataclass(frozen=True, slots=True)
class TitleExtended:
    """More of the title (a chunk)."""

    text: str


@dataclass(frozen=True, slots=True)
class TitleDecided:
    """The whole title."""

    title: str


@dataclass(frozen=True, slots=True)
class ReasoningExtended:
    """More of a thought (a chunk)."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningClosed:
    """A thought, whole, completed or failed."""

    reasoning: ReasoningText


@dataclass(frozen=True, slots=True)
class PillsChanged:
    """A step and what it found so far."""

    step: PillsStep


@dataclass(frozen=True, slots=True)
class FilesChanged:
    """A step and the files it has made so far."""

    step: FilesStep


@dataclass(frozen=True, slots=True)
class AnswerExtended:
    """More of the answer (a chunk)."""

    id: str
    text: str
    tool: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerSoFar:
    """All of an answer's part up to now, for a connection that is brought up to date; more will follow."""

    id: str
    text: str
    tool: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerClosed:
    """A part of the answer, whole; `text` is None where it is too long for a frame and was told in chunks."""

    id: str
    text: str | None
    tool: str | None = None


@dataclass(frozen=True, slots=True)
class FileAttached:
    """A file belongs to the answer."""

    file: FileResponse


@dataclass(frozen=True, slots=True)
class TurnCompleted:
    """The last event of a turn that succeeded or was stopped: the chat in its final state."""

    view: ChatView


@dataclass(frozen=True, slots=True)
class TurnFailed:
    """The last event of a turn that failed; `outcome.kind` is `failed`."""

    outcome: Outcome


TerminalEvent = TurnCompleted | TurnFailed

TurnEvent = (
    ChatOpened
    | TitleExtended
    | TitleDecided
    | ReasoningExtended
    | ReasoningClosed
    | PillsChanged
    | FilesChanged
    | AnswerExtended
    | AnswerSoFar
    | AnswerClosed
    | FileAttached
    | TerminalEvent
)

Chunk = TitleExtended | ReasoningExtended | AnswerExtended
"""Events that hold new text only, so that they may wait a little and merge with what follows."""


def continues(first: TurnEvent, second: TurnEvent) -> bool:
    """Whether both are chunks of the same text, so that one event can say what these neighbours say."""
    if isinstance(first, AnswerExtended) and isinstance(second, AnswerExtended):
        return first.id == second.id
    if isinstance(first, ReasoningExtended) and isinstance(second, ReasoningExtended):
        return first.id == second.id
    return isinstance(first, TitleExtended) and isinstance(second, TitleExtended)


def merged(chunks: Sequence[TurnEvent]) -> TurnEvent:
    """One event that says what these neighbours say: one event alone, or chunks that `continues` links."""
    last = chunks[-1]
    if len(chunks) == 1 or not isinstance(last, Chunk):
        return last
    return replace(last, text="".join(chunk.text for chunk in chunks if isinstance(chunk, Chunk)))
