"""Understands a prompt in its conversation: the frame of the question about one of the metrics in reach."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from threadcast.assets.columns.dates import Grain, Period, date_of, period_of
from threadcast.assets.columns.number_format import joined
from threadcast_analyst.reading.building import frame_of
from threadcast_analyst.reading.frames import Choice, Declined, Form, Frame
from threadcast_analyst.reading.mentions import Scan
from threadcast_analyst.reading.moments import Moments, with_times
from threadcast_analyst.reading.slots import Slots, slots_of
from threadcast_analyst.reading.tables import Subject
from threadcast_analyst.reading.words import MAX_WORDS, Word, key_of, vocabulary, words_in

__all__ = ["MAX_EARLIER", "is_small_talk", "understood"]

MAX_EARLIER = 8
"""Prompts before the last that a follow-up may refer to."""

_TOO_LONG = f"That is a long text: ask one question of at most {MAX_WORDS} words."
_ONE_QUESTION = "I answer one question at a time, so this is the first one only."
_FIRST_WORDS = 3
_LONGEST_TALK = 5

_AGGREGATES = frozenset({"total", "average"})
_ORDERS = frozenset({"highest", "lowest"})
_CHANGES = frozenset({"change", "grew", "fell", "steps", "versus", "difference", "than"})
_FORMS = (
    frozenset({"count", "distinct", "share", "trend", "describe", "make", "breakdown", "which", "when"})
    | _CHANGES
)
_GROUPS = (_AGGREGATES, _ORDERS, _FORMS)
_REPLACED = (("measures", "implied"), ("keys", "loose", "is_per"), ("counted",), ("limits",), ("count",))
"""Slots that are replaced together as soon as one of them is named."""


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
    same = [each for each in readings if each.frame.subject is state.subject and _is_follow_up(each.slots)]
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
    if _is_follow_up(slots) and state.is_broken:
        raise Declined("I have not understood the question before, so ask this one in full.")
    if _is_follow_up(slots) and state.slots is not None and state.subject is subject:
        moments = Moments(subject, today, _year_of(state.slots))
        slots = _merged(state.slots, slots_of(with_times(mentions, moments)))
    return _Reading(replace(frame_of(slots, subject), notes=tuple(scan.notes)), slots)


def _is_follow_up(slots: Slots) -> bool:
    """Return whether a question goes on from the one before: by its first words, "it", or one slot only."""
    has_measure = bool(slots.measures or slots.implied)
    if has_measure and slots.cues & (_AGGREGATES | _ORDERS | _FORMS):
        return False
    if "again" in slots.cues or ("it" in slots.cues and not has_measure and "describe" not in slots.cues):
        return True
    return slots.is_fragment() and slots.named() == 1


def _year_of(slots: Slots) -> int | None:
    """Return the year that a follow-up's months are in: that of the only period."""
    return slots.periods[0].first.year if len(slots.periods) == 1 else None


def _merged(former: Slots, new: Slots) -> Slots:
    """Return the slots of a follow-up; the former slots stay as they are."""
    slots = replace(former, cues=_cues(former.cues, new.cues), part_at=-1)
    for names in _REPLACED:
        if any(getattr(new, name) for name in names):
            slots = replace(slots, **{name: getattr(new, name) for name in names})
    named = {dimension for dimension, *_ in new.values}
    slots.values = [each for each in former.values if each[0] not in named] + new.values
    if new.periods or new.ranges or "latest" in new.cues:
        slots.periods, slots.ranges = _periods(former, new), new.ranges
        slots.cues -= {"latest"} - new.cues
    return slots if new.cues & (_FORMS | _ORDERS) else _without_lost_forms(slots, former, new)


def _cues(former: set[str], new: set[str]) -> set[str]:
    cues = former - {"it", "again"}
    for group in _GROUPS:
        if new & group:
            cues -= group
    return cues | (new - {"it", "again"})


def _periods(former: Slots, new: Slots) -> list[Period]:
    """Return the new periods; another year alone keeps the month, quarter or day of the former one."""
    if len(new.periods) == len(former.periods) == 1 and new.periods[0].grain is Grain.YEAR:
        kept, year = former.periods[0], new.periods[0].first.year
        moved = date_of(f"{year:04d}-{kept.first:%m-%d}")
        if kept == period_of(kept.first, kept.grain) and moved is not None:
            return [period_of(moved, kept.grain)]
    return new.periods


def _without_lost_forms(slots: Slots, former: Slots, new: Slots) -> Slots:
    """Drop what the new slot ends: a change by a single period, a ranking by one of its groups."""
    lost = _ORDERS | {"which", "when"}
    ends_change = bool(former.cues & _CHANGES) and len(new.periods) == 1 and not new.ranges
    if ends_change or _names_group(former, new):
        return replace(slots, cues=slots.cues - _CHANGES - lost, keys=[], loose=[], count=None)
    if (new.keys or new.loose) and (former.loose or former.cues & _ORDERS):
        return replace(slots, cues=slots.cues - lost, count=None)
    return slots


def _names_group(former: Slots, new: Slots) -> bool:
    """Return whether a group of the former ranking is named: one of its values, or of its periods."""
    groups: list[object] = [*former.loose, *former.keys]
    grains = [group for group in groups if isinstance(group, Grain)]
    if any(dimension in groups for dimension, *_ in new.values):
        return True
    return bool(grains and new.periods) and all(period.grain <= grains[0] for period in new.periods)
