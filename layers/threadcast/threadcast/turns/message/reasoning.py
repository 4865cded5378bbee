"""Builds the reasoning of a message: texts and steps, and how long each took."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Literal

from threadcast.domain.message import FilesStep, PillsStep, ReasoningPart, ReasoningText, StepStatus
from threadcast.domain.streamed_parts import ReasoningDelta, ReasoningEnd, ReasoningSnapshot, StepSnapshot
from threadcast.turns.message.streaming_part import StreamingPart, duration_words

__all__ = ["ReasoningBuilder"]


class ReasoningBuilder:
    """Reasoning texts and steps by id, in order of first appearance."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._parts: dict[str, ReasoningPart | StreamingPart] = {}
        self._started: dict[str, datetime] = {}
        self._ended_at: datetime | None = None

    def extend(self, event: ReasoningDelta) -> Iterator[ReasoningDelta]:
        """Extend a text; one that has ended stays as it was delivered."""
        if not event.text:
            return
        self._begin(event.id)
        part = self._parts.setdefault(event.id, StreamingPart())
        if isinstance(part, StreamingPart):
            part.title = event.title
            part.pieces.append(event.text)
            yield event

    def end(self, event: ReasoningEnd) -> Iterator[ReasoningSnapshot]:
        """End a text: it is complete, or has failed."""
        part = self._parts.get(event.id)
        if isinstance(part, StreamingPart):
            part.title = event.title or part.title
            yield self._closed(event.id, part, "failed" if event.failed else "completed")

    def show(self, event: StepSnapshot) -> Iterator[StepSnapshot]:
        """Replace a step."""
        self._begin(event.part.id)
        yield self._shown(event.part, event.part.status)

    def close(self, status: Literal["completed", "failed"]) -> Iterator[ReasoningSnapshot | StepSnapshot]:
        """End every open text and step."""
        for id_, part in self._parts.items():
            if isinstance(part, StreamingPart):
                yield self._closed(id_, part, status)
            elif not isinstance(part, ReasoningText) and part.status == "loading":
                yield self._shown(part, status)

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

    def _begin(self, id_: str) -> None:
        self._started.setdefault(id_, self._now())

    def _closed(self, id_: str, part: StreamingPart, status: StepStatus) -> ReasoningSnapshot:
        closed = ReasoningText(id_, part.title, self._lasted(id_, status), part.text, status)
        self._parts[id_] = closed
        return ReasoningSnapshot(closed)

    def _shown(self, step: PillsStep | FilesStep, status: StepStatus) -> StepSnapshot:
        shown = replace(step, status=status, secondary_title=self._lasted(step.id, status))
        self._parts[step.id] = shown
        return StepSnapshot(shown)

    def _lasted(self, id_: str, status: StepStatus) -> str | None:
        if status == "loading":
            return None
        self._ended_at = self._now()
        return duration_words(self._ended_at - self._started[id_])
