"""From what a question names to what it asks for: the first rule that fits decides."""

from collections.abc import Callable
from typing import Literal

from threadcast.adapters.offline_analyst.intents import (
    Average,
    Breakdown,
    CountRows,
    Describe,
    Explain,
    Intent,
    MakeMetric,
    Outliers,
    Seasonality,
    Share,
    Total,
    Trend,
)
from threadcast.adapters.offline_analyst.reading.cues import Cue
from threadcast.adapters.offline_analyst.reading.differences import (
    comparison,
    difference,
    ends,
    latest_of_months,
)
from threadcast.adapters.offline_analyst.reading.extremes import extreme
from threadcast.adapters.offline_analyst.reading.pairs import correlation_in
from threadcast.adapters.offline_analyst.reading.question import Question

__all__ = ["decide"]

_SHORT_QUESTION = 12
"""Up to so many words, naming something is asking for its figure: "wind in 2009"."""


def decide(question: Question) -> Intent | None:
    """What is asked for; None if no word tells."""
    return next((intent for rule in _RULES if (intent := rule(question)) is not None), None)


def _making(question: Question) -> Intent | None:
    return MakeMetric() if Cue.MAKE in question.cues else None


def _description(question: Question) -> Intent | None:
    return Describe() if Cue.DESCRIBE in question.cues and not question.places else None


def _reasons(question: Question) -> Intent | None:
    if Cue.WHY not in question.cues:
        return None
    rises, falls = Cue.RISE in question.cues, Cue.FALL in question.cues
    wanted: Literal["rise", "fall"] | None = None if rises == falls else "rise" if rises else "fall"
    first, last = ends(question)
    return Explain(first, last or latest_of_months(question), wanted)


def _correlation(question: Question) -> Intent | None:
    return correlation_in(question) if Cue.CORRELATE in question.cues else None


def _outliers(question: Question) -> Intent | None:
    return Outliers() if Cue.OUTLIER in question.cues else None


def _seasons(question: Question) -> Intent | None:
    return Seasonality() if Cue.SEASON in question.cues else None


def _share(question: Question) -> Intent | None:
    if Cue.SHARE not in question.cues or question.speaks_of_change or not question.subject.shape.dimensions:
        return None
    return Share(question.dimension, question.values.all)


def _trend(question: Question) -> Intent | None:
    asks = question.cues & {Cue.TREND, Cue.HOW}
    return Trend() if asks and question.subject.span is not None else None


def _count(question: Question) -> Intent | None:
    asks_when = Cue.WHEN in question.cues and len(question.values.all) == 1 and not question.columns.measures
    if Cue.COUNT in question.cues or asks_when:
        return CountRows(above_zero=bool(question.columns.measures))
    return None


def _average(question: Question) -> Intent | None:
    if Cue.MEDIAN in question.cues:
        return Average("median", question.grain)
    if Cue.AVERAGE not in question.cues:
        return None
    grouped = question.columns.dimensions and not question.values.all
    return Breakdown(question.dimension) if grouped else Average("mean", question.grain)


def _breakdown(question: Question) -> Intent | None:
    key = question.key
    is_asked = question.cues & {Cue.EACH, Cue.RANK} or (isinstance(key, str) and not question.values.all)
    return Breakdown(key) if key is not None and is_asked else None


def _total(question: Question) -> Intent | None:
    windows = question.moments.windows
    if len(windows) > 1 and Cue.TOTAL not in question.cues:
        return Breakdown(min(window.grain for window in windows))
    names_something = question.places and len(question.words) <= _SHORT_QUESTION
    return Total() if question.cues & {Cue.TOTAL, Cue.ASK} or names_something else None


_RULES: tuple[Callable[[Question], Intent | None], ...] = (
    _making,
    _description,
    _reasons,
    _correlation,
    _outliers,
    _seasons,
    _share,
    extreme,
    comparison,
    difference,
    _count,
    _trend,
    _average,
    _breakdown,
    _total,
)
