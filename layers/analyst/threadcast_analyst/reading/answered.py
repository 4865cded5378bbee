"""What each kind of answer answers: the cues that it doesn't pass over in silence."""

from dataclasses import replace

from threadcast_analyst.intents import (
    Average,
    Breakdown,
    Change,
    Comparison,
    Contrast,
    Correlation,
    CountRows,
    Describe,
    Explain,
    Intent,
    MakeMetric,
    Movers,
    Moves,
    Outliers,
    Ranked,
    Recap,
    Satisfying,
    Seasonality,
    Share,
    Steps,
    Streak,
    Tally,
    Total,
    Trend,
)
from threadcast_analyst.reading.cues import Cue, cues_in
from threadcast_analyst.reading.question import Question
from threadcast_analyst.reading.words import Word

__all__ = ["answered_by"]

_ALWAYS = frozenset({Cue.ASK, Cue.HOW})

_ANSWERED: dict[type, frozenset[Cue]] = {
    Total: frozenset({Cue.TOTAL, Cue.LOSS}),
    Average: frozenset({Cue.AVERAGE, Cue.MEDIAN, Cue.TOTAL, Cue.EACH, Cue.HIGH, Cue.LOW}),
    CountRows: frozenset({Cue.COUNT, Cue.TOTAL, Cue.WHEN, Cue.DESCRIBE}),
    Satisfying: frozenset({Cue.COUNT, Cue.TOTAL, Cue.WHEN, Cue.LOSS, Cue.SHARE, Cue.PERCENT}),
    Tally: frozenset(
        {
            Cue.COUNT,
            Cue.TOTAL,
            Cue.LOSS,
            Cue.EACH,
            Cue.HIGH,
            Cue.LOW,
            Cue.AVERAGE,
            Cue.WHEN,
        }
    ),
    Streak: frozenset({Cue.LONG, Cue.HIGH, Cue.COUNT, Cue.TOTAL, Cue.WHEN, Cue.LOSS}),
    Ranked: frozenset({Cue.HIGH, Cue.LOW, Cue.RANK, Cue.WHEN, Cue.TOTAL, Cue.LOSS}),
    Breakdown: frozenset({Cue.EACH, Cue.RANK, Cue.TOTAL, Cue.COMPARE, Cue.HIGH, Cue.LOW}),
    Trend: frozenset({Cue.EACH, Cue.TREND, Cue.RISE, Cue.FALL, Cue.CHANGE, Cue.TOTAL}),
    Change: frozenset({Cue.CHANGE, Cue.RISE, Cue.FALL, Cue.LOSS, Cue.TOTAL, Cue.COMPARE, Cue.PERCENT}),
    Movers: frozenset(
        {
            Cue.CHANGE,
            Cue.RISE,
            Cue.FALL,
            Cue.LOSS,
            Cue.TOTAL,
            Cue.COMPARE,
            Cue.HIGH,
            Cue.LOW,
            Cue.EACH,
            Cue.PERCENT,
        }
    ),
    Moves: frozenset(
        {Cue.RISE, Cue.FALL, Cue.LOSS, Cue.CHANGE, Cue.STEP, Cue.COUNT, Cue.TOTAL, Cue.WHEN, Cue.PERCENT}
    ),
    Steps: frozenset(
        {Cue.STEP, Cue.CHANGE, Cue.RISE, Cue.FALL, Cue.LOSS, Cue.HIGH, Cue.LOW, Cue.WHEN, Cue.TOTAL}
    ),
    Comparison: frozenset({Cue.COUNT, Cue.COMPARE, Cue.CHANGE, Cue.WHEN, Cue.TOTAL}),
    Contrast: frozenset({Cue.COMPARE, Cue.CHANGE, Cue.TOTAL, Cue.HIGH, Cue.LOW, Cue.SEASON, Cue.EACH}),
    Share: frozenset(
        {
            Cue.SHARE,
            Cue.PERCENT,
            Cue.TOTAL,
            Cue.EACH,
            Cue.CHANGE,
            Cue.RISE,
            Cue.FALL,
            Cue.TREND,
        }
    ),
    Correlation: frozenset({Cue.CORRELATE}),
    Outliers: frozenset({Cue.OUTLIER}),
    Seasonality: frozenset({Cue.SEASON, Cue.CHANGE, Cue.HIGH, Cue.LOW, Cue.AVERAGE}),
    Explain: frozenset({Cue.WHY, Cue.RISE, Cue.FALL, Cue.CHANGE, Cue.LOSS}),
    MakeMetric: frozenset({Cue.MAKE}),
    Recap: frozenset(Cue),
    Describe: frozenset(Cue),
}
"""Which cues each kind of answer answers; all answer that something is asked."""


