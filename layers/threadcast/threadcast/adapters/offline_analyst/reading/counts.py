"""Questions for how many and which: rows, periods that meet a condition, runs of such periods."""

from threadcast.adapters.offline_analyst.intents import CountRows, Intent, Satisfying, Streak
from threadcast.adapters.offline_analyst.reading.cues import Cue
from threadcast.adapters.offline_analyst.reading.question import Question
from threadcast.adapters.offline_analyst.series import Condition, Key

__all__ = ["condition_of", "count", "satisfying", "streak"]


def streak(question: Question) -> Intent | None:
    """The longest run of days of a kind."""
    if Cue.LONG not in question.cues or question.subject.grain is None:
        return None
    condition = condition_of(question)
    return None if condition is None else Streak(condition, question.grain or question.subject.grain)


def satisfying(question: Question) -> Intent | None:
    """The periods or values whose figure meets a condition."""
    key = _key(question)
    if key is None:
        return None
    if question.said is not None:
        asks = question.has_any(Cue.COUNT, Cue.WHEN) or question.grains or question.columns.dimensions
        return Satisfying(question.said.condition, key) if asks else None
    condition = condition_of(question) if Cue.COUNT in question.cues else None
    return None if condition is None else Satisfying(condition, key)


def count(question: Question) -> Intent | None:
    """How many rows or groups there are."""
    dimension = next(iter(question.columns.dimensions), None)
    if dimension is not None and _are_counted(question, min(question.columns.at[dimension.name])):
        return CountRows(dimension.name)
    is_about_a_value = len(question.values.all) == 1 and not question.columns.measures
    asks_when = Cue.WHEN in question.cues and is_about_a_value
    return CountRows(question.grain) if Cue.COUNT in question.cues or asks_when else None


def _are_counted(question: Question, at: int) -> bool:
    """Whether "how many" or "number of" stands before a place."""
    before = tuple(word.stem for word in question.words[max(0, at - 2) : at])
    return before in {("how", "many"), ("number", "of")} and not question.values.all


def condition_of(question: Question) -> Condition | None:
    """The condition that is set, else that of an adjective, else that of a loss, else that there is any."""
    if question.said is not None:
        return question.said.condition
    if Cue.LOSS in question.cues and question.has_losses:
        return Condition("below", 0)
    return Condition("above", 0) if question.columns.measures else None


def _key(question: Question) -> Key | None:
    named = question.columns.dimensions
    if named and named[0].name not in dict(question.values.values):
        return named[0].name
    return question.grain or question.subject.grain
