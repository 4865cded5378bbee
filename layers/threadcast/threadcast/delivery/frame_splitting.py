"""Splits an event that is too large for a frame into smaller ones that fold to the same chat."""

from dataclasses import replace

from threadcast.domain.turn_events import (
    AnswerClosed,
    AnswerExtended,
    AnswerSoFar,
    ReasoningClosed,
    ReasoningExtended,
    TitleExtended,
    TurnEvent,
)

__all__ = ["split"]


def split(event: TurnEvent) -> tuple[TurnEvent, ...]:
    """Return smaller events that replace the event, in order; empty where it cannot be split.

    A whole text that is too long is left out of its closing event: the client has it from the chunks.
    """
    match event:
        case AnswerSoFar(text=text) if len(text) > 1:
            half = len(text) // 2
            return replace(event, text=text[:half]), AnswerExtended(event.id, text[half:], event.tool)
        case AnswerClosed(text=str()):
            return (replace(event, text=None),)
        case ReasoningClosed(reasoning=reasoning) if reasoning.text:
            return (ReasoningClosed(replace(reasoning, text="")),)
        case TitleExtended(text=text) | ReasoningExtended(text=text) | AnswerExtended(text=text) if (
            len(text) > 1
        ):
            half = len(text) // 2
            return replace(event, text=text[:half]), replace(event, text=text[half:])
        case _:
            return ()