def answered_by(question: Question, intent: Intent | None) -> frozenset[Cue]:
    """The cues of a question that an answer of this kind uses up."""
    answered = _ALWAYS | _ANSWERED.get(type(intent), frozenset())
    if isinstance(intent, Breakdown | Change) and _averages(intent):
        answered |= {Cue.AVERAGE, Cue.EACH}
    asks_both = {Cue.HIGH, Cue.LOW} <= question.cues.keys()
    if isinstance(intent, Breakdown):
        answered = answered - _not_listed(question, intent) | ({Cue.LOSS} if question.has_losses else set())
    if isinstance(intent, Share) and not intent.values:
        answered -= {Cue.CHANGE, Cue.RISE, Cue.FALL, Cue.TREND}  # all shares are told, and no development
    if isinstance(intent, Ranked) and _names_the_other_end(question):
        answered -= {Cue.HIGH, Cue.LOW}
    if isinstance(intent, Average) and question.averages_changes:
        answered |= {Cue.CHANGE}
    if isinstance(intent, Movers) and intent.only:
        answered -= {Cue.HIGH, Cue.LOW}  # a list of those that fell has no least
    answered |= _answered_of_steps(question, intent)
    is_range = isinstance(intent, Ranked) and Cue.RANK in question.cues
    if isinstance(intent, Ranked | Movers | Steps) and asks_both and not is_range:
        answered -= {Cue.HIGH}  # one list has one direction, and the lowest goes first
    return answered


def _not_listed(question: Question, intent: Breakdown) -> frozenset[Cue]:
    """What a list does not tell: periods stand in their order, and there are no ranges."""
    ends = question.cues.get(Cue.HIGH, frozenset()) & question.cues.get(Cue.LOW, frozenset())
    ranges = frozenset({Cue.HIGH, Cue.LOW}) if ends else frozenset()
    return ranges if isinstance(intent.key, str) else ranges | {Cue.RANK}


def _answered_of_steps(question: Question, intent: Intent | None) -> frozenset[Cue]:
    """What is answered of a change from one period to the next."""
    if isinstance(intent, Streak) and intent.of_steps:
        return frozenset({Cue.RISE, Cue.FALL, Cue.LOSS})
    is_of_one = isinstance(intent, Change) and len(question.moments.points) == 1 and not question.moments.ends
    return frozenset({Cue.STEP}) if is_of_one else frozenset()


def _names_the_other_end(question: Question) -> bool:
    """Whether the end that is asked for belongs to a measure's name: "max and min temperature"."""
    named = question.columns.places
    ends = question.cues.get(Cue.HIGH, frozenset()) | question.cues.get(Cue.LOW, frozenset())
    return any(
        question.words[at + 1].text in {"and", "or", "&"}
        and at + 2 in named
        and _is_end(question.words[at + 2])
        for at in ends - named
        if at + 2 < len(question.words)
    )


def _is_end(word: Word) -> bool:
    return bool(cues_in((replace(word, at=0),), ()).keys() & {Cue.HIGH, Cue.LOW})


def _averages(intent: Breakdown | Change) -> bool:
    return intent.average if isinstance(intent, Breakdown) else intent.per is not None
