"""Words that are all but spelled like a name that the rows know."""

import re
from collections.abc import Sequence
from functools import lru_cache

from threadcast.assets.columns.dates import MONTHS
from threadcast_analyst.reading.cues import cue_words
from threadcast_analyst.reading.words import words_in
from threadcast_analyst.subjects import Subject

__all__ = ["respelled"]

_SHORTEST = 5
_LEAST_OF_SHORT = 3
_MAKING = frozenset({"create", "metric", "separate"})
"""A typo must not make a metric."""

_TWO_MISTAKES = 8
"""From so many letters on, two mistakes may be one typo."""


def respelled(prompt: str, subjects: Sequence[Subject]) -> tuple[str, tuple[str, ...]]:
    """The prompt with likely typos corrected, and a sentence on each; without any, there are none."""
    known = _vocabulary(tuple(name for subject in subjects for name in _names(subject)))
    notes = []
    for word in words_in(prompt):
        best = (
            None
            if len(word.text) < _SHORTEST
            else _nearest(word.text, known) or _short_for(word.text, subjects)
        )
        if best is not None:
            prompt = re.sub(rf"\b{re.escape(word.text)}\b", best, prompt, flags=re.IGNORECASE)
            notes.append(f"I read “{word.text}” as “{best}”.")
    return prompt, tuple(notes)


def _short_for(text: str, subjects: Sequence[Subject]) -> str | None:
    """The one short word of a column's name that a word begins with: rev for revenue."""
    columns = [column for subject in subjects for column in subject.shape.measures]
    names = {
        word.text
        for column in columns
        for word in words_in(f"{column.label} {column.name}".replace("_", " "))
    }
    found = [name for name in names if _LEAST_OF_SHORT <= len(name) < _SHORTEST and text.startswith(name)]
    return found[0] if len(found) == 1 and text not in cue_words() else None


def _names(subject: Subject) -> list[str]:
    columns = (*subject.shape.measures, *subject.shape.dimensions)
    names = [name for column in columns for name in (column.label, column.name, *column.synonyms)]
    return [*names, *(value for values in subject.values.values() for value in values)]


@lru_cache(maxsize=8)
def _vocabulary(names: tuple[str, ...]) -> frozenset[str]:
    """Every word worth correcting to."""
    words = {word.text for name in names for word in words_in(name.replace("_", " "))}
    operations = cue_words() - _MAKING
    words |= {month.lower() for month in MONTHS} | {word for word in operations if len(word) > _SHORTEST}
    return frozenset(word for word in words if word.isalpha() and len(word) >= _SHORTEST)


def _nearest(text: str, known: frozenset[str]) -> str | None:
    """The one known word that this may be a typo of; None if it is known itself, or if several are near."""
    if not text.isalpha() or {text, text.rstrip("s"), f"{text}s"} & (known | cue_words()):
        return None
    allowed = 2 if len(text) >= _TWO_MISTAKES else 1
    near = {word: _distance(text, word) for word in known if word[0] == text[0]}
    least = min(near.values(), default=allowed + 1)
    found = [word for word, distance in near.items() if distance == least]
    return found[0] if least <= allowed and len(found) == 1 else None


def _distance(one: str, other: str) -> int:
    """How many letters must be changed, added, left out or swapped with the next one."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, target in enumerate(other, start=1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != target))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == target:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
