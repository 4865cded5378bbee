"""Builds the reasoning of a message: texts and steps, and how long each took."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Literal

from threadcast.domain import turn_events
from threadcast.domain.message import FilesStep, PillsStep, ReasoningPart, ReasoningText, StepStatus
from threadcast.ports import agent_events as said
from threadcast.turns.message.streaming_part import StreamingPart, duration_words, part_id

__all__ = ["ReasoningBuilder"]


class ReasoningBuilder:
    """Reasoning texts and steps by id, in order of first appearance."""

    def __init__(self, message_id: str, now: Callable[[], datetime]) -> None:
        self._message_id = message_id
        self._now = now
        self._parts: dict[str, ReasoningPart | StreamingPart] = {}
        self._started: dict[str, datetime] = {}
        self._ended_at: datetime | None = None

    def extend(self, event: said.ReasoningExtended) -> Iterator[turn_events.TurnEvent]:
        """Extend a text; one that has ended stays as it was delivered."""
        if not event.text:
            return
        id_ = self._begin(event.step)
        part = self._parts.setdefault(id_, StreamingPart())
        if isinstance(part, StreamingPart):
            part.title = event.title
            part.pieces.append(event.text)
            yield turn_events.ReasoningExtended(id_, event.title, event.text)

    def end(self, event: said.ReasoningEnded) -> Iterator[turn_events.TurnEvent]:
        """End a text: it is complete, or has failed."""
        id_ = self._id(event.step)
        part = self._parts.get(id_)
        if isinstance(part, StreamingPart):
            part.title = event.title or part.title
            yield self._closed(id_, part, "failed" if event.failed else "completed")

    def show_pills(self, event: said.PillsShown) -> Iterator[turn_events.TurnEvent]:
        """Replace the items that a step has found."""
        id_ = self._begin(event.step)
        lasted = self._lasted(id_, event.status)
        yield self._shown(PillsStep(id_, event.title, lasted, event.containers, event.status))

    def show_files(self, event: said.FilesShown) -> Iterator[turn_events.TurnEvent]:
        """Replace the files that a step has made."""
        id_ = self._begin(event.step)
        lasted = self._lasted(id_, event.status)
        yield self._shown(FilesStep(id_, event.title, lasted, event.status, event.files))

    def close(self, status: Literal["completed", "failed"]) -> Iterator[turn_events.TurnEvent]:
        """End every open text and step."""
        for id_, part in self._parts.items():
            if isinstance(part, StreamingPart):
                yield self._closed(id_, part, status)
            elif not isinstance(part, ReasoningText) and part.status == "loading":
                yield self._shown(replace(part, status=status, secondary_title=self._lasted(id_, status)))

    def parts(self) -> tuple[ReasoningPart, ...]:
        """Return every part so far; an open one has the status `loading`."""
        return tuple(
            ReasoningText(id_, part.title, None, part.text, "loading")
            if isinstance(part, StreamingPart)
            else part
            for id_, part in self._parts.items()
        )

    def summary(self) -> str | None:
        """Return the total time, as `Reasoned for 12 seconds`; None before any reasoning has ended."""
        if not self._started or self._ended_at is None:
            return None
        return f"Reasoned for {duration_words(self._ended_at - min(self._started.values()))}"

    def _id(self, step: str) -> str:
        return part_id(self._message_id, "reasoning", step)

    def _begin(self, step: str) -> str:
        id_ = self._id(step)
        self._started.setdefault(id_, self._now())
        return id_

    def _shown(self, step: PillsStep | FilesStep) -> turn_events.TurnEvent:
        self._parts[step.id] = step
        if isinstance(step, PillsStep):
            return turn_events.PillsChanged(step)
        return turn_events.FilesChanged(step)

    def _closed(self, id_: str, part: StreamingPart, status: StepStatus) -> turn_events.ReasoningClosed:
        closed = ReasoningText(id_, part.title, self._lasted(id_, status), part.text, status)
        self._parts[id_] = closed
        return turn_events.ReasoningClosed(closed)

    def _lasted(self, id_: str, status: StepStatus) -> str | None:
        if status == "loading":
            return None
        self._ended_at = self._now()
        return duration_words(self._ended_at - self._started[id_])
