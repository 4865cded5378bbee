"""Builds the answer of a message: its texts and files, in order of first appearance."""

from collections.abc import Callable, Iterator
from datetime import datetime

from threadcast.assets import kinds
from threadcast.domain.asset import AssetRef
from threadcast.domain.message import FileNote, FileResponse, ResponsePart, TextResponse
from threadcast.domain.streamed_parts import AnswerDelta, AnswerEnd, AnswerSnapshot
from threadcast.ports.agent_events import FileMade
from threadcast.turns.message.streaming_part import StreamingPart

__all__ = ["AnswerBuilder", "file_response"]


class AnswerBuilder:
    """The parts of an answer by id; `last_file` is the newest file, None without one, in `last_version`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._parts: dict[str, ResponsePart | StreamingPart] = {}
        self.last_file: AssetRef | None = None
        self.last_version: int | None = None

    def extend(self, event: AnswerDelta) -> Iterator[AnswerDelta]:
        """Extend a text; one that has ended stays as it was delivered."""
        if not event.text:
            return
        part = self._parts.setdefault(event.id, StreamingPart(tool=event.tool))
        if isinstance(part, StreamingPart):
            part.pieces.append(event.text)
            yield AnswerDelta(event.id, event.text, part.tool)

    def end(self, event: AnswerEnd) -> Iterator[AnswerSnapshot]:
        """End a text."""
        part = self._parts.get(event.id)
        if isinstance(part, StreamingPart):
            yield self._closed(event.id, part)

    def attach(self, event: FileMade) -> Iterator[AnswerSnapshot]:
        """Add a file."""
        file = file_response(event.id, event.asset, event.name, event.note, self._now(), event.version_number)
        self._parts[event.id] = file
        self.last_file, self.last_version = event.asset, event.version_number
        yield AnswerSnapshot(file)

    def close(self) -> Iterator[AnswerSnapshot]:
        """End every open text."""
        for id_, part in self._parts.items():
            if isinstance(part, StreamingPart):
                yield self._closed(id_, part)

    def parts(self) -> tuple[ResponsePart, ...]:
        """Return every part so far."""
        return tuple(
            _text(id_, part) if isinstance(part, StreamingPart) else part for id_, part in self._parts.items()
        )

    def open_texts(self) -> tuple[AnswerSnapshot, ...]:
        """Return the open texts, whole so far."""
        return tuple(
            AnswerSnapshot(_text(id_, part))
            for id_, part in self._parts.items()
            if isinstance(part, StreamingPart)
        )

    def _closed(self, id_: str, part: StreamingPart) -> AnswerSnapshot:
        text = _text(id_, part, is_final=True)
        self._parts[id_] = text
        return AnswerSnapshot(text)


def _text(id_: str, part: StreamingPart, *, is_final: bool = False) -> TextResponse:
    return TextResponse(id_, part.text, is_final=is_final, originating_tool_name=part.tool)


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
