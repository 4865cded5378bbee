"""Questions for a difference: between two values, between two periods."""

from threadcast.assets.columns.dates import Grain, Period, period_of, shifted
from threadcast_analyst.intents import Breakdown, Change, Comparison, Intent, Movers, Steps
from threadcast_analyst.reading.cues import Cue
from threadcast_analyst.reading.question import Question

__all__ = ["comparison", "difference", "ends", "latest_of_months"]

_TWO = 2
_LISTED_MOVERS = 12
_MORE = frozenset({"more", "bigger", "larger", "higher", "greater"})
_LESS = frozenset({"less", "fewer", "smaller", "lower"})


def comparison(question: Question) -> Intent | None:
    """Values or periods beside each other; all values if none is named."""
    asks = question.has_any(Cue.COMPARE, Cue.CHANGE, Cue.WHEN) or question.superlative is not None
    if not asks:
        return None
    for dimension, named in question.values.values:
        if len(named) > 1 and question.values.all:
            return _of_values(question, dimension, named)
    if question.both and question.has_any(Cue.COMPARE, Cue.CHANGE) and not question.moments.points[1:]:
        return Comparison(question.dimension, question.subject.values[question.dimension])
    if len(question.moments.points) > 1:
        return _of_times(question)
    is_open = Cue.COMPARE in question.cues and question.subject.shape.dimensions and not question.values.all
    return Breakdown(question.dimension) if is_open else None


def _of_times(question: Question) -> Intent:
    """Several periods as a list, two by what changed between them, of each value where one is asked for."""
    points = question.moments.points
    if len(points) > _TWO:
        return Breakdown(points[0].grain)
    if question.columns.dimensions and not question.values.all:
        return _by_value(question)
    return Change(*ends(question), per=_per(question))


def _by_value(question: Question) -> Intent:
    """Each value between two periods: all, or those that a comparative of the first one named tells."""
    first, last = ends(question)
    texts = {word.text for word in question.words}
    is_more, is_less = bool(texts & _MORE), bool(texts & _LESS)
    is_told_backwards = question.moments.points[0] == last
    rises = is_more == is_told_backwards
    only = is_more != is_less
    return Movers(question.dimension, rises or not only, _LISTED_MOVERS, first, last, only)


def _of_values(question: Question, dimension: str, named: tuple[str, ...]) -> Intent:
    """Who has more or, where a word tells of growing or falling, who grew or fell more."""
    if question.has_any(Cue.RISE, Cue.FALL) and question.subject.span is not None:
        first, last = ends(question)
        return Movers(dimension, Cue.FALL not in question.cues, len(named), first, last)
    return Comparison(dimension, named)


def difference(question: Question) -> Intent | None:
    """A change over time, of each value of a dimension where one is named."""
    if not question.speaks_of_change or question.subject.span is None or _is_going_on(question):
        return None
    if question.averages_changes:
        return None
    first, last = ends(question)
    grain = question.subject.grain
    if "ever" in {word.text for word in question.words} and grain is not None:
        return Steps(Cue.RISE in question.cues, question.grain or grain)
    if question.columns.dimensions and not question.values.all:
        falls = question.has_any(Cue.FALL, Cue.LOSS)
        only = falls != (Cue.RISE in question.cues)
        return Movers(question.dimension, not falls, _LISTED_MOVERS, first, last, only)
    return Change(first, last, _per(question))


def _is_going_on(question: Question) -> bool:
    """Whether a trend is asked for: "is it rising?" without a date."""
    return Cue.TREND in question.cues and not question.moments.points and not question.columns.dimensions


def _per(question: Question) -> Grain | None:
    """The grain of "how much did it grow per year"; None: the change as a whole is asked for."""
    is_mean = question.has_any(Cue.EACH, Cue.AVERAGE)
    return question.grain or question.subject.grain if is_mean else None


def ends(question: Question) -> tuple[Period | None, Period | None]:
    """The two periods a change is between; one alone is its end, None stands for an open one."""
    points = question.moments.points
    if len(points) > 1:
        low, high = sorted(points[:2], key=lambda period: period.first)
        return low, high
    if question.moments.ends is not None:
        return question.moments.ends
    if question.moments.relative and points:
        return _within(points[0], question)
    return None, points[0] if points else None


def _within(window: Period, question: Question) -> tuple[Period | None, Period]:
    """From the first to the last of "the last 5 years"; a single one is an end."""
    span = question.subject.span
    if span is None:
        return None, window
    first, last = (period_of(day, max(window.grain, span.grain)) for day in (window.first, window.last))
    return (None, last) if first == last else (first, last)


def latest_of_months(question: Question) -> Period | None:
    """The latest month of the rows that bears a name given without a year; None: none was given."""
    span, months = question.subject.span, question.moments.months
    if span is None or span.grain >= Grain.QUARTER or len(months) != 1:
        return None
    month = period_of(span.last, Grain.MONTH)
    while month.first.month not in months and month.first > span.first:
        month = shifted(month, -1)
    return month
