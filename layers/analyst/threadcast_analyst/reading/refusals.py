"""What to say of words that were not understood: better than an answer to another question."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

from threadcast.assets.columns.dates import Grain, grain_word
from threadcast.assets.columns.number_format import joined, number, plural
from threadcast_analyst.intents import Change, Contrast, Explain, Intent, Movers, Total
from threadcast_analyst.reading.cues import Cue, cue_words
from threadcast_analyst.reading.exclusions import exclusions_in
from threadcast_analyst.reading.fillers import OPERATORS
from threadcast_analyst.reading.kinds import NIGHT
from threadcast_analyst.reading.question import Question
from threadcast_analyst.reading.relative import GRAIN_WORDS
from threadcast_analyst.reading.words import Word

__all__ = ["impossible", "not_understood"]

_LISTED = 6
_BOUNDS = {
    "hot": "above", "warm": "above", "cold": "below", "cool": "below", "chilly": "below", "windy": "above",
    "breezy": "above", "calm": "below", "expensive": "above", "costly": "above", "cheap": "below",
}  # fmt: skip
"""Adjectives that are above or below nobody knows which figure."""


def not_understood(words: Sequence[Word], question: Question, *, is_dashboard: bool = False) -> str:
    """A sentence about the words left over: names that the rows don't know, or words of no use here."""
    if (unbounded := _unbounded(question)) is not None:
        return unbounded
    names = [word for word in words if _can_name(word) and word.at not in question.places]
    if not names:
        told = joined([f"“{word.text}”" for word in words])
        return f"I understood only part of the question: I can't tell what to do with {told}."
    told = joined([f"“{word.text}”" for word in dict.fromkeys(names)], "or")
    if is_dashboard and not question.hits[0]:
        return f"I can't find {told} in the rows of any metric here."
    return f"I can't find {told} in {_rows(question)}: {_known(question)}."


def _unbounded(question: Question) -> str | None:
    """What "hot days" lacks: the figure from which on a day is hot; None: there is no such word."""
    for word, following in pairwise(question.words):
        relation, column = _BOUNDS.get(word.text), question.measure_told
        if relation is None or column is None or following.stem not in GRAIN_WORDS.keys() | NIGHT.said:
            continue
        at = question.subject.table.columns.index(column.name)
        cells = [row[at] for row in question.subject.table.rows]
        mean = fmean(cell for cell in cells if isinstance(cell, int | float))
        bound = f"{number(mean * column.multiplier)}{column.suffix}"
        return (
            f"The rows don't tell from which figure on a {following.stem} is {word.text}. "
            f"Name one, as in “{plural(following.stem)} with {column.label} {relation} {bound}”."
        )
    return None


def impossible(question: Question, intent: Intent) -> str | None:
    """Why a question can't be answered although every word of it is understood; None: it may be."""
    points, parts = question.moments.points, question.moments.parts
    is_of_days = any(point.grain is Grain.DAY for point in points)
    lacking = _unbounded(question) if isinstance(intent, Total) and not is_of_days else _too_fine(question)
    if lacking is not None:
        return lacking
    if (mixed := _mixed(question, intent)) is not None:
        return mixed
    if isinstance(intent, Change) and not points and any(" to " in name for name, _ in parts):
        return "A change is between two periods: ask for one part of the year compared to the other."
    if isinstance(intent, Change | Movers | Explain) and len(points) > 2:  # noqa: PLR2004 - two ends
        return f"A change is between two periods, and I find {joined([str(point) for point in points])}."
    return None


def _mixed(question: Question, intent: Intent) -> str | None:
    """Why names and times can't be told apart; None: they can."""
    if _leaves_out_both(question):
        return "I can leave out a part or a time, but not both at once: ask for one of them at a time."
    several = isinstance(intent, Contrast) and len(question.moments.windows) > 1
    if _are_crossed(question) or several:
        return "You name several parts, each with a time of its own: ask for one of them at a time."
    return None


def _leaves_out_both(question: Question) -> bool:
    """Whether a time is linked to a value that is left out: "except nuclear and 2009"."""
    begins = [max(mark) for mark in exclusions_in(question.words)]
    return any(
        word.text in {"and", "or"}
        and any(begin < word.at for begin in begins)
        and word.at - 1 in question.values.places
        and word.at + 1 in question.moments.places
        for word in question.words
    )


def _too_fine(question: Question) -> str | None:
    """That the rows don't tell what is named; None: they do."""
    subject, finest = question.subject, min(question.grains.values(), default=None)
    if finest is None or subject.grain is None or finest >= subject.grain:
        return None
    told = f"The rows of “{subject.name}” tell {plural(grain_word(subject.grain))}, nothing finer"
    return f"{told}, so I can't see {plural(grain_word(finest))} in them. They cover {subject.span}."


def _are_crossed(question: Question) -> bool:
    """Whether each name has its own time: "nuclear in 2010 and renewables in 2011"."""
    named, times = question.values.places | question.columns.places, question.moments.places
    kinds = ["name" if at in named else "time" for at in range(len(question.words)) if at in named | times]
    turns = [kind for at, kind in enumerate(kinds) if not at or kinds[at - 1] != kind]
    several = len(question.moments.windows) + len(question.moments.parts) > 1
    return several and len(turns) > 3 and len(question.values.all) + len(question.columns.at) > 1  # noqa: PLR2004 - two pairs


def _can_name(word: Word) -> bool:
    is_operation = word.text in cue_words() or word.stem in cue_words() or word.text in OPERATORS
    return word.text[0].isalpha() and not is_operation and word.stem not in GRAIN_WORDS


def _rows(question: Question) -> str:
    return "these rows" if Cue.MAKE in question.cues else f"the rows of “{question.subject.name}”"


def _known(question: Question) -> str:
    subject = question.subject
    known = [
        f"{column.label} is {_listed(subject.values[column.name])}" for column in subject.shape.dimensions
    ]
    return (
        "; ".join(known) or f"the figures are {joined([column.label for column in subject.shape.measures])}"
    )


def _listed(values: Sequence[str]) -> str:
    rest = len(values) - _LISTED
    return joined(
        [*values[:_LISTED], f"{rest} more"] if rest > 0 else list(values), "or" if rest <= 0 else "and"
    )
