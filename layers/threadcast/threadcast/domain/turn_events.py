"""The events of a turn, in order: the vocabulary between the use cases and the protocol.

Every event is complete: with the ids of the chat and the message, it makes a frame for a client that has
received all the former ones.
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
    """The chat and the new message are stored; also the first event of a snapshot."""

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
    """More of a reasoning text (a chunk)."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningClosed:
    """A whole reasoning text, completed or failed."""

    reasoning: ReasoningText


@dataclass(frozen=True, slots=True)
class PillsChanged:
    """A reasoning step with the items it found so far."""

    step: PillsStep


@dataclass(frozen=True, slots=True)
class FilesChanged:
    """A reasoning step with the files it made so far."""

    step: FilesStep


@dataclass(frozen=True, slots=True)
class AnswerExtended:
    """More of the answer (a chunk)."""

    id: str
    text: str
    tool: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerSoFar:
    """A part of the answer, whole so far: an event of a snapshot; more follows."""

    id: str
    text: str
    tool: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerClosed:
    """A part of the answer, whole; `text` is None where it is too long for a frame: it was sent in chunks."""

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
"""Events that hold new text only: they may be delayed and merged with the next ones."""


def continues(first: TurnEvent, second: TurnEvent) -> bool:
    """Return whether both are chunks of the same text, so that one event can replace them."""
    if isinstance(first, AnswerExtended) and isinstance(second, AnswerExtended):
        return first.id == second.id
    if isinstance(first, ReasoningExtended) and isinstance(second, ReasoningExtended):
        return first.id == second.id
    return isinstance(first, TitleExtended) and isinstance(second, TitleExtended)


def merged(chunks: Sequence[TurnEvent]) -> TurnEvent:
    """Return one event for these: a single event, or chunks of which each `continues` the former."""
    last = chunks[-1]
    if len(chunks) == 1 or not isinstance(last, Chunk):
        return last
    return replace(last, text="".join(chunk.text for chunk in chunks if isinstance(chunk, Chunk)))
