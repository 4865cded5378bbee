"""Which two series a question wants to see side by side."""

from collections.abc import Sequence
from dataclasses import replace

from threadcast.adapters.offline_analyst.intents import Correlation, Intent, Line, Query, Unclear
from threadcast.adapters.offline_analyst.reading.cues import Cue
from threadcast.adapters.offline_analyst.reading.question import Question

__all__ = ["correlation_across", "correlation_in"]

_PAIR = 2


def correlation_in(question: Question) -> Intent:
    """Two measures named, else two values of a dimension, else the first two measures there are."""
    subject, filters = question.subject, question.filters
    for dimension, named in question.values.values:
        if len(named) >= _PAIR:
            first, second = (
                Line(subject, question.measure, replace(filters, values=((dimension, (value,)),)))
                for value in named[:_PAIR]
            )
            return Correlation(first, second)
    pair = list(dict.fromkeys([*question.columns.measures, *subject.shape.measures]))[:_PAIR]
    if len(pair) == _PAIR:
        return Correlation(Line(subject, pair[0], filters), Line(subject, pair[1], filters))
    return Unclear(
        f"A correlation needs two series, and I can find only {pair[0].label} in what you ask. "
        f"Name two measures or two values to compare."
    )


def correlation_across(questions: Sequence[Question]) -> Query | None:
    """A correlation of two metrics' series; None unless two subjects are named by different words."""
    if len(questions) < _PAIR or Cue.CORRELATE not in questions[0].cues:
        return None
    naming = [question for question in questions if _named(question)]
    for first in naming:
        for second in naming:
            apart = not _named(first) & _named(second) and len(_named(first)) <= len(_named(second)) + _PAIR
            if first is not second and apart and len(first.columns.measures) < _PAIR:
                lines = [
                    Line(question.subject, question.measure, question.filters) for question in (first, second)
                ]
                return Query(Correlation(lines[0], lines[1]), lines[0])
    return None


def _named(question: Question) -> frozenset[int]:
    return question.columns.places | question.values.places
