"""What words mean in one table: its columns' names, its values, and the words that imply a column."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from threadcast.assets.columns.column_roles import Column, Shape, words_of
from threadcast_analyst.reading.words import Concept, Key, Kind, Meaning, key_of, vocabulary

__all__ = ["Lexicon", "lexicon_of"]

_LISTING = re.compile(r"\b(and|or|vs|versus)\b|[,&/+;]", re.IGNORECASE)
_SHORTEST_PART = 4
"""Letters of a value's first word that may name the value."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The phrases of a table; `longest` is the length of the longest phrase that begins with a stem.

    `parts` are single words that are used if nothing else is known: those of the metric's own name, units,
    words that stand in a name without being one, and a value's initials in capitals. `stems` are all words
    that are known.
    """

    names: Mapping[Key, Sequence[Meaning]]
    parts: Mapping[str, Sequence[Meaning]]
    longest: Mapping[str, int]
    stems: frozenset[str]


def lexicon_of(name: str, shape: Shape, values: Mapping[str, Sequence[str]]) -> Lexicon:
    """Return the phrases of a table; the work grows with the number of its names."""
    names: defaultdict[Key, dict[Meaning, None]] = defaultdict(dict)
    parts: defaultdict[str, dict[Meaning, None]] = defaultdict(dict)
    for meaning, key in (*_columns(shape), *_hints(shape.measures)):
        names[key][meaning] = None
        for stem in key if len(key) > 1 and meaning.kind is not Kind.HINT else ():
            parts[stem][meaning] = None
    for column in shape.dimensions:
        for value in values[column.name]:
            meaning, key = Meaning(Kind.VALUE, value, column), key_of(value)
            names[key][meaning] = None
            if len(key) > 1:
                parts["".join(stem[0] for stem in key).upper()][meaning] = None
            if len(key) > 1 and len(key[0]) >= _SHORTEST_PART:
                parts[key[0]][meaning] = None
    units = _units(shape.measures)
    for key, meaning in units.items():
        if len(key) > 1:
            names[key][meaning] = None
    names.pop((), None)
    longest: dict[str, int] = {}
    known = [*names, *vocabulary().phrases]
    for key in known:
        longest[key[0]] = max(longest.get(key[0], 0), len(key))
    own = () if _LISTING.search(name) else key_of(name)
    return Lexicon(
        names={key: tuple(meanings) for key, meanings in names.items()},
        parts={stem: tuple(meanings) for stem, meanings in parts.items()}
        | {key[0]: (meaning,) for key, meaning in units.items() if len(key) == 1}
        | {stem: (Meaning(Kind.ENTITY, stem),) for stem in own},
        longest=longest,
        stems=frozenset(stem for key in known for stem in key),
    )


def _columns(shape: Shape) -> Iterator[tuple[Meaning, Key]]:
    for kind, columns in ((Kind.MEASURE, shape.measures), (Kind.DIMENSION, shape.dimensions)):
        for column in columns:
            for phrase in (column.label, words_of(column.name), column.name, *column.synonyms):
                yield Meaning(kind, column.label, column), key_of(phrase)
    if shape.time is not None:
        for phrase in (shape.time.label, words_of(shape.time.name)):
            yield Meaning(Kind.TIME, shape.time.label, shape.time), key_of(phrase)


def _hints(measures: Sequence[Column]) -> Iterator[tuple[Meaning, Key]]:
    for concept in vocabulary().concepts:
        found = [measure for measure in measures if _is_about(concept, measure)]
        for key, cue in concept.words.items() if found else ():
            yield Meaning(Kind.HINT, cue, _likeliest(concept, cue, found)), key


def _likeliest(concept: Concept, cue: str, found: Sequence[Column]) -> tuple[Column, ...]:
    """Return the measures that a concept's word means: those labelled with its cue, else those so called."""
    phrases = vocabulary().phrases
    cues = {m: {c for s in key_of(m.label) if (s,) in phrases for c in phrases[s,].cues} for m in found}
    labelled = [measure for measure in found if cue in cues[measure]]
    exact = [m for m in found if any(concept.names >= set(key_of(name)) for name in (m.label, *m.synonyms))]
    return tuple(labelled or exact or found)


def _is_about(concept: Concept, measure: Column) -> bool:
    names = " ".join(map(words_of, (measure.label, measure.name, *measure.synonyms)))
    return not concept.names.isdisjoint(key_of(names)) or any(unit in measure.unit for unit in concept.units)


def _units(measures: Sequence[Column]) -> dict[Key, Meaning]:
    """Return the measures of each unit, by the unit itself and by the vocabulary's words for it."""
    found: defaultdict[Key, list[Column]] = defaultdict(list)
    for measure in measures:
        own = key_of(measure.unit)
        first = [own[:1]] if len("".join(own[:1])) >= _SHORTEST_PART else []
        words = [key for key, unit in vocabulary().units.items() if _has_unit(measure, unit)]
        for key in dict.fromkeys((own, *first, *words)) if own else ():
            found[key].append(measure)
    return {key: Meaning(Kind.UNIT, "", tuple(columns)) for key, columns in found.items()}


def _has_unit(measure: Column, unit: str) -> bool:
    return measure.unit == unit or (unit == "°" and measure.unit.startswith(unit))
