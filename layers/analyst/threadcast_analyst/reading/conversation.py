"""Understands a prompt in its conversation: the frame of the question about one of the metrics in reach."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from threadcast.assets.columns.column_roles import Additivity
from threadcast.assets.columns.dates import grain_word
from threadcast.assets.columns.number_format import joined, plural
from threadcast_analyst.computing.parts import parts_of
from threadcast_analyst.reading.building import frame_of
from threadcast_analyst.reading.followups import is_follow_up, merged, year_of
from threadcast_analyst.reading.frames import Choice, Declined, Form, Frame
from threadcast_analyst.reading.mentions import mentions_in
from threadcast_analyst.reading.moments import Moments, with_moments
from threadcast_analyst.reading.slots import Slots, slots_of
from threadcast_analyst.reading.tables import Subject
from threadcast_analyst.reading.words import MAX_WORDS, Word, key_of, vocabulary, words_in

__all__ = ["MAX_EARLIER", "is_small_talk", "suggestion_sentence", "understood"]

MAX_EARLIER = 8
"""Prompts before the last that a follow-up may refer to."""

_TOO_LONG = f"That is a long text: ask one question of at most {MAX_WORDS} words."
_ONE_QUESTION = "I answer one question at a time, so this is the first one only."
_FIRST_WORDS = 3


@dataclass(frozen=True, slots=True)
class _State:
    """What a prompt may go on from: the last question, and the choice that it was answered with.

    `is_broken`: the last prompt was not understood, so that nothing can go on from it.
    """

    subject: Subject | None = None
    slots: Slots | None = None
    choices: tuple[Choice, ...] = ()
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    frame: Frame
    slots: Slots


def understood(prompts: Sequence[str], subjects: Sequence[Subject], today: date) -> Frame:
    """Return the frame of the last prompt; the ones before are read for what it leaves out.

    At most `MAX_EARLIER` prompts before are read. Raises `Declined`.
    """
    *earlier, prompt = prompts
    state = _State()
    for each in earlier[-MAX_EARLIER:]:
        try:
            reading = _read(each, subjects, state, today)
        except Declined as declined:
            state = replace(state, choices=declined.choices, is_broken=not _opens_follow_up(each))
        else:
            is_about = reading.frame.form is not Form.DESCRIBE
            state = _State(reading.frame.subject, reading.slots) if is_about else state
    return _read(prompt, subjects, state, today).frame


def _opens_follow_up(prompt: str) -> bool:
    """Return whether a prompt goes on from the one before by its first words."""
    stems = tuple(word.stem for word in words_in(prompt)[:2])
    return any("again" in vocabulary().cues.get(key, ()) for key in (stems[:1], stems))


def is_small_talk(prompt: str) -> bool:
    """Return whether a prompt is a greeting, thanks or the like, and nothing else."""
    stems = [word.stem for word in words_in(prompt)]
    talk, fillers = vocabulary().small_talk, vocabulary().fillers
    at, has_talk = 0, False
    while at < len(stems):
        found = next((n for n in range(5, 0, -1) if tuple(stems[at : at + n]) in talk), 0)
        if not found and (stems[at],) not in fillers and stems[at] != ",":
            return False
        has_talk, at = has_talk or bool(found), at + max(found, 1)
    return has_talk


def _read(prompt: str, subjects: Sequence[Subject], state: _State, today: date) -> _Reading:
    words = words_in(prompt)
    if len(words) > MAX_WORDS:
        raise Declined(_TOO_LONG)
    if (chosen := _chosen(words, state.choices)) is not None:
        return _Reading(frame_of(chosen.slots, chosen.subject), chosen.slots)
    words, notes = _first_question(words)
    readings: list[_Reading] = []
    refusals: list[Declined] = []
    for subject in subjects:
        try:
            readings.append(_read_about(words, prompt, subject, state, today, notes))
        except Declined as declined:
            refusals.append(declined)
    if not readings:
        raise _best(refusals)
    return _only(readings, state)


def _best(refusals: Sequence[Declined]) -> Declined:
    """Return the refusal that understood most."""
    return min(refusals, key=lambda declined: (declined.is_unknown, not declined.choices))


def _only(readings: Sequence[_Reading], state: _State) -> _Reading:
    """Return the reading to answer; raises `Declined` with a choice if several metrics have all the words."""
    same = [each for each in readings if each.frame.subject is state.subject and is_follow_up(each.slots)]
    if len(readings) == 1 or readings[0].frame.form is Form.DESCRIBE:
        return readings[0]
    if same:
        return same[0]
    names = [each.frame.subject.name for each in readings]
    choices = tuple(Choice(each.frame.subject.name, each.frame.subject, each.slots) for each in readings)
    raise Declined(f"Which metric do you mean: {joined([f'“{name}”' for name in names], 'or')}?", choices)


def _chosen(words: Sequence[Word], choices: Sequence[Choice]) -> Choice | None:
    """Return the only choice whose name has all of a prompt's words."""
    stems = {word.stem for word in words if (word.stem,) not in vocabulary().fillers}
    found = [choice for choice in choices if stems and stems <= set(key_of(choice.name))]
    exact = [choice for choice in found if stems == set(key_of(choice.name))]
    found = exact or found
    return found[0] if len(found) == 1 else None


