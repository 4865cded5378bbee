"""Questions for the parts of the year: what the months are like, winter against summer."""

from threadcast.assets.columns.dates import Grain
from threadcast_analyst.intents import Contrast, Intent, Seasonality
from threadcast_analyst.reading.atoms import SEASONS
from threadcast_analyst.reading.cues import Cue
from threadcast_analyst.reading.question import Question

__all__ = ["seasons"]

_SEASON = "season"


def seasons(question: Question) -> Intent | None:
    """The months of the year, the four seasons, or those parts of the year that are named."""
    is_same_part = len({months for _, months in question.moments.parts}) == 1
    if is_same_part and len(question.moments.points) == len(question.moments.parts):
        return None  # "summer 2014 or summer 2015": years, and the same part of each
    if len(question.moments.parts) > 1 and (_compares(question) or question.superlative is not None):
        return Contrast(question.moments.parts)
    extreme = question.has_any(Cue.HIGH, Cue.LOW) or question.superlative is not None
    if Cue.SEASON in question.cues and not _over_years(question):
        is_named = _SEASON in {word.stem for word in question.words}
        return _four() if is_named and Cue.CHANGE not in question.cues else Seasonality()
    by_month = question.grain is Grain.MONTH and Cue.AVERAGE in question.cues
    return Seasonality() if extreme and by_month and question.columns.dimensions == () else None


def _over_years(question: Question) -> bool:
    """Whether years are spoken of, and no year's course: "over the years"."""
    return Cue.TREND in question.cues and "years" in {word.text for word in question.words}


def _compares(question: Question) -> bool:
    return (
        question.has_any(Cue.COMPARE, Cue.CHANGE, Cue.HIGH, Cue.LOW)
        or {"or", "vs", "versus"} & {word.text for word in question.words} != set()
    )


def _four() -> Contrast:
    return Contrast(tuple((name, frozenset(months)) for name, months in SEASONS.items()))
