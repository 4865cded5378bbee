"""Which two series a question wants to see side by side."""

from dataclasses import replace

from threadcast.adapters.offline_analyst.intents import Correlation, Intent, Line, Unclear
from threadcast.adapters.offline_analyst.reading.question import Question

__all__ = ["correlation_in"]


def correlation_in(question: Question) -> Intent:
    """Two measures named, else two values of a dimension, else the first two measures there are."""
    subject, filters = question.subject, question.filters
    bare = replace(filters, values=())
    for dimension, named in question.values.values:
        if len(named) > 1:
            first, second = (
                Line(subject, question.measure, replace(bare, values=((dimension, (value,)),)))
                for value in named[:2]
            )
            return Correlation(first, second)
    measures = [*question.columns.measures, *subject.shape.measures]
    pair = list(dict.fromkeys(measures))[:2]
    if len(pair) == 2:  # noqa: PLR2004 - a pair
        return Correlation(Line(subject, pair[0], filters), Line(subject, pair[1], filters))
    return Unclear(
        f"A correlation needs two series, and I can find only {pair[0].label} in what you ask. "
        f"Name two measures or two values to compare."
    )
