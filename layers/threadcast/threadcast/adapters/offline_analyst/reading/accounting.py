"""The law of the reading: every word of a question is accounted for, or the question is not answered.

Each reader keeps the places of the words that it read. Here, and only here, it is decided what is left over:
the words that nobody read, and those that were read as something that the answer makes no use of.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from threadcast.adapters.offline_analyst.intents import (
    Average,
    Breakdown,
    Change,
    Comparison,
    Contrast,
    Correlation,
    CountRows,
    Describe,
    Explain,
    Intent,
    MakeMetric,
    Movers,
    Outliers,
    Ranked,
    Recap,
    Satisfying,
    Seasonality,
    Share,
    Steps,
    Streak,
    Tally,
    Total,
    Trend,
)
from threadcast.adapters.offline_analyst.reading.conditions import measure_called
from threadcast.adapters.offline_analyst.reading.counts import condition_of
from threadcast.adapters.offline_analyst.reading.cues import Cue, cue_words, cues_in
from threadcast.adapters.offline_analyst.reading.fillers import OPERATORS, filler_places
from threadcast.adapters.offline_analyst.reading.numbers import NUMBER_NAMES
from threadcast.adapters.offline_analyst.reading.question import Question
from threadcast.adapters.offline_analyst.reading.relative import GRAIN_WORDS
from threadcast.adapters.offline_analyst.reading.words import Word, root_of, stems_of
from threadcast.asset_types.times import Grain

__all__ = ["left_over"]

_ALWAYS = frozenset({Cue.ASK, Cue.HOW})

_ANSWERED: dict[type, frozenset[Cue]] = {
    Total: frozenset({Cue.TOTAL, Cue.LOSS}),
    Average: frozenset({Cue.AVERAGE, Cue.MEDIAN, Cue.TOTAL, Cue.EACH, Cue.HIGH, Cue.LOW}),
    CountRows: frozenset({Cue.COUNT, Cue.TOTAL, Cue.WHEN, Cue.DESCRIBE}),
    Satisfying: frozenset({Cue.COUNT, Cue.TOTAL, Cue.WHEN, Cue.LOSS, Cue.SHARE, Cue.PERCENT}),
    Tally: frozenset(
        {
            Cue.COUNT,
            Cue.TOTAL,
            Cue.LOSS,
            Cue.EACH,
            Cue.HIGH,
            Cue.LOW,
            Cue.AVERAGE,
            Cue.WHEN,
        }
    ),
    Streak: frozenset({Cue.LONG, Cue.HIGH, Cue.COUNT, Cue.TOTAL, Cue.WHEN, Cue.LOSS}),
    Ranked: frozenset({Cue.HIGH, Cue.LOW, Cue.RANK, Cue.WHEN, Cue.TOTAL, Cue.LOSS}),
    Breakdown: frozenset({Cue.EACH, Cue.RANK, Cue.TOTAL, Cue.COMPARE, Cue.HIGH, Cue.LOW}),
    Trend: frozenset({Cue.EACH, Cue.TREND, Cue.RISE, Cue.FALL, Cue.CHANGE, Cue.TOTAL}),
    Change: frozenset({Cue.CHANGE, Cue.RISE, Cue.FALL, Cue.LOSS, Cue.TOTAL, Cue.COMPARE, Cue.PERCENT}),
    Movers: frozenset(
        {
            Cue.CHANGE,
            Cue.RISE,
            Cue.FALL,
            Cue.LOSS,
            Cue.TOTAL,
            Cue.COMPARE,
            Cue.HIGH,
            Cue.LOW,
            Cue.EACH,
            Cue.PERCENT,
        }
    ),
    Steps: frozenset({Cue.CHANGE, Cue.RISE, Cue.FALL, Cue.LOSS, Cue.HIGH, Cue.LOW, Cue.WHEN, Cue.TOTAL}),
    Comparison: frozenset({Cue.COUNT, Cue.COMPARE, Cue.CHANGE, Cue.WHEN, Cue.TOTAL}),
    Contrast: frozenset({Cue.COMPARE, Cue.CHANGE, Cue.TOTAL, Cue.HIGH, Cue.LOW, Cue.SEASON, Cue.EACH}),
    Share: frozenset(
        {
            Cue.SHARE,
            Cue.PERCENT,
            Cue.TOTAL,
            Cue.EACH,
            Cue.CHANGE,
            Cue.RISE,
            Cue.FALL,
            Cue.TREND,
        }
    ),
    Correlation: frozenset({Cue.CORRELATE}),
    Outliers: frozenset({Cue.OUTLIER}),
    Seasonality: frozenset({Cue.SEASON, Cue.CHANGE, Cue.HIGH, Cue.LOW, Cue.AVERAGE}),
    Explain: frozenset({Cue.WHY, Cue.RISE, Cue.FALL, Cue.CHANGE, Cue.LOSS}),
    MakeMetric: frozenset({Cue.MAKE}),
    Recap: frozenset(Cue),
    Describe: frozenset(Cue),
}
"""Which cues each kind of answer answers; all answer that something is asked."""

_SUMS = frozenset({"sum", "combined", "together"})
_LIMITED = Ranked | Movers
_SUPERLATIVE = Ranked | Trend | Change | Comparison | Contrast | Seasonality | Streak | Breakdown


def left_over(question: Question, intent: Intent | None) -> tuple[Word, ...]:
    """The words that an answer of this kind would pass over in silence, in their order."""
    read = frozenset(_read(question, intent)) | filler_places(question.words)
    read -= _whether_ever(question, intent)
    return tuple(word for word in question.words if word.at not in read and not _is_context(word, question))


def _read(question: Question, intent: Intent | None) -> Iterator[int]:
    yield from question.moments.places
    yield from question.values.places
    yield from _columns_read(question, intent)
    answered = _ALWAYS | _answered(question, intent)
    for cue, places in question.cues.items():
        is_of_nothing = cue is Cue.EACH and not _names_groups(question)
        if cue in answered and not is_of_nothing:
            yield from places - _adding_up(question, intent)
    yield from _units_read(question)
    yield from (at for at, grain in question.grains.items() if _fits(grain, question, intent))
    if isinstance(intent, Ranked | Breakdown):
        yield from _by_measure(question)
    if isinstance(intent, _LIMITED):
        yield from question.limit.places
    if isinstance(intent, _SUPERLATIVE) and _is_of_measure(question):
        yield from list(question.superlatives)[:1]
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
    called = () if found is None else found.of
    known = [measure_called(question.subject, (name,)) for name in called]
    return question.measure in known or not any(known)


def _adding_up(question: Question, intent: Intent | None) -> frozenset[int]:
    """The words that ask for a sum of what is only listed: "the sum of the top 3 years"."""
    lists = isinstance(intent, Comparison) or (isinstance(intent, Ranked) and intent.limit > 1)
    return frozenset(word.at for word in question.words if lists and word.text in _SUMS)


def _units_read(question: Question) -> Iterator[int]:
    """The measure's own unit, which the answer has anyway: "how many GWh", "in GWh"."""
    unit = stems_of(question.measure.unit)
    yield from (word.at for word in question.words if unit and word.stem in unit and word.stem[0].isalpha())


