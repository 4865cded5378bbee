"""Makes an agent's events fit to be stored and sent: whole characters, parts that fit the smallest frame."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import assert_never

from threadcast.domain.message import Pill, PillContainer, StepFile
from threadcast.domain.text import clean, cut, json_size
from threadcast.ports import agent_events as said

__all__ = ["PART_BYTES", "AgentEventSanitizer", "weight"]

_LABEL_CHARACTERS = 300
"""The longest title, name or note; a longer one is cut."""

_STEP_BYTES = 24_576
"""The largest step of pills or files: it is sent in one frame, perhaps one of 32 KB."""

PART_BYTES = 384
"""The size of a part's fields without its texts."""

_PILL_BYTES = 64


class AgentEventSanitizer:
    """Sanitizes the events of one turn. Half of a surrogate pair is held back until the other half comes."""

    def __init__(self) -> None:
        self._halves: dict[tuple[type, str], str] = {}
        self._title_room = _LABEL_CHARACTERS

    def sanitize(self, event: said.AgentEvent) -> said.AgentEvent:  # noqa: PLR0911 - one for each event
        """Return the event without anything that cannot be stored or sent."""
        match event:
            case said.AnswerExtended(part=part, text=text, tool=tool):
                return said.AnswerExtended(part, self._whole(event, part, text), tool and _label(tool))
            case said.ReasoningExtended(step=step, title=title, text=text):
                return said.ReasoningExtended(step, _label(title), self._whole(event, step, text))
            case said.TitleExtended(text=text):
                more = self._whole(event, "", text)[: self._title_room]
                self._title_room -= len(more)
                return replace(event, text=more)
            case said.TitleDecided(title=title):
                return replace(event, title=_label(title))
            case said.ReasoningEnded(title=named):
                return replace(event, title=named and _label(named))
            case said.PillsShown(title=title, containers=containers):
                return replace(event, title=_label(title), containers=tuple(_fitting_pills(containers)))
            case said.FilesShown(title=title, files=files):
                return replace(event, title=_label(title), files=tuple(_fitting_files(files)))
            case said.FileMade(name=name, note=note):
                return replace(event, name=_label(name), note=_label(note))
            case said.AnswerEnded() | said.TokensUsed():
                return event
            case _:
                assert_never(event)

    def _whole(self, event: said.AgentEvent, part: str, text: str) -> str:
        key = (type(event), part)
        if self._halves:
            text = self._halves.pop(key, "") + text
        if text and "\ud800" <= text[-1] <= "\udbff":
            self._halves[key] = text[-1]
            text = text[:-1]
        return clean(text)


def weight(event: said.AgentEvent) -> int:
    """Return about how many bytes an event's texts take in the message, without a reasoning text's title."""
    match event:
        case said.ReasoningExtended() | said.AnswerExtended():
            return json_size(event.text)
        case said.PillsShown(title=title, containers=containers):
            return json_size(title) + sum(map(_container_weight, containers))
        case said.FilesShown(title=title, files=files):
            return json_size(title) + sum(_file_weight(file) + json_size(file.text) for file in files)
        case said.FileMade(name=name, note=note):
            return json_size(name) + json_size(note)
        case _:
            return 0


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
