"""Questions for a difference: between two values, between two periods."""

from threadcast.adapters.offline_analyst.intents import Breakdown, Change, Comparison, Intent
from threadcast.adapters.offline_analyst.reading.cues import Cue
from threadcast.adapters.offline_analyst.reading.question import Question
from threadcast.asset_types.times import Grain, Period, period_of, shifted

__all__ = ["comparison", "difference", "ends", "latest_of_months"]


def comparison(question: Question) -> Intent | None:
    """Values of one dimension beside each other, or all of them if none is named."""
    compares = question.cues & {Cue.COMPARE, Cue.CHANGE} or question.superlative is not None
    if not compares:
        return None
    for dimension, named in question.values.values:
        if len(named) > 1:
            return Comparison(dimension, named)
    if len(question.moments.points) > 1:
        return Change(*ends(question))
    is_open = question.cues >= {Cue.COMPARE} and question.subject.shape.dimensions and not question.values.all
    return Breakdown(question.dimension) if is_open else None


def difference(question: Question) -> Intent | None:
    """A change over time."""
    if question.speaks_of_change and question.subject.span is not None:
        return Change(*ends(question))
    return None


def ends(question: Question) -> tuple[Period | None, Period | None]:
    """The two periods a change is between; one alone is its end, None stands for an open one."""
    points = question.moments.points
    if len(points) > 1:
        low, high = sorted(points[:2], key=lambda period: period.first)
        return low, high
    return None, points[0] if points else None


def latest_of_months(question: Question) -> Period | None:
    """The latest month of the rows that bears a name given without a year; None: none was given."""
    span, months = question.subject.span, question.moments.months
    if span is None or span.grain >= Grain.QUARTER or len(months) != 1:
        return None
    month = period_of(span.last, Grain.MONTH)
    while month.first.month not in months and month.first > span.first:
        month = shifted(month, -1)
    return month
