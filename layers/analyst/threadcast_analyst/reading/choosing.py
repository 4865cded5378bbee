"""Which of the metrics a question is about: that whose reading leaves the fewest words unaccounted for."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from threadcast_analyst.intents import Average, Intent, MakeMetric, Total
from threadcast_analyst.reading.accounting import left_over
from threadcast_analyst.reading.cues import Cue
from threadcast_analyst.reading.decide import decide
from threadcast_analyst.reading.question import Question
from threadcast_analyst.reading.words import Word

__all__ = ["Reading", "readings_of"]


_BESIDE = frozenset({"compare", "compared", "comparison", "vs", "versus", "against"})
"""What figures of different measures told one after the other answer; a ratio they don't."""

_FEW = 4
"""More measures than that are too many to tell each of."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as read against one subject: what it asks for, and the words that this leaves over."""

    question: Question
    intent: Intent | None
    left_over: tuple[Word, ...]


def readings_of(questions: Sequence[Question]) -> tuple[Reading, ...]:
    """The readings to answer, at least one.

    They are that of the subject that the words fit best, or, where they fit several alike or none, of each
    that has an answer; of several measures or superlatives that are named, one each; of each measure, where
    none is named.
    """
    readings = _best_of(questions)
    return _of_every_measure(readings[0]) if len(readings) == 1 else readings


def _of_every_measure(reading: Reading) -> tuple[Reading, ...]:
    """One reading for each of a few measures, where a figure is asked for and no word tells of which."""
    question, measures = reading.question, reading.question.subject.shape.measures
    is_figure = isinstance(reading.intent, Total | Average) and Cue.TOTAL not in question.cues
    if not is_figure or reading.left_over or not question.is_measure_open or len(measures) > _FEW:
        return (reading,)
    return tuple(
        replace(reading, question=replace(question, columns=replace(question.columns, measures=(column,))))
        for column in measures
    )


def _best_of(questions: Sequence[Question]) -> tuple[Reading, ...]:
    readings = [_reading(question) for question in questions]
    if not any(any(question.hits) for question in questions):
        answered = [reading for reading in readings if reading.intent is not None and not reading.left_over]
        return tuple(answered) or (min(readings, key=_rank),)
    best = min(readings, key=_rank)
    if best.question.hits[0] == 0:
        alike = [reading for reading in readings if _rank(reading)[:4] == _rank(best)[:4]]
        return tuple(alike) if best.intent is not None else (best,)
    tied = [reading for reading in readings if _rank(reading) == _rank(best) and reading.intent is not None]
    apart = {reading.question.measure.label: reading for reading in reversed(tied)}
    if len(apart) > 1 and not best.left_over:
        return tuple(reading for reading in tied if reading in apart.values())
    return _parted(best)


def _rank(reading: Reading) -> tuple[int, bool, int, bool, int, int]:
    """What makes a reading worse, the worst fault first."""
    question = reading.question
    own, named = question.hits
    grain, rows = question.grain, question.subject.grain
    too_coarse = grain is not None and (rows is None or rows > grain)
    fine = 0 if rows is None else int(rows)
    return len(reading.left_over), too_coarse, -own, reading.intent is None, -named, fine


def _reading(question: Question) -> Reading:
    intent = decide(question)
    return Reading(question, intent, left_over(question, intent))


def _parted(best: Reading) -> tuple[Reading, ...]:
    """One reading for each measure or superlative, where a question for the one passes over the others."""
    if not best.left_over or isinstance(best.intent, MakeMetric):
        return (best,)
    parted = _by_measure(best.question) or _by_superlative(best.question)
    is_clear = len(parted) > 1 and not any(reading.left_over for reading in parted)
    return parted if is_clear else (best,)


def _by_measure(question: Question) -> tuple[Reading, ...]:
    columns = question.columns
    if len(columns.measures) <= 1:
        return ()
    parted = []
    for column in columns.measures:
        others = [columns.at[other.name] for other in columns.measures if other is not column]
        asked = question.cues.get(Cue.COMPARE, frozenset())
        compared = frozenset(at for at in asked if question.words[at].text in _BESIDE)
        cues = {cue: at.difference(*others) for cue, at in question.cues.items() if at.difference(*others)}
        alone = replace(question, columns=replace(columns, measures=(column,)), cues=cues)
        parted.append(_without(_reading(alone), compared.union(*others)))
    return tuple(parted)


def _by_superlative(question: Question) -> tuple[Reading, ...]:
    found = question.superlatives
    return tuple(
        _without(_reading(replace(question, superlatives={at: found[at]})), found.keys() - {at})
        for at in found
    )


def _without(reading: Reading, places: AbstractSet[int]) -> Reading:
    """The reading, with the words at these places left to another one."""
    return replace(reading, left_over=tuple(word for word in reading.left_over if word.at not in places))
