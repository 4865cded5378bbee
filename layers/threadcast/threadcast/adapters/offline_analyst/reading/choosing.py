"""Which of the metrics a question is about: that whose reading leaves the fewest words unaccounted for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from threadcast.adapters.offline_analyst.intents import Intent, MakeMetric
from threadcast.adapters.offline_analyst.reading.accounting import left_over
from threadcast.adapters.offline_analyst.reading.decide import decide
from threadcast.adapters.offline_analyst.reading.question import Question
from threadcast.adapters.offline_analyst.reading.words import Word

__all__ = ["Reading", "readings_of"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as read against one subject: what it asks for, and the words that this leaves over."""

    question: Question
    intent: Intent | None
    left_over: tuple[Word, ...]


def readings_of(questions: Sequence[Question]) -> tuple[Reading, ...]:
    """The readings to answer, at least one.

    They are that of the subject that the words fit best, or, where the words fit none, of every subject that
    has an answer; of several measures that are named, one each.
    """
    readings = [_reading(question) for question in questions]
    if not any(any(question.hits) for question in questions):
        answered = [reading for reading in readings if reading.intent is not None and not reading.left_over]
        return tuple(answered) or (min(readings, key=_rank),)
    best = min(readings, key=_rank)
    if best.question.hits[0] == 0:
        alike = [reading for reading in readings if _rank(reading)[:4] == _rank(best)[:4]]
        return tuple(alike) if best.intent is not None else (best,)
    return _by_measure(best)


def _rank(reading: Reading) -> tuple[int, bool, int, bool, int]:
    """What makes a reading worse, the worst fault first."""
    question = reading.question
    own, named = question.hits
    grain, rows = question.grain, question.subject.grain
    too_coarse = grain is not None and (rows is None or rows > grain)
    return len(reading.left_over), too_coarse, -own, reading.intent is None, -named


def _reading(question: Question) -> Reading:
    intent = decide(question)
    return Reading(question, intent, left_over(question, intent))


def _by_measure(best: Reading) -> tuple[Reading, ...]:
    """One reading for each measure named, where a question for the one alone passes over the others."""
    measures = best.question.columns.measures
    if len(measures) <= 1 or not best.left_over or isinstance(best.intent, MakeMetric):
        return (best,)
    parted = [_reading(_about(best.question, column.name)) for column in measures]
    others = best.question.columns.places
    cleared = [
        replace(reading, left_over=tuple(w for w in reading.left_over if w.at not in others))
        for reading in parted
    ]
    return tuple(cleared) if not any(reading.left_over for reading in cleared) else (best,)


def _about(question: Question, name: str) -> Question:
    columns = question.columns
    only = tuple(column for column in columns.measures if column.name == name)
    return replace(question, columns=replace(columns, measures=only))