def _first_question(words: list[Word]) -> tuple[list[Word], tuple[str, ...]]:
    """Return the words up to a second question, and a note if there is one."""
    for at in range(_FIRST_WORDS, len(words) - 1):
        opens = words[at + 1].stem in vocabulary().second_questions
        if words[at].stem in {"and", "?"} and opens:
            return words[:at], (_ONE_QUESTION,)
    return words, ()


def _read_about(
    words: Sequence[Word], prompt: str, subject: Subject, state: _State, today: date, notes: tuple[str, ...]
) -> _Reading:
    mentions, corrections = mentions_in(words, prompt, subject.lexicon, has_time=subject.span is not None)
    slots = slots_of(with_moments(mentions, Moments(subject, today)))
    if slots.is_empty():
        raise Declined("There is no question in that.", is_unknown=True)
    if state.is_broken and is_follow_up(slots):
        raise Declined("I have not understood the question before, so ask this one in full.")
    if state.slots is not None and state.subject is subject and is_follow_up(slots):
        year = year_of(state.slots)
        slots = slots_of(with_moments(mentions, Moments(subject, today, year)))
        slots = merged(state.slots, slots)
    frame = frame_of(slots, subject)
    return _Reading(replace(frame, notes=(*notes, *corrections)), slots)


_MAX = 2
_MAX_TRIED = 8


def suggestions(subjects: Sequence[Subject], today: date) -> list[str]:
    """Return up to two questions that the metrics in reach can answer."""
    found: list[str] = []
    for subject in subjects:
        tried = list(_questions(subject))[:_MAX_TRIED]
        works = [
            question for question in tried if question not in found and _works(question, subjects, today)
        ]
        found += works[: _MAX if len(subjects) == 1 else 1]
    return found[:_MAX]


def suggestion_sentence(subjects: Sequence[Subject], today: date) -> str:
    """Return the suggestions as a sentence with a leading blank; empty if there are none."""
    found = suggestions(subjects, today)
    return f" Try {' or '.join(f'“{question}”' for question in found)}." if found else ""


def _questions(subject: Subject) -> Iterator[str]:
    shape = subject.shape
    for measure in shape.measures[:1]:
        if subject.grain is not None:
            yield f"Which {grain_word(subject.grain)} had the highest {measure.label}?"
        for dimension in shape.dimensions[:1]:
            yield f"{measure.label} by {dimension.label}"
        if measure.additivity is Additivity.ADDITIVE:
            yield f"What was the total {measure.label}?"
        yield f"What was the average {measure.label}?"
    for dimension in shape.dimensions[:2]:
        yield f"How many {plural(dimension.label)} are there?"
    yield "How many rows are there?"


def _works(question: str, subjects: Sequence[Subject], today: date) -> bool:
    try:
        parts_of(understood([question], subjects, today))
    except Declined:
        return False
    return True
