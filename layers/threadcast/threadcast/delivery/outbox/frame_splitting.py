"""Splits an event that is too large for a frame into smaller ones that fold to the same chat."""

from dataclasses import replace

from threadcast.domain.message import TextResponse
from threadcast.domain.streamed_parts import (
    AnswerDelta,
    AnswerEnd,
    AnswerSnapshot,
    ReasoningDelta,
    ReasoningSnapshot,
    TitleDelta,
)
from threadcast.domain.turn_events import TurnEvent

__all__ = ["split"]


def split(event: TurnEvent) -> tuple[TurnEvent, ...]:
    """Return smaller events that replace the event, in order; empty where it cannot be split.

    A whole text that is too long is left out of the event that ends it: the client has it from the deltas.
    """
    match event:
        case AnswerSnapshot(part=TextResponse(is_final=True) as part):
            return (AnswerEnd(part.id, part.originating_tool_name),)
        case AnswerSnapshot(part=TextResponse(text=text) as part) if len(text) > 1:
            half = len(text) // 2
            begun = AnswerSnapshot(replace(part, text=text[:half]))
            return begun, AnswerDelta(part.id, text[half:], part.originating_tool_name)
        case ReasoningSnapshot(part=part) if part.text:
            return (ReasoningSnapshot(replace(part, text="")),)
        case TitleDelta(text=text) | ReasoningDelta(text=text) | AnswerDelta(text=text) if len(text) > 1:
            half = len(text) // 2
            return replace(event, text=text[:half]), replace(event, text=text[half:])
        case _:
            return ()
