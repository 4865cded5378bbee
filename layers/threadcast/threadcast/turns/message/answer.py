"""Builds the answer of a message: its texts and files, in order of first appearance."""

from collections.abc import Callable, Iterator
from datetime import datetime

from threadcast.assets import kinds
from threadcast.domain import turn_events
from threadcast.domain.asset import AssetRef
from threadcast.domain.message import FileNote, FileResponse, ResponsePart, TextResponse
from threadcast.ports import agent_events as said
from threadcast.turns.message.streaming_part import StreamingPart, part_id

__all__ = ["AnswerBuilder", "file_response"]


class AnswerBuilder:
    """The parts of an answer by id; `last_file` is the newest file, None without one."""

    def __init__(self, message_id: str, now: Callable[[], datetime]) -> None:
        self._message_id = message_id
        self._now = now
        self._parts: dict[str, ResponsePart | StreamingPart] = {}
        self.last_file: AssetRef | None = None

    def extend(self, event: said.AnswerExtended) -> Iterator[turn_events.TurnEvent]:
        """Extend a text; one that has ended stays as it was delivered."""
        if not event.text:
            return
        id_ = self._id(event.part)
        part = self._parts.setdefault(id_, StreamingPart(tool=event.tool))
        if isinstance(part, StreamingPart):
            part.pieces.append(event.text)
            yield turn_events.AnswerExtended(id_, event.text, part.tool)

    def end(self, event: said.AnswerEnded) -> Iterator[turn_events.TurnEvent]:
        """End a text."""
        id_ = self._id(event.part)
        part = self._parts.get(id_)
        if isinstance(part, StreamingPart):
            yield self._closed(id_, part)

    def attach(self, event: said.FileMade) -> Iterator[turn_events.TurnEvent]:
        """Add a file."""
        id_ = self._id(event.part)
        file = file_response(id_, event.asset, event.name, event.note, self._now(), event.version_number)
        self._parts[id_] = file
        self.last_file = event.asset
        yield turn_events.FileAttached(file)

    def close(self) -> Iterator[turn_events.TurnEvent]:
        """End every open text."""
        for id_, part in self._parts.items():
            if isinstance(part, StreamingPart):
                yield self._closed(id_, part)

    def parts(self) -> tuple[ResponsePart, ...]:
        """Return every part so far."""
        return tuple(
            TextResponse(id_, part.text, is_final=False, originating_tool_name=part.tool)
            if isinstance(part, StreamingPart)
            else part
            for id_, part in self._parts.items()
        )

    def growing(self) -> tuple[turn_events.AnswerSoFar, ...]:
        """Return the open texts, whole so far."""
        return tuple(
            turn_events.AnswerSoFar(id_, part.text, part.tool)
            for id_, part in self._parts.items()
            if isinstance(part, StreamingPart)
        )

    def _id(self, key: str) -> str:
        return part_id(self._message_id, "response", key)

    def _closed(self, id_: str, part: StreamingPart) -> turn_events.AnswerClosed:
        text = part.text
        self._parts[id_] = TextResponse(id_, text, is_final=True, originating_tool_name=part.tool)
        return turn_events.AnswerClosed(id_, text, part.tool)


def file_response(
    id_: str, asset: AssetRef, name: str, note: str, at: datetime, version_number: int = 1
) -> FileResponse:
    """Return a file of an answer, with one note that says what was done with it at `at`."""
    return FileResponse(
        id=id_,
        file_type=kinds.startable_kind(asset.type).file_type,
        file_name=name,
        version_number=version_number,
        version_id=asset.id,
        notes=(FileNote("completed", note, int(at.timestamp())),),
    )
