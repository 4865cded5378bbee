"""The law of the reading: every word of a question is accounted for, or the question is not answered.

Each reader keeps the places of the words that it read. Here, and only here, it is decided what is left over:
the words that nobody read, and those that were read as something that the answer makes no use of.
"""

from collections.abc import Iterator
from functools import cache

from threadcast.assets.columns.dates import Grain
from threadcast_analyst.intents import (
    Average,
    Breakdown,
    Change,
    Comparison,
    Contrast,
    Correlation,
    CountRows,
    Describe,
    Intent,
    MakeMetric,
    Movers,
    Moves,
    Outliers,
    Ranked,
    Satisfying,
    Seasonality,
    Share,
    Steps,
    Streak,
    Tally,
    Trend,
)
from threadcast_analyst.reading.answered import answered_by
from threadcast_analyst.reading.counts import condition_of
from threadcast_analyst.reading.cues import Cue, cue_words
from threadcast_analyst.reading.fillers import OPERATORS, filler_places
from threadcast_analyst.reading.kinds import COLD, HEAT, NIGHT, measures_of
from threadcast_analyst.reading.numbers import NUMBER_NAMES
from threadcast_analyst.reading.question import Question
from threadcast_analyst.reading.relative import GRAIN_WORDS
from threadcast_analyst.reading.words import Word, root_of, stems_of

__all__ = ["left_over"]

_SUMS = frozenset({"sum", "combined", "together"})
_LIMITED = Ranked | Movers
_SUPERLATIVE = Ranked | Trend | Change | Comparison | Contrast | Seasonality | Streak | Breakdown


def left_over(question: Question, intent: Intent | None) -> tuple[Word, ...]:
    """The words that an answer of this kind would pass over in silence, in their order."""
    read = frozenset(_read(question, intent)) | filler_places(question.words)
    read -= _whether_ever(question, intent)
    if isinstance(intent, MakeMetric):
        read -= question.unit.places  # a new metric has the unit of its source
    return tuple(word for word in question.words if word.at not in read and not _is_context(word, question))


def _read(question: Question, intent: Intent | None) -> Iterator[int]:
    yield from question.moments.places
    yield from question.values.places
    yield from _columns_read(question, intent)
    answered = answered_by(question, intent)
    for cue, places in question.cues.items():
        is_of_nothing = cue is Cue.EACH and not _names_groups(question)
        if cue in answered and not is_of_nothing:
            yield from places - _adding_up(question, intent)
    yield from _units_read(question)
    yield from (at for at, grain in question.grains.items() if _fits(grain, question, intent))
    if isinstance(intent, Ranked | Breakdown):
        yield from _by_measure(question)
    if isinstance(intent, Comparison | Breakdown):
        yield from question.both
    if isinstance(intent, _LIMITED):
        yield from question.limit.places
    if isinstance(intent, _SUPERLATIVE) and _is_of_measure(question):
        yield from list(question.superlatives)[:1]
    if not isinstance(intent, MakeMetric):
        yield from (at for said in question.also for at in said.places)
    if isinstance(intent, Satisfying | Streak | Tally):
        is_set = question.said is not None and intent.condition == condition_of(question)
        yield from question.said.places if question.said is not None and is_set else ()


def _whether_ever(question: Question, intent: Intent | None) -> frozenset[int]:
    """The "ever" of "has it ever been the largest?", which the highest is no answer to."""
    asks = {word.text for word in question.words[:1]} & {"has", "have", "had", "is", "are", "was", "were"}
    is_answered = not (asks and isinstance(intent, Ranked))
    return frozenset(word.at for word in question.words if word.text == "ever" and not is_answered)


def _is_of_measure(question: Question) -> bool:
    """Whether the superlative is one of the measure: not in "the wind on the hottest day"."""
    found = question.superlative
    if found is None:
        return True
    known = measures_of(question.subject, found.of)
    nights = measures_of(question.subject, NIGHT) if found.of in (HEAT, COLD) else ()
    is_night = any(word.stem in NIGHT.said for word in question.words)
    return question.measure in (nights if is_night else known)


def _adding_up(question: Question, intent: Intent | None) -> frozenset[int]:
    """The words that ask for a sum of what is only listed: "the sum of the top 3 years"."""
    lists = isinstance(intent, Comparison) or (isinstance(intent, Ranked) and intent.limit > 1)
    return frozenset(word.at for word in question.words if lists and word.text in _SUMS)


def _units_read(question: Question) -> Iterator[int]:
    """The unit that the answer is told in: "how many GWh", "in GWh"."""
    unit = stems_of(question.measure.unit)
    yield from (word.at for word in question.words if unit and word.stem in unit and word.stem[0].isalpha())
    if question.measure.name in question.unit.measures:
        yield from question.unit.places


def _columns_read(question: Question, intent: Intent | None) -> Iterator[int]:
    """The places of the columns that the answer is about; a dimension also beside a value of its own."""
    used = {question.measure.name, *(dimension for dimension, _ in question.values.values)}
    match intent:
        case Correlation(first, second):
            used |= {first.measure.name, second.measure.name}
        case MakeMetric():
            used |= set(question.columns.at)
        case Movers(dimension) | Share(dimension) | Comparison(dimension):
            used.add(dimension)
        case Ranked(key) | Breakdown(key) | Satisfying(key=key) | CountRows(key) if isinstance(key, str):
            used.add(key)
        case _:
            pass
    for name, places in question.columns.at.items():
        if name in used:
            yield from places


def _fits(grain: Grain, question: Question, intent: Intent | None) -> bool:
    """Whether a grain that is named is that of the answer, or of the time that it is about."""
    if any(window.grain is grain for window in question.moments.windows) and not isinstance(intent, Ranked):
        return True
    return grain in _grains_of(question, intent)


def _grains_of(question: Question, intent: Intent | None) -> set[object]:  # noqa: PLR0911 - one line per kind
    own = question.subject.grain
    match intent:
        case Ranked(key) | Breakdown(key) | Satisfying(key=key):
            return {key}
        case Average(grain=grain) | Trend(grain=grain) | Steps(grain=grain):
            return {grain}
        case Streak(grain=grain) | Moves(grain=grain):
            return {grain}
        case Tally(_, grain, per):
            return {grain, per}
        case Change(per=per):
            stepwise = question.moments.points if Cue.STEP in question.cues else ()
            return {per, *(point.grain for point in stepwise)}
        case Seasonality():
            return {Grain.MONTH}
        case CountRows(key):
            return {own, key}
        case Outliers() | Correlation() | Comparison():
            return {own}
        case Describe():
            return set(Grain)
        case _:
            return set()


def _by_measure(question: Question) -> Iterator[int]:
    """The "by" of "the top region by sales": it groups nothing."""
    measured = question.columns.at.get(question.measure.name, frozenset())
    yield from (word.at for word in question.words if word.text == "by" and word.at + 1 in measured)


def _names_groups(question: Question) -> bool:
    """Whether there is something that "each" and "per" can be about."""
    return bool(question.grains or question.columns.dimensions or question.moments.parts)


def _is_context(word: Word, question: Question) -> bool:
    """Whether a word is only what the metric is called and described by anyway."""
    root = root_of(word.stem)
    return root not in _operating() and root in question.subject.context


@cache
def _operating() -> frozenset[str]:
    """The roots of all words that can change what is asked, whatever else they are used for."""
    adverbs = {"daily", "weekly", "monthly", "quarterly", "yearly", "annual", "annually", "hourly"}
    words = cue_words() | NUMBER_NAMES.keys() | GRAIN_WORDS.keys() | OPERATORS | adverbs
    return frozenset(map(root_of, words))
