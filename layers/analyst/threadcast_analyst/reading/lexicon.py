"""What words mean in one table: its columns' names and its values, over the analyst's own vocabulary."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from threadcast.assets.columns.column_roles import Column, Shape, words_of
from threadcast_analyst.reading.words import Concept, Key, key_of, vocabulary

__all__ = ["Kind", "Lexicon", "Meaning", "lexicon_of"]

_LISTING = re.compile(r"\b(and|or|vs|versus)\b|[,&/+;]", re.IGNORECASE)
_SHORTEST_PART = 4
"""Letters of a value's first word that may name the value."""


class Kind(StrEnum):
    """Kinds of meanings: names of the table, words of the vocabulary, times and numbers."""

    MEASURE = "measure"
    DIMENSION = "dimension"
    VALUE = "value"
    TIME = "time column"
    CUE = "cue"
    FILLER = "filler"
    GRAIN = "grain"
    MONTH = "month"
    NUMBER = "number"
    UNIT = "unit"
    HINT = "word"
    ENTITY = "entity"
    PERIOD = "period"
    RANGE = "range"
    THRESHOLD = "threshold"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase may mean. `name` is how the table calls it.

    `of` depends on the kind: the column of a measure or dimension, the dimension's column of a value, the
    cues, the grain, the month's number, the columns that a unit or a concept's word stands for.
    """

    kind: Kind
    name: str
    of: object = None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The phrases of a table. `longest` is the number of words of the longest phrase that begins with a stem.

    `parts` are words that stand in a name without being one; `stems` are all words that are known;
    `entity` are the words of the metric's own name, which describe all of its rows.
    """

    names: Mapping[Key, tuple[Meaning, ...]]
    parts: Mapping[str, tuple[Meaning, ...]]
    units: Mapping[Key, tuple[Column, ...]]
    longest: Mapping[str, int]
    stems: frozenset[str]
    entity: frozenset[str]


def lexicon_of(name: str, shape: Shape, values: Mapping[str, Sequence[str]]) -> Lexicon:
    """Return the phrases of a table; the work grows with the number of its names."""
    names: defaultdict[Key, list[Meaning]] = defaultdict(list)
    parts: defaultdict[str, list[Meaning]] = defaultdict(list)
    for meaning, phrases in _columns(shape):
        for key in dict.fromkeys(map(key_of, phrases)):
            names[key].append(meaning)
            for stem in dict.fromkeys(key) if len(key) > 1 else ():
                parts[stem] += [] if meaning in parts[stem] else [meaning]
    for column in shape.dimensions:
        for value in values[column.name]:
            key = key_of(value)
            names[key].append(Meaning(Kind.VALUE, value, column))
            if len(key) > 1 and len(key[0]) >= _SHORTEST_PART:
                parts[key[0]].append(Meaning(Kind.VALUE, value, column))
    names.pop((), None)
    for key, hint in _hints(shape.measures):
        names[key].append(hint)
    known = [*names, *vocabulary().cues, *vocabulary().fillers, *vocabulary().grains, *vocabulary().months]
    longest: dict[str, int] = {}
    for key in known:
        longest[key[0]] = max(longest.get(key[0], 0), len(key))
    return Lexicon(
        names={key: tuple(meanings) for key, meanings in names.items()},
        parts={stem: tuple(meanings) for stem, meanings in parts.items()},
        units=_units(shape.measures),
        longest=longest,
        stems=frozenset(stem for key in known for stem in key),
        entity=frozenset() if _LISTING.search(name) else frozenset(key_of(name)),
    )


def _columns(shape: Shape) -> Iterable[tuple[Meaning, tuple[str, ...]]]:
    for kind, columns in ((Kind.MEASURE, shape.measures), (Kind.DIMENSION, shape.dimensions)):
        for column in columns:
            phrases = (column.label, words_of(column.name), column.name, *column.synonyms)
            yield Meaning(kind, column.label, column), phrases
    if shape.time is not None:
        yield Meaning(Kind.TIME, shape.time.label, shape.time), (shape.time.label, words_of(shape.time.name))


def _hints(measures: Sequence[Column]) -> Iterable[tuple[Key, Meaning]]:
    for concept in vocabulary().concepts:
        found = [measure for measure in measures if _is_about(concept, measure)]
        for key, cue in concept.words.items() if found else ():
            yield key, Meaning(Kind.HINT, cue, _likeliest(concept, cue, found))


def _likeliest(concept: Concept, cue: str, found: Sequence[Column]) -> tuple[Column, ...]:
    """Return the measures that a concept's word means: those labelled with its cue, else those so called."""
    cues = vocabulary().cues
    labelled = [m for m in found if any(cue in cues.get((stem,), ()) for stem in key_of(m.label))]
    exact = [m for m in found if any(concept.names >= set(key_of(name)) for name in (m.label, *m.synonyms))]
    return tuple(labelled or exact or found)


def _is_about(concept: Concept, measure: Column) -> bool:
    stems = {
        stem for name in (measure.label, measure.name, *measure.synonyms) for stem in key_of(words_of(name))
    }
    return not concept.names.isdisjoint(stems) or any(unit in measure.unit for unit in concept.units)


def _units(measures: Iterable[Column]) -> dict[Key, tuple[Column, ...]]:
    """Return the measures of each unit, by its own sign and by the vocabulary's words for it."""
    found: defaultdict[Key, list[Column]] = defaultdict(list)
    for measure in measures:
        if measure.unit:
            words = [key for key, unit in vocabulary().units.items() if _has_unit(measure, unit)]
            own = key_of(measure.unit)
            short = [own[:1]] if len(own[0]) >= _SHORTEST_PART else []
            for key in dict.fromkeys([own, *short, *words]):
                found[key].append(measure)
    return {key: tuple(columns) for key, columns in found.items()}


def _has_unit(measure: Column, unit: str) -> bool:
    return measure.unit == unit or (unit == "°" and measure.unit.startswith(unit))
