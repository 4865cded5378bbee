"""Questions for the highest and the lowest: of periods or of a dimension's values, by amount or by change."""

from threadcast.adapters.offline_analyst.intents import Average, Intent, Movers, Ranked, Steps
from threadcast.adapters.offline_analyst.reading.cues import Cue
from threadcast.adapters.offline_analyst.reading.differences import ends
from threadcast.adapters.offline_analyst.reading.question import Question
from threadcast.asset_types.times import Grain

__all__ = ["extreme"]


def extreme(question: Question) -> Intent | None:
    """What a superlative asks for; None where there is none."""
    if question.cues >= {Cue.HIGH, Cue.LOW} and not question.columns.dimensions:
        return Average("mean", question.grain)  # its range tells both
    highest = _wants_highest(question)
    if highest is None:
        return None
    limit = question.count or 1
    key = question.key
    if question.speaks_of_change:
        return _of_change(question, limit, highest=highest)
    if key is None or (isinstance(key, Grain) and question.subject.grain is None):
        key = _default_key(question)
    return None if key is None else Ranked(key, highest, limit)


def _of_change(question: Question, limit: int, *, highest: bool) -> Intent | None:
    """What "grew most", "the biggest drop" and "fell least" ask for."""
    falls = bool(question.cues & {Cue.FALL, Cue.LOSS}) and Cue.RISE not in question.cues
    if question.columns.dimensions:
        first, last = ends(question)
        return Movers(question.dimension, highest != falls, limit, first, last)
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


def _default_key(question: Question) -> str | Grain | None:
    """What "the highest" is the highest of when that is not said: moments, else values."""
    if question.subject.grain is not None:
        return question.subject.grain
    return question.dimension if question.subject.shape.dimensions else None
