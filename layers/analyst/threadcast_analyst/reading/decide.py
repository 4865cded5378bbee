"""From what a question names to what it asks for: the first rule that fits decides."""

from collections.abc import Callable
from typing import Literal

from threadcast.assets.columns.dates import Grain
from threadcast_analyst.intents import (
    Average,
    Breakdown,
    Describe,
    Explain,
    Intent,
    MakeMetric,
    Outliers,
    Ranked,
    Recap,
    Share,
    Total,
    Trend,
)
from threadcast_analyst.reading.counts import count, satisfying, streak
from threadcast_analyst.reading.cues import Cue
from threadcast_analyst.reading.differences import (
    comparison,
    difference,
    ends,
    latest_of_months,
)
from threadcast_analyst.reading.extremes import extreme, is_becoming
from threadcast_analyst.reading.pairs import correlation_in
from threadcast_analyst.reading.question import Question
from threadcast_analyst.reading.seasons import seasons
from threadcast_analyst.reading.steps import growth_run, moves

__all__ = ["decide"]

_LISTED = 24
"""How many periods a ranking lists if that is not said."""

_SHORT_QUESTION = 12
"""Up to so many words, naming something is asking for its figure: "wind in 2009"."""


def decide(question: Question) -> Intent | None:
    """What is asked for; None if no word tells."""
    return next((intent for rule in _RULES if (intent := rule(question)) is not None), None)


def _making(question: Question) -> Intent | None:
    if Cue.MAKE not in question.cues:
        return None
    return MakeMetric(tuple(column.name for column in question.columns.measures))


def _recap(question: Question) -> Intent | None:
    if Cue.METHOD not in question.cues or question.places:
        return None
    texts = {word.text for word in question.words}
    return Recap(doubted=bool(texts & {"wrong", "incorrect", "not", "false", "mistake", "sure"}))


def _description(question: Question) -> Intent | None:
    asks = Cue.DESCRIBE in question.cues and Cue.COUNT not in question.cues
    return Describe() if asks and not question.places else None


def _reasons(question: Question) -> Intent | None:
    if Cue.WHY not in question.cues:
        return None
    rises, falls = Cue.RISE in question.cues, question.has_any(Cue.FALL, Cue.LOSS)
    wanted: Literal["rise", "fall"] | None = None if rises == falls else "rise" if rises else "fall"
    first, last = ends(question)
    return Explain(first, last or latest_of_months(question), wanted)


def _correlation(question: Question) -> Intent | None:
    return correlation_in(question) if Cue.CORRELATE in question.cues else None


def _outliers(question: Question) -> Intent | None:
    return Outliers() if Cue.OUTLIER in question.cues else None


def _share(question: Question) -> Intent | None:
    if not question.subject.shape.dimensions:
        return None
    asks = Cue.SHARE in question.cues or (Cue.PERCENT in question.cues and not question.speaks_of_change)
    if question.values.all and _relates_two(question):
        return None
    dimension = question.dimension
    return Share(dimension, dict(question.values.values).get(dimension, ())) if asks else None


def _relates_two(question: Question) -> bool:
    """Whether one value is to be told as a part of another: "nuclear as a percentage of fossil fuels"."""
    asked = question.cues.get(Cue.SHARE, frozenset()) | question.cues.get(Cue.PERCENT, frozenset())
    places = question.values.places
    around = (
        any(at < min(asked) for at in places) and any(at > max(asked) for at in places) if asked else False
    )
    between = question.words[min(places) + 1 : max(places)]
    return len(question.values.all) > 1 and (
        around or any(word.text in {"is", "are", "was"} for word in between)
    )


def _trend(question: Question) -> Intent | None:
    asks = question.has_any(Cue.TREND, Cue.HOW) or is_becoming(question)
    return Trend(question.grain) if asks and question.subject.span is not None else None


def _average(question: Question) -> Intent | None:
    if Cue.MEDIAN in question.cues:
        return Average("median", question.grain)
    if Cue.AVERAGE not in question.cues:
        return None
    if question.columns.dimensions and not question.values.all:
        return Breakdown(question.dimension, average=True)
    return Average("mean", question.grain)


def _breakdown(question: Question) -> Intent | None:
    key = question.key
    if Cue.RANK in question.cues and isinstance(key, Grain):
        return Ranked(key, highest=True, limit=question.limit.count or _LISTED)
    is_asked = question.has_any(Cue.EACH, Cue.RANK) or question.is_per_grain
    is_asked = is_asked or (isinstance(key, str) and not question.values.all)
    if key is None and question.moments.parts and Cue.EACH in question.cues:
        key = Grain.YEAR  # "in every January"
    return Breakdown(key) if key is not None and is_asked else None


def _total(question: Question) -> Intent | None:
    windows = question.moments.windows
    if len(windows) > 1 and Cue.TOTAL not in question.cues and not question.moments.is_left_out:
        return Breakdown(min(window.grain for window in windows))
    names_something = question.places and (Cue.ASK in question.cues or len(question.words) <= _SHORT_QUESTION)
    return Total() if Cue.TOTAL in question.cues or names_something else None


_RULES: tuple[Callable[[Question], Intent | None], ...] = (
    _making,
    _recap,
    _description,
    _reasons,
    _correlation,
    _outliers,
    growth_run,
    streak,
    seasons,
    _share,
    moves,
    satisfying,
    extreme,
    comparison,
    difference,
    count,
    _trend,
    _average,
    _breakdown,
    _total,
)
