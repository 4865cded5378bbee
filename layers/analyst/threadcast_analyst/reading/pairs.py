"""Which two series a question wants to see side by side."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from threadcast.assets.columns.number_format import joined
from threadcast_analyst.intents import Correlation, Intent, Query, Unclear
from threadcast_analyst.reading.cues import Cue
from threadcast_analyst.reading.question import Question
from threadcast_analyst.series import Line

__all__ = ["correlation_across", "correlation_in"]

_PAIR = 2


def correlation_in(question: Question) -> Intent:
    """Two measures named, else two values of a dimension, else the first two measures there are."""
    subject, filters = question.subject, question.filters
    for dimension, named in question.values.values:
        if len(named) >= _PAIR and question.values.all:
            first, second = (
                Line(subject, question.measure, replace(filters, values=((dimension, (value,)),)))
                for value in named[:_PAIR]
            )
            return Correlation(first, second)
    measures = question.columns.measures
    if len(measures) == 1 and len(subject.shape.measures) > _PAIR:
        others = joined([column.label for column in subject.shape.measures if column not in measures], "or")
        return Unclear(f"A correlation needs two series: {measures[0].label}, and for example {others}.")
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
    if any(
        len(question.columns.measures) >= _PAIR or len(question.values.all) >= _PAIR for question in questions
    ):
        return None
    for first, second in combinations(questions, _PAIR):
        if _are_apart(first, second) and _overlap(first, second):
            lines = [
                Line(question.subject, question.measure, question.filters) for question in (first, second)
            ]
            return Query(Correlation(lines[0], lines[1]), lines[0])
    return None


def _are_apart(first: Question, second: Question) -> bool:
    return bool(_named(first) and _named(second)) and not _named(first) & _named(second)


def _overlap(first: Question, second: Question) -> bool:
    one, other = first.subject.span, second.subject.span
    return one is not None and other is not None and one.first <= other.last and other.first <= one.last


def _named(question: Question) -> frozenset[int]:
    return question.columns.places | question.values.places
