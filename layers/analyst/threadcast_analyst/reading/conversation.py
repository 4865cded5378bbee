"""Understands a prompt in its conversation: the frame of the question about one of the metrics in reach."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from threadcast.assets.columns.number_format import joined
from threadcast_analyst.reading.building import frame_of
from threadcast_analyst.reading.followups import is_follow_up, merged, year_of
from threadcast_analyst.reading.frames import Choice, Declined, Form, Frame
from threadcast_analyst.reading.mentions import Scan
from threadcast_analyst.reading.slots import Slots, slots_of
from threadcast_analyst.reading.tables import Subject
from threadcast_analyst.reading.times import Moments, with_times
from threadcast_analyst.reading.words import MAX_WORDS, Word, key_of, vocabulary, words_in

__all__ = ["MAX_EARLIER", "is_small_talk", "understood"]

MAX_EARLIER = 8
"""Prompts before the last that a follow-up may refer to."""

_TOO_LONG = f"That is a long text: ask one question of at most {MAX_WORDS} words."
_ONE_QUESTION = "I answer one question at a time, so this is the first one only."
_FIRST_WORDS = 3
_LONGEST_TALK = 5


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
    found = (vocabulary().phrases.get(key) for key in (stems[:1], stems))
    return any(meaning is not None and "again" in meaning.cues for meaning in found)


def is_small_talk(prompt: str) -> bool:
    """Return whether a prompt is a greeting, thanks or the like, and nothing else."""
    stems = [word.stem for word in words_in(prompt)]
    at, has_talk = 0, False
    while at < len(stems):
        lengths = range(_LONGEST_TALK, 0, -1)
        found = next((n for n in lengths if tuple(stems[at : at + n]) in vocabulary().small_talk), 0)
        if not found and not vocabulary().is_filler(stems[at]) and stems[at] != ",":
            return False
        has_talk, at = has_talk or bool(found), at + max(found, 1)
    return has_talk


def _read(prompt: str, subjects: Sequence[Subject], state: _State, today: date) -> _Reading:
    words = words_in(prompt)
    if len(words) > MAX_WORDS:
        raise Declined(_TOO_LONG)
    if (chosen := _chosen(words, state.choices)) is not None:
        return _Reading(frame_of(chosen.slots, chosen.subject), chosen.slots)
    first = words[: _end_of_first_question(words)]
    readings: list[_Reading] = []
    refusals: list[Declined] = []
    for subject in subjects:
        try:
            readings.append(_read_about(first, prompt, subject, state, today))
        except Declined as declined:
            refusals.append(declined)
    if not readings:
        raise min(refusals, key=lambda declined: (declined.is_unknown, not declined.choices))
    reading = _only(readings, state)
    notes = (_ONE_QUESTION,) if len(first) < len(words) else ()
    return replace(reading, frame=replace(reading.frame, notes=(*notes, *reading.frame.notes)))


def _only(readings: Sequence[_Reading], state: _State) -> _Reading:
    """Return the reading to answer; raises `Declined` with a choice if several metrics have all the words."""
    same = [each for each in readings if each.frame.subject is state.subject and is_follow_up(each.slots)]
    if len(readings) == 1 or readings[0].frame.form is Form.DESCRIBE:
        return readings[0]
    if same:
        return same[0]
    choices = tuple(Choice(each.frame.subject.name, each.frame.subject, each.slots) for each in readings)
    names = joined([f"“{choice.name}”" for choice in choices], "or")
    raise Declined(f"Which metric do you mean: {names}?", choices)


def _chosen(words: Sequence[Word], choices: Sequence[Choice]) -> Choice | None:
    """Return the only choice whose name has all of a prompt's words."""
    stems = {word.stem for word in words if not vocabulary().is_filler(word.stem)}
    found = [choice for choice in choices if stems and stems <= set(key_of(choice.name))]
    exact = [choice for choice in found if stems == set(key_of(choice.name))]
    return next(iter(exact or found), None) if len(exact or found) == 1 else None


def _end_of_first_question(words: Sequence[Word]) -> int:
    """Return the number of words up to a second question."""
    seconds = vocabulary().second_questions
    ends: Iterator[int] = (
        at
        for at in range(_FIRST_WORDS, len(words) - 1)
        if words[at].stem in {"and", "?"} and words[at + 1].stem in seconds
    )
    return next(ends, len(words))


def _read_about(words: Sequence[Word], prompt: str, subject: Subject, state: _State, today: date) -> _Reading:
    scan = Scan(words, prompt, subject.lexicon, has_time=subject.span is not None)
    mentions = scan.read()
    slots = slots_of(with_times(mentions, Moments(subject, today)))
    if slots.is_empty():
        raise Declined("There is no question in that.", is_unknown=True)
    if is_follow_up(slots) and state.is_broken:
        raise Declined("I have not understood the question before, so ask this one in full.")
    if is_follow_up(slots) and state.slots is not None and state.subject is subject:
        moments = Moments(subject, today, year_of(state.slots))
        slots = merged(state.slots, slots_of(with_times(mentions, moments)))
    return _Reading(replace(frame_of(slots, subject), notes=tuple(scan.notes)), slots)