def _answered(question: Question, intent: Intent | None) -> frozenset[Cue]:
    answered = _ANSWERED.get(type(intent), frozenset())
    if isinstance(intent, Breakdown | Change) and _averages(intent):
        answered |= {Cue.AVERAGE, Cue.EACH}
    asks_both = {Cue.HIGH, Cue.LOW} <= question.cues.keys()
    if isinstance(intent, Breakdown) and not isinstance(intent.key, str):
        answered -= {Cue.RANK}  # periods are told in their order
    if isinstance(intent, Breakdown) and question.has_losses:
        answered |= {Cue.LOSS}
    if isinstance(intent, Breakdown) and asks_both and question.cues[Cue.HIGH] & question.cues[Cue.LOW]:
        answered -= {Cue.HIGH, Cue.LOW}  # a list doesn't tell ranges
    if isinstance(intent, Share) and not intent.values:
        answered -= {Cue.CHANGE, Cue.RISE, Cue.FALL, Cue.TREND}  # all shares are told, and no development
    if isinstance(intent, Ranked) and _names_the_other_end(question):
        answered -= {Cue.HIGH, Cue.LOW}
    if isinstance(intent, Average) and question.averages_changes:
        answered |= {Cue.CHANGE}
    if isinstance(intent, Movers) and intent.only:
        answered -= {Cue.HIGH, Cue.LOW}  # a list of those that fell has no least
    is_range = isinstance(intent, Ranked) and Cue.RANK in question.cues
    if isinstance(intent, Ranked | Movers | Steps) and asks_both and not is_range:
        answered -= {Cue.HIGH}  # one list has one direction, and the lowest goes first
    return answered


def _names_the_other_end(question: Question) -> bool:
    """Whether the end that is asked for belongs to a measure's name: "max and min temperature"."""
    named = question.columns.places
    ends = question.cues.get(Cue.HIGH, frozenset()) | question.cues.get(Cue.LOW, frozenset())
    return any(
        question.words[at + 1].text in {"and", "or", "&"}
        and at + 2 in named
        and _is_end(question.words[at + 2])
        for at in ends - named
        if at + 2 < len(question.words)
    )


def _is_end(word: Word) -> bool:
    return bool(cues_in((replace(word, at=0),), ()).keys() & {Cue.HIGH, Cue.LOW})


def _averages(intent: Breakdown | Change) -> bool:
    return intent.average if isinstance(intent, Breakdown) else intent.per is not None


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
        case Average(grain=grain) | Trend(grain=grain) | Steps(grain=grain) | Streak(grain=grain):
            return {grain}
        case Tally(_, grain, per):
            return {grain, per}
        case Change(per=per):
            return {per}
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
