"""Questions for the changes from one period to the next: "in which years did it fall?"."""

from threadcast.assets.columns.column_roles import Additivity
from threadcast.assets.columns.dates import Grain
from threadcast_analyst.intents import Intent, Moves, Streak
from threadcast_analyst.reading.cues import Cue
from threadcast_analyst.reading.question import Question
from threadcast_analyst.reading.relative import GRAIN_WORDS
from threadcast_analyst.series import Condition

__all__ = ["growth_run", "moves"]

_OTHERS = (
    Cue.HIGH, Cue.LOW, Cue.SHARE, Cue.TREND, Cue.COMPARE, Cue.WHY, Cue.EACH, Cue.AVERAGE, Cue.SEASON,
    Cue.OUTLIER, Cue.CORRELATE, Cue.MAKE,
)  # fmt: skip


def moves(question: Question) -> Intent | None:
    """The periods that rose or fell, or where a word says "from one to the next", the change of each."""
    own = question.subject.grain
    if own is None or question.columns.dimensions or question.said is not None or question.has_any(*_OTHERS):
        return None
    is_stepwise = Cue.STEP in question.cues or (question.names_adverb and _speaks_of_steps(question))
    is_stepwise = is_stepwise and not question.averages_changes and Cue.COUNT not in question.cues
    grain = question.grain or (Grain.YEAR if Cue.STEP in question.cues else own)
    is_of_one = [point.grain for point in question.moments.points] == [
        grain
    ] and question.moments.ends is None
    if is_stepwise and not is_of_one:
        return Moves(None, grain)
    rise = _direction(question)
    names_periods = any(question.words[at].stem in GRAIN_WORDS for at in question.grains)
    asks = names_periods or (Cue.WHEN in question.cues and own > Grain.DAY)
    return Moves(rise, question.grain or own) if asks and rise is not None and not is_stepwise else None


def growth_run(question: Question) -> Intent | None:
    """The longest run of growth or of falls."""
    own, rise = question.subject.grain, _direction(question)
    if Cue.LONG not in question.cues or own is None or rise is None or question.said is not None:
        return None
    return Streak(Condition("above" if rise else "below", 0), question.grain or own, of_steps=True)


def _direction(question: Question) -> bool | None:
    """Whether it is rising (True) or falling (False) that is asked about; None: neither, or both."""
    if question.has_losses and question.measure.additivity is Additivity.ADDITIVE:
        return None  # in which years jobs fell is told by their losses, not by the fall of their gains
    rises = Cue.RISE in question.cues
    falls = question.has_any(Cue.FALL, Cue.LOSS)
    return None if rises == falls else rises


def _speaks_of_steps(question: Question) -> bool:
    return question.has_any(Cue.CHANGE, Cue.RISE, Cue.FALL)
