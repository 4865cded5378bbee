"""Makes an agent's events fit to be stored and sent: whole characters, parts that fit the smallest frame."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import assert_never

from threadcast.domain.message import (
    FilesStep,
    Pill,
    PillContainer,
    PillsStep,
    StepFile,
)
from threadcast.domain.streamed_parts import (
    AnswerDelta,
    AnswerEnd,
    ReasoningDelta,
    ReasoningEnd,
    StepSnapshot,
    TitleDelta,
    TitleEnd,
)
from threadcast.domain.text import MAX_TITLE_CHARACTERS, clean, cut, json_size
from threadcast.ports.agent_events import AgentEvent, FileMade, TokensUsed

__all__ = ["PART_BYTES", "AgentEventSanitizer", "weight"]

_LABEL_CHARACTERS = MAX_TITLE_CHARACTERS
"""The longest title, name or note; a longer one is cut."""

_STEP_BYTES = 24_576
"""The largest step of pills or files: it is sent in one frame, perhaps one of 32 KB."""

PART_BYTES = 384
"""The size of a part's fields without its texts."""

_PILL_BYTES = 64


class AgentEventSanitizer:
    """Sanitizes the events of one turn. Half of a surrogate pair is held back until the other half comes."""

    def __init__(self) -> None:
        self._halves: dict[str, str] = {}
        self._title_room = _LABEL_CHARACTERS

    def sanitize(self, event: AgentEvent) -> AgentEvent:  # noqa: PLR0911 - one for each event
        """Return the event without anything that cannot be stored or sent."""
        match event:
            case AnswerDelta(id=id_, text=text, tool=tool):
                return AnswerDelta(id_, self._whole(id_, text), tool and _label(tool))
            case ReasoningDelta(id=id_, title=title, text=text):
                return ReasoningDelta(id_, _label(title), self._whole(id_, text))
            case TitleDelta(text=text):
                more = self._whole("title", text)[: self._title_room]
                self._title_room -= len(more)
                return TitleDelta(more)
            case TitleEnd(title=title):
                return TitleEnd(_label(title))
            case ReasoningEnd(title=named):
                return replace(event, title=named and _label(named))
            case StepSnapshot(part=part):
                return StepSnapshot(_fitting(part))
            case FileMade(name=name, note=note):
                return replace(event, name=_label(name), note=_label(note))
            case AnswerEnd() | TokensUsed():
                return event
            case _:
                assert_never(event)

    def _whole(self, part: str, text: str) -> str:
        if self._halves:
            text = self._halves.pop(part, "") + text
        if text and "\ud800" <= text[-1] <= "\udbff":
            self._halves[part] = text[-1]
            text = text[:-1]
        return clean(text)


def weight(event: AgentEvent) -> int:
    """Return about how many bytes an event's texts take in the message, without a reasoning text's title."""
    match event:
        case ReasoningDelta() | AnswerDelta():
            return json_size(event.text)
        case StepSnapshot(part=part):
            return json_size(part.title) + _content_weight(part)
        case FileMade(name=name, note=note):
            return json_size(name) + json_size(note)
        case _:
            return 0


def _content_weight(step: PillsStep | FilesStep) -> int:
    match step:
        case PillsStep(containers=containers):
            return sum(map(_container_weight, containers))
        case FilesStep(files=files):
            return sum(_file_weight(file) + json_size(file.text) for file in files)
        case _:
            assert_never(step)


def _fitting(step: PillsStep | FilesStep) -> PillsStep | FilesStep:
    """Return the step with as much of its content as one frame has room for."""
    title = _label(step.title)
    match step:
        case PillsStep(containers=containers):
            return replace(step, title=title, containers=tuple(_fitting_pills(containers)))
        case FilesStep(files=files):
            return replace(step, title=title, files=tuple(_fitting_files(files)))
        case _:
            assert_never(step)


def _label(text: str) -> str:
    sound = clean(text)
    if len(sound) <= _LABEL_CHARACTERS:
        return sound
    return sound[: _LABEL_CHARACTERS - 1] + "…"


def _container_weight(container: PillContainer) -> int:
    return _PILL_BYTES + json_size(container.title) + sum(map(_pill_weight, container.pills))


def _pill_weight(pill: Pill) -> int:
    return _PILL_BYTES + json_size(pill.id) + json_size(pill.text) + json_size(pill.type)


def _file_weight(file: StepFile) -> int:
    return PART_BYTES + json_size(file.file_name)


def _fitting_pills(containers: Iterable[PillContainer]) -> Iterator[PillContainer]:
    """Yield as many pills as there is room for."""
    room = _STEP_BYTES
    for container in containers:
        title = _label(container.title)
        room -= _container_weight(PillContainer(title, ()))
        pills = []
        for pill in container.pills:
            sound = Pill(_label(pill.id), _label(pill.text), _label(pill.type))
            room -= _pill_weight(sound)
            if room < 0:
                break
            pills.append(sound)
        yield PillContainer(title, tuple(pills))
        if room < 0:
            return


def _fitting_files(files: Iterable[StepFile]) -> Iterator[StepFile]:
    """Yield files with as much of their texts as there is room for."""
    room = _STEP_BYTES
    for file in files:
        named = replace(file, file_name=_label(file.file_name), text="")
        room -= _file_weight(named)
        if room < 0:
            return
        text = cut(clean(file.text), room)
        room -= json_size(text)
        yield replace(named, text=text)
