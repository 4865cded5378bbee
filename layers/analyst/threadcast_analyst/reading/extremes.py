"""Questions for the highest and the lowest: of periods or of a dimension's values, by amount or by change."""

from itertools import pairwise

from threadcast.assets.columns.dates import Grain
from threadcast_analyst.computing.rankings import LISTED_GROUPS
from threadcast_analyst.intents import Average, Breakdown, Intent, Movers, Ranked, Steps
from threadcast_analyst.reading.cues import SUPERLATIVES, Cue
from threadcast_analyst.reading.differences import ends
from threadcast_analyst.reading.question import Question
from threadcast_analyst.series import Key

__all__ = ["extreme", "is_becoming"]


def extreme(question: Question) -> Intent | None:
    """What a superlative asks for; None where there is none."""
    if {Cue.HIGH, Cue.LOW} <= question.cues.keys() and not question.speaks_of_change:
        # a list tells both ends, and so does an average's range
        by = question.columns.dimensions
        if by and Cue.RANK in question.cues and min(question.cues[Cue.LOW]) < min(question.cues[Cue.HIGH]):
            return Ranked(question.dimension, highest=False, limit=LISTED_GROUPS)
        return Breakdown(question.dimension) if by else Average("mean", question.grain)
    highest = _wants_highest(question)
    if highest is None:
        return None
    if question.speaks_of_change:
        return _of_change(question, highest=highest)
    key = _key(question)
    limit = question.limit.count or 1
    return None if key is None else Ranked(key, highest, limit, question.limit.only_last)


def _of_change(question: Question, *, highest: bool) -> Intent | None:
    """What "grew most", "the biggest drop" and "fell least" ask for; None for what lies between extremes."""
    texts = [word.text for word in question.words]
    extremes = question.cues.get(Cue.HIGH, frozenset()) | question.cues.get(Cue.LOW, frozenset())
    between = ("difference", "between") in pairwise(texts) and texts.index("between")
    if between and any(at > between for at in extremes):
        return None
    falls = question.has_any(Cue.FALL, Cue.LOSS) and Cue.RISE not in question.cues
    if falls and not highest:
        return None  # the least fall is not the greatest rise
    is_either_way = not question.has_any(Cue.RISE, Cue.FALL, Cue.LOSS) and Cue.CHANGE in question.cues
    if is_either_way and not highest:
        return None  # the least change is neither a rise nor a fall
    wanted = None if is_either_way else highest != falls
    if question.columns.dimensions:
        first, last = ends(question)
        relative = Cue.PERCENT in question.cues
        limit = question.limit.count or 1
        return Movers(
            question.dimension,
            wanted if limit == 1 else highest != falls,
            limit,
            first,
            last,
            relative=relative,
        )
    grain = question.subject.grain
    return None if grain is None else Steps(wanted, question.grain or grain)


def _is_open(question: Question) -> bool:
    """Whether it is a comparative that nothing is compared by: "is it windier?"."""
    if is_becoming(question):
        return True
    at = next(iter(question.superlatives))
    is_comparative = not question.words[at].text.endswith("est")
    return is_comparative and not question.columns.dimensions and not question.grains


def is_becoming(question: Question) -> bool:
    """Whether a comparative asks for a trend: "is it getting warmer?"."""
    return question.superlative is not None and any(word.text == "getting" for word in question.words)


def _asks_who(question: Question) -> bool:
    """Whether it is one of the values that is asked for, and no time: "who had the most?"."""
    return question.words[0].text == "who" and not question.values.all and not question.grains


def _ranks_years(question: Question) -> bool:
    """Whether the same part of each year is ranked: "the wettest July", "which summer"."""
    names = {name.lower().partition(" ")[0] for name, _ in question.moments.parts}
    before = {word.text for word in question.words if _follows(question, word.at) in names}
    return bool(before & {"which", "what", *SUPERLATIVES, "highest", "lowest", "best", "worst"})


def _follows(question: Question, at: int) -> str:
    return question.words[at + 1].text if at + 1 < len(question.words) else ""


def _wants_highest(question: Question) -> bool | None:
    """Whether the highest (True) or the lowest (False) is asked for; None: neither."""
    if question.superlative is not None:
        return None if question.names_two or _is_open(question) else question.superlative.highest
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
    if question.subject.shape.dimensions and _asks_who(question):
        return question.dimension
    if _ranks_years(question):
        return Grain.YEAR
    if question.subject.grain is not None:
        return question.grain or question.subject.grain
    return question.dimension if question.subject.shape.dimensions else None
