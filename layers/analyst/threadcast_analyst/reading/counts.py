"""Questions for how many and which: rows, periods that meet a condition, runs of such periods."""

from threadcast.assets.columns.column_roles import Additivity
from threadcast_analyst.intents import CountRows, Intent, Satisfying, Streak, Tally
from threadcast_analyst.reading.cues import Cue
from threadcast_analyst.reading.question import Question
from threadcast_analyst.series import Condition, Key, Relation

__all__ = ["condition_of", "count", "satisfying", "streak"]

_RUNS = frozenset({"spells", "streaks", "stretches", "runs"})


def streak(question: Question) -> Intent | None:
    """The longest run of days of a kind; how many runs there were is not counted."""
    if Cue.LONG not in question.cues or question.subject.grain is None:
        return None
    texts = {word.text for word in question.words}
    if texts & _RUNS and "longest" not in texts:
        return None
    condition = condition_of(question)
    return None if condition is None else Streak(condition, question.grain or question.subject.grain)


def satisfying(question: Question) -> Intent | None:
    """The periods or values whose figure meets a condition."""
    key = _key(question)
    if key is None:
        return None
    if (tally := _tally(question)) is not None:
        return tally
    if question.said is not None:
        is_bare = question.cues.keys() <= {Cue.ASK, Cue.COMPARE, Cue.TOTAL} and question.condition is not None
        asks = is_bare or question.has_any(Cue.COUNT, Cue.WHEN)
        names_groups = bool(question.grains or question.columns.dimensions)
        is_of_mean = question.said.condition.of_mean and Cue.COUNT not in question.cues
        asks = (
            names_groups if is_of_mean else asks or names_groups
        )  # "was July 2014 above average" counts no days
        condition = condition_of(question) if asks else None
        return None if condition is None else Satisfying(condition, key)
    is_part = question.has_any(Cue.SHARE, Cue.PERCENT) and bool(question.grains)
    has_losses = Cue.LOSS in question.cues and question.has_losses and bool(question.grains)
    is_plain = has_losses and not question.has_any(Cue.HIGH, Cue.LOW, Cue.EACH, Cue.TOTAL, Cue.AVERAGE)
    asks = is_part or is_plain or Cue.COUNT in question.cues
    condition = condition_of(question) if asks else None
    return None if condition is None else Satisfying(condition, key)


def _tally(question: Question) -> Intent | None:
    """How many days of each year: two grains, and a condition for the finer one."""
    grains = sorted(set(question.grains.values()))
    condition = condition_of(question)
    if len(grains) != 2 or condition is None:  # noqa: PLR2004 - the counted and that of the groups
        return None
    counts = question.said is not None or Cue.COUNT in question.cues
    asks = question.has_any(Cue.EACH, Cue.HIGH, Cue.LOW, Cue.COUNT)
    return Tally(condition, grains[0], grains[1]) if asks and counts else None


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
        return _of_loss(question, question.said.condition)
    if Cue.LOSS in question.cues:
        return Condition("below", 0) if question.has_losses else None
    adds_up = (
        question.measure.additivity is Additivity.ADDITIVE
    )  # there is none or some of it, not so of heat
    return Condition("above", 0) if question.columns.measures and adds_up else None


def _of_loss(question: Question, condition: Condition) -> Condition | None:
    """What a loss must be, as a gain must be: above 500 is below -500; None: there is no such condition."""
    if Cue.LOSS not in question.cues or not question.has_losses:
        return condition
    mirrored: dict[Relation, Relation] = {"above": "below", "at least": "at most", "exactly": "exactly"}
    relation = mirrored.get(condition.relation)
    return None if relation is None else Condition(relation, -condition.value)


def _key(question: Question) -> Key | None:
    named = question.columns.dimensions
    if named and named[0].name not in dict(question.values.values):
        return named[0].name
    return question.grain or question.subject.grain
