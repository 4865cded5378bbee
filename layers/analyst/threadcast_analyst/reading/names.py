"""Which columns and which values of the rows a question names."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from threadcast.assets.columns.column_roles import Column
from threadcast_analyst.reading.cues import cue_words, superlatives_in
from threadcast_analyst.reading.exclusions import excluded_from, exclusions_in
from threadcast_analyst.reading.kinds import (
    HEAT,
    NIGHT,
    kind_said,
    measure_of,
    measures_of,
)
from threadcast_analyst.reading.units import is_temperature, unit_at
from threadcast_analyst.reading.words import Word, root_of, stems_of
from threadcast_analyst.subjects import Subject

__all__ = ["ColumnsNamed", "ValuesNamed", "columns_named", "values_named", "whole_values"]

_LINKS = frozenset({"and", "of", "the", "&", "in", "or", "a"})
Places = frozenset[int]


@dataclass(frozen=True, slots=True)
class ColumnsNamed:
    """Measures and dimensions named, in the order of the words; `at` are the words that named each."""

    measures: tuple[Column, ...]
    dimensions: tuple[Column, ...]
    at: Mapping[str, Places] = field(hash=False)

    @property
    def places(self) -> Places:
        """The words that named any of them."""
        return frozenset(at for places in self.at.values() for at in places)


@dataclass(frozen=True, slots=True)
class ValuesNamed:
    """Values wanted, by dimension, in the order of the words; `places` are the words that named them.

    Where values are excluded, the wanted ones are all the others; `all` are only those that were named.
    """

    values: tuple[tuple[str, tuple[str, ...]], ...]
    all: tuple[str, ...]
    places: Places


def columns_named(words: Sequence[Word], subject: Subject, *, by_unit: bool = True) -> ColumnsNamed:
    """Find columns by label, name or synonym, else by one distinctive word; measures by a unit too."""
    found: dict[str, set[int]] = {}
    columns = (*subject.shape.measures, *subject.shape.dimensions)
    phrases = [(phrase, column) for column in columns for phrase in _phrases(column)]
    for phrase, column in sorted(phrases, key=lambda pair: -len(pair[0])):
        for here in _places_of(phrase, words):
            if not here & _claimed(found):
                found.setdefault(column.name, set()).update(here)
    _find_by_one_word(words, subject.shape.measures, found)
    _find_by_one_word(words, subject.shape.dimensions, found, synonyms=False)
    _find_by_kind(words, subject, found)
    is_told = bool(superlatives_in(words)) or any(column.name in found for column in subject.shape.measures)
    if by_unit and not is_told:
        _find_by_unit(words, subject, found)
    return ColumnsNamed(
        measures=_ordered(subject.shape.measures, found),
        dimensions=_ordered(subject.shape.dimensions, found),
        at={name: frozenset(places) for name, places in found.items()},
    )


def values_named(words: Sequence[Word], subject: Subject, taken: Places) -> ValuesNamed:
    """Find values whole, else by a distinctive word; `taken` are the places that mean something else."""
    places: set[int] = set()
    named: list[tuple[str, tuple[str, ...]]] = []
    meant: list[str] = []
    marks = [mark for mark in exclusions_in(words) if not mark & taken]
    marked = frozenset(at for mark in marks for at in mark)
    for dimension, values in subject.values.items():
        found = _values_found(words, values, taken | marked, subject.names)
        if not found:
            continue
        ordered = sorted(found, key=lambda value: min(found[value]))
        excluded = excluded_from(words, marks, list({frozenset(found[value]) for value in ordered}))
        wanted = tuple(value for value in ordered if frozenset(found[value]) not in excluded)
        meant += wanted
        others = tuple(value for value in values if value not in found)
        named.append((dimension, wanted or others))
        places.update(at for here in (*found.values(), *excluded.values()) for at in here)
    return ValuesNamed(tuple(named), tuple(meant), frozenset(places))


def whole_values(words: Sequence[Word], subject: Subject) -> Places:
    """The places of values of several words that are named word by word."""
    stems = [word.stem for word in words]
    places: set[int] = set()
    for value in (value for values in subject.values.values() for value in values):
        phrase = list(stems_of(value))
        if len(phrase) > 1:
            for at in range(len(stems) - len(phrase) + 1):
                if stems[at : at + len(phrase)] == phrase:
                    places.update(word.at for word in words[at : at + len(phrase)])
    return frozenset(places)


def _values_found(
    words: Sequence[Word], values: Sequence[str], taken: Places, generic: frozenset[str]
) -> dict[str, set[int]]:
    """The values and their words; one word of several names a value only if it is not `generic`."""
    roots = {value: [root_of(stem) for stem in stems_of(value) if stem not in _LINKS] for value in values}
    open_words = [word for word in words if word.at not in taken and word.stem not in _LINKS]
    found: dict[str, set[int]] = {}
    for value in sorted(values, key=lambda value: -len(roots[value])):
        here = {word.at for word in open_words if root_of(word.stem) in roots[value]}
        if roots[value] and set(roots[value]) <= {root_of(word.stem) for word in words if word.at in here}:
            found[value] = here
    covered = {at for places in found.values() for at in places}
    near = covered | {at + 1 for at in covered}
    users = Counter(root for value in values for root in set(roots[value]))
    for value in values:
        own = set(roots[value]) - generic
        here = {word.at for word in open_words if word.at not in near and root_of(word.stem) in own}
        if value not in found and here:
            found[value] = here
    return _distinctive(words, found, roots, users)


def _distinctive(
    words: Sequence[Word], found: dict[str, set[int]], roots: dict[str, list[str]], users: Counter[str]
) -> dict[str, set[int]]:
    """Of the values that share a word, only those that a word of their own names too, if there are any."""
    by_place = {word.at: root_of(word.stem) for word in words}

    def is_named_alone(value: str) -> bool:
        here = {by_place[at] for at in found[value]}
        return here >= set(roots[value]) or any(users[root] == 1 for root in here)

    alone = {value for value in found if is_named_alone(value)}
    claimed = {at for value in alone for at in found[value]}
    return {value: here for value, here in found.items() if value in alone or not here & claimed}


def _find_by_one_word(
    words: Sequence[Word], columns: Sequence[Column], found: dict[str, set[int]], *, synonyms: bool = True
) -> None:
    """Find columns by a word that only one of them has in its label or (no cue) in its name or a synonym.

    Where some are named in full, more words for these, and others only by what sets their labels apart.
    """
    roots = {column.name: _roots(column, synonyms=synonyms) for column in columns}
    users = Counter(root for known in roots.values() for root in known)
    named = [column for column in columns if column.name in found]
    for column in columns:
        for word in words:
            root = root_of(word.stem)
            known = roots[column.name] if column in named or not named else _labelled(column)
            if word.at not in _claimed(found) and root in known and users[root] == 1:
                found.setdefault(column.name, set()).add(word.at)


def _find_by_kind(words: Sequence[Word], subject: Subject, found: dict[str, set[int]]) -> None:
    """Find measures by a word that speaks of their kind: one that is named already, else the likeliest."""
    _find_by_night(words, subject, found)
    for word in words:
        kind = kind_said(word)
        if kind is None or word.at in _claimed(found):
            continue
        known = measures_of(subject, kind)
        named = [column for column in known if column.name in found]
        for column in (named or known)[:1]:
            found.setdefault(column.name, set()).add(word.at)


def _find_by_night(words: Sequence[Word], subject: Subject, found: dict[str, set[int]]) -> None:
    """Find the measure that tells nights where no other is named: "coldest night", not "rain at night"."""
    measures = {column.name for column in subject.shape.measures}
    night = measure_of(subject, NIGHT)
    if night is not None and not (found.keys() & measures) - {night.name}:
        places = {word.at for word in words if word.stem in NIGHT.said}
        if places:
            found.setdefault(night.name, set()).update(places)


def _find_by_unit(words: Sequence[Word], subject: Subject, found: dict[str, set[int]]) -> None:
    """Find a measure by a unit that no other one has; of temperatures, the likeliest."""
    for at in range(len(words)):
        fitting = [column for column in subject.shape.measures if unit_at(words, at, column)[0]]
        heat = measures_of(subject, HEAT)[:1] if fitting and all(map(is_temperature, fitting)) else ()
        for column in heat or (fitting if len(fitting) == 1 else ()):
            length = unit_at(words, at, column)[0]
            found[column.name] = {other.at for other in words[at : at + length]}
            return


def _labelled(column: Column) -> set[str]:
    return {root_of(stem) for stem in stems_of(column.label) if stem not in _LINKS | cue_words()}


def _roots(column: Column, *, synonyms: bool) -> set[str]:
    labels = {root_of(stem) for stem in stems_of(column.label) if stem not in _LINKS}
    names = (column.name, *(column.synonyms if synonyms else ()))
    telling = [name for name in names if cue_words().isdisjoint(stems_of(name))]
    others = {stem for name in telling for stem in stems_of(name)}
    return labels | {root_of(stem) for stem in others - _LINKS - cue_words()}


def _phrases(column: Column) -> set[tuple[str, ...]]:
    names = (stems_of(name) for name in (column.label, column.name, *column.synonyms))
    return {tuple(map(root_of, stems)) for stems in names if stems}


def _places_of(phrase: tuple[str, ...], words: Sequence[Word]) -> list[set[int]]:
    """Where the phrase stands, word by word without a gap."""
    found = []
    for start in range(len(words) - len(phrase) + 1):
        here = words[start : start + len(phrase)]
        is_gapless = here[-1].at - here[0].at == len(phrase) - 1
        if is_gapless and tuple(root_of(word.stem) for word in here) == phrase:
            found.append({word.at for word in here})
    return found


def _claimed(found: Mapping[str, Iterable[int]]) -> set[int]:
    return {at for places in found.values() for at in places}


def _ordered(columns: Sequence[Column], found: Mapping[str, set[int]]) -> tuple[Column, ...]:
    named = (column for column in columns if column.name in found)
    return tuple(sorted(named, key=lambda column: min(found[column.name])))
