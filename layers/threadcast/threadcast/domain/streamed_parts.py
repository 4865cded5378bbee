"""The parts of a turn as they are streamed: texts by deltas and an end, everything else by snapshots.

Agents emit these events and turns publish them. An agent names a part by a key of its own choice, unique
among the parts of one kind in one answer; `MessageBuilder` replaces it by the part's id. The first delta
starts a part.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from threadcast.domain.message import FilesStep, PillsStep, ReasoningText, ResponsePart

__all__ = [
    "AnswerDelta",
    "AnswerEnd",
    "AnswerSnapshot",
    "Delta",
    "ReasoningDelta",
    "ReasoningEnd",
    "ReasoningSnapshot",
    "StepSnapshot",
    "TitleDelta",
    "TitleEnd",
    "continues",
    "merged",
]

_Event = TypeVar("_Event")


@dataclass(frozen=True, slots=True)
class TitleDelta:
    """More of the chat's title."""

    text: str


@dataclass(frozen=True, slots=True)
class TitleEnd:
    """The chat's whole title."""

    title: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """More of a reasoning text."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningEnd:
    """A reasoning text is complete (or `failed`); `title` replaces the former title unless it is None."""

    id: str
    title: str | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class ReasoningSnapshot:
    """A reasoning text that has ended, whole."""

    part: ReasoningText


@dataclass(frozen=True, slots=True)
class StepSnapshot:
    """A reasoning step as it is now; it replaces the former step with the same id."""

    part: PillsStep | FilesStep


@dataclass(frozen=True, slots=True)
class AnswerDelta:
    """More of a text of the answer. `tool` names the tool it came from, if one did."""

    id: str
    text: str
    tool: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerEnd:
    """A text of the answer is complete; its deltas have all of it."""

    id: str
    tool: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerSnapshot:
    """A text or file of the answer, whole; after a text that is not final, more deltas follow."""

    part: ResponsePart


Delta = TitleDelta | ReasoningDelta | AnswerDelta
"""Events that hold new text only: they may be delayed and merged with the next ones."""


def continues(first: object, second: object) -> bool:
    """Return whether both are deltas of the same text, so that one event can replace them."""
    if isinstance(first, AnswerDelta) and isinstance(second, AnswerDelta):
        return first.id == second.id
    if isinstance(first, ReasoningDelta) and isinstance(second, ReasoningDelta):
        return first.id == second.id
    return isinstance(first, TitleDelta) and isinstance(second, TitleDelta)


def merged(events: Sequence[_Event]) -> _Event:
    """Return one event for these: a single event, or deltas of which each `continues` the former."""
    last = events[-1]
    if len(events) == 1 or not isinstance(last, Delta):
        return last
    return replace(last, text="".join(event.text for event in events if isinstance(event, Delta)))
