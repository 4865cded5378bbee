"""Ids of parts: the one place where an agent's keys become ids."""

from dataclasses import replace
from functools import lru_cache
from typing import Literal
from uuid import UUID, uuid5

from threadcast.domain.streamed_parts import (
    AnswerDelta,
    AnswerEnd,
    ReasoningDelta,
    ReasoningEnd,
    StepSnapshot,
)
from threadcast.ports.agent_events import AgentEvent, FileMade

__all__ = ["part_id", "with_id"]


@lru_cache(maxsize=256)
def part_id(message_id: str, kind: Literal["reasoning", "response"], key: str) -> str:
    """Return the UUID of a message's part; the same key always has the same id."""
    return str(uuid5(UUID(message_id), f"{kind}:{key}"))


def with_id(event: AgentEvent, message_id: str) -> AgentEvent:
    """Return the event with the id of its part in place of the agent's key."""
    match event:
        case AnswerDelta(id=key, text=text, tool=tool):
            return AnswerDelta(part_id(message_id, "response", key), text, tool)
        case AnswerEnd() | FileMade():
            return replace(event, id=part_id(message_id, "response", event.id))
        case ReasoningDelta() | ReasoningEnd():
            return replace(event, id=part_id(message_id, "reasoning", event.id))
        case StepSnapshot(part=part):
            return StepSnapshot(replace(part, id=part_id(message_id, "reasoning", part.id)))
        case _:
            return event
