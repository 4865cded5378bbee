"""Questions for the highest and the lowest: of periods or of a dimension's values, by amount or by change."""

from threadcast.adapters.offline_analyst.intents import Average, Intent, Movers, Ranked, Steps
from threadcast.adapters.offline_analyst.reading.cues import Cue
from threadcast.adapters.offline_analyst.reading.differences import ends
from threadcast.adapters.offline_analyst.reading.question import Question
from threadcast.adapters.offline_analyst.series import Key

__all__ = ["extreme"]


def extreme(question: Question) -> Intent | None:
    """What a superlative asks for; None where there is none."""
    if {Cue.HIGH, Cue.LOW} <= question.cues.keys() and not question.columns.dimensions:
        return Average("mean", question.grain)  # its range tells both
    highest = _wants_highest(question)
    if highest is None:
        return None
    if question.speaks_of_change:
        return _of_change(question, highest=highest)
    key = _key(question)
    limit = question.limit.count or 1
    return None if key is None else Ranked(key, highest, limit, question.limit.only_last)


def _of_change(question: Question, *, highest: bool) -> Intent | None:
    """What "grew most", "the biggest drop" and "fell least" ask for."""
    falls = question.has_any(Cue.FALL, Cue.LOSS) and Cue.RISE not in question.cues
    if question.columns.dimensions:
        first, last = ends(question)
        return Movers(question.dimension, highest != falls, question.limit.count or 1, first, last)
    grain = question.subject.grain
    return None if grain is None else Steps(highest != falls, question.grain or grain)


def _wants_highest(question: Question) -> bool | None:
    """Whether the highest (True) or the lowest (False) is asked for; None: neither."""
    if question.superlative is not None:
        return None if question.names_two else question.superlative.highest
    if Cue.LOW in question.cues:
        return False
    if Cue.HIGH not in question.cues:
        return None
    # the most jobs lost are the lowest number of jobs gained
    return not (Cue.LOSS in question.cues and question.has_losses)


def _key(question: Question) -> Key | None:
    """What "the highest" is the highest of; when that is not said: moments, else values."""
    if question.columns.dimensions:
        return question.dimension
    if question.subject.grain is not None:
        return question.grain or question.subject.grain
    return question.dimension if question.subject.shape.dimensions else None
