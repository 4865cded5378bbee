"""From what a question names to what it asks for: the first rule that fits decides."""

from threadcast.adapters.offline_analyst.intents import (
    Average,
    Breakdown,
    Change,
    Comparison,
    CountRows,
    Describe,
    Explain,
    Intent,
    MakeMetric,
    Movers,
    Outliers,
    Ranked,
    Seasonality,
    Share,
    Steps,
    Total,
    Trend,
)
from threadcast.adapters.offline_analyst.reading.cues import Cue
from threadcast.adapters.offline_analyst.reading.pairs import correlation_in
from threadcast.adapters.offline_analyst.reading.question import Question
from threadcast.asset_types.times import Grain, Period

__all__ = ["decide"]


def decide(question: Question) -> Intent | None:
    """What is asked for; None if no word tells."""
    return _special(question) or _ordering(question) or _difference(question) or _plain(question)


def _special(question: Question) -> Intent | None:
    cues = question.cues
    if Cue.MAKE in cues:
        return MakeMetric()
    if Cue.DESCRIBE in cues and not question.places:
        return Describe()
    if Cue.WHY in cues:
        return Explain(*_ends(question))
    if Cue.CORRELATE in cues:
        return correlation_in(question)
    if Cue.OUTLIER in cues:
        return Outliers()
    if Cue.SEASON in cues or (
        Cue.AVERAGE in cues and question.grain is Grain.MONTH and not question.values.all
    ):
        return Seasonality() if _finer_than_year(question) else None
    if Cue.SHARE in cues and not _speaks_of_change(question) and question.subject.shape.dimensions:
        return Share(_dimension(question), question.values.all)
    return None


def _ordering(question: Question) -> Intent | None:
    """Highest and lowest, of periods or of a dimension's values, by amount or by change."""
    high, low = _direction(question)
    if not high and not low:
        return None
    limit = question.count or 1
    key = question.key
    if _speaks_of_change(question):
        if isinstance(key, str):
            falls = Cue.FALL in question.cues and Cue.RISE not in question.cues
            first, last = _ends(question)
            return Movers(key, high != falls, limit, first, last)
        if question.subject.grain is not None:
            falls = Cue.FALL in question.cues and not question.cues & {Cue.RISE}
            return Steps(high != falls, key if isinstance(key, Grain) else question.subject.grain)
    if key is None or (isinstance(key, Grain) and question.subject.grain is None):
        key = _default_key(question)
    if key is None:
        return Total()
    plural_group = question.count is None and question.cues >= {Cue.RANK, Cue.EACH}
    return Ranked(key, high, 5 if plural_group else limit)


def _difference(question: Question) -> Intent | None:
    cues, points = question.cues, question.moments.points
    values = question.values.values
    if Cue.COMPARE in cues or Cue.CHANGE in cues:
        for dimension, named in values:
            if len(named) > 1:
                return Comparison(dimension, named)
        if len(points) > 1:
            return Change(*_ends(question))
        if Cue.COMPARE in cues and question.subject.shape.dimensions and not values:
            return Breakdown(_dimension(question))
    if _speaks_of_change(question) and question.subject.span is not None:
        return Change(*_ends(question))
    return None


def _plain(question: Question) -> Intent | None:
    cues, key = question.cues, question.key
    if Cue.TREND in cues and not question.values.all and question.moments.windows == ():
        return Trend() if question.subject.span is not None else None
    if Cue.TREND in cues and question.subject.span is not None:
        return Trend()
    if Cue.COUNT in cues:
        return CountRows()
    if Cue.MEDIAN in cues:
        return Average("median", question.grain)
    if Cue.AVERAGE in cues:
        return Breakdown(key) if key is not None and Cue.EACH in cues else Average("mean", question.grain)
    if key is not None and (Cue.EACH in cues or Cue.RANK in cues):
        return Breakdown(key)
    if isinstance(key, str) and not question.values.all:
        return Breakdown(key)
    if Cue.TOTAL in cues or (question.places and len(question.words) <= 12):  # noqa: PLR2004 - a bare "wind in 2009"
        return Total()
    return None


def _direction(question: Question) -> tuple[bool, bool]:
    """Whether the highest, or the lowest, is asked for."""
    high, low = Cue.HIGH in question.cues, Cue.LOW in question.cues
    if question.superlative is not None:
        return question.superlative.highest, not question.superlative.highest
    if high and not low and Cue.LOSS in question.cues and _has_negative_values(question):
        return False, True  # the most jobs lost are the lowest number of jobs gained
    return high and not low, low


def _has_negative_values(question: Question) -> bool:
    at = question.subject.table.columns.index(question.measure.name)
    cells = (row[at] for row in question.subject.table.rows)
    return any(isinstance(cell, int | float) and cell < 0 for cell in cells)


def _speaks_of_change(question: Question) -> bool:
    return bool(question.cues & {Cue.CHANGE, Cue.RISE, Cue.FALL})


def _ends(question: Question) -> tuple[Period | None, Period | None]:
    """The two periods a change is between; one alone is its end, None stands for an open one."""
    points = question.moments.points
    if len(points) > 1:
        low, high = sorted(points[:2], key=lambda period: period.first)
        return low, high
    return None, points[0] if points else None


def _dimension(question: Question) -> str:
    """The dimension that is meant: named, else that of a named value, else the first."""
    if question.columns.dimensions:
        return question.columns.dimensions[0].name
    if question.values.values:
        return question.values.values[0][0]
    return question.subject.shape.dimensions[0].name


def _default_key(question: Question) -> str | Grain | None:
    """What "the highest" is the highest of when that is not said: moments, else values."""
    if question.subject.grain is not None:
        return question.subject.grain
    return question.subject.shape.dimensions[0].name if question.subject.shape.dimensions else None


def _finer_than_year(question: Question) -> bool:
    return question.subject.grain is not None and question.subject.grain < Grain.YEAR
