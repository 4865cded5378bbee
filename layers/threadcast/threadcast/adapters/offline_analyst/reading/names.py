"""Which columns and which values of the rows a question names."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from threadcast.adapters.offline_analyst.reading.words import Word, stems_of
from threadcast.adapters.offline_analyst.subjects import Subject
from threadcast.asset_types.columns import Column

__all__ = ["ColumnsNamed", "ValuesNamed", "columns_named", "values_named", "whole_values"]

_LINKS = frozenset({"and", "of", "the", "&", "in", "or", "a"})


@dataclass(frozen=True, slots=True)
class ColumnsNamed:
    """Measures and dimensions named, in the order of the words; `places` are the words that named them."""

    measures: tuple[Column, ...]
    dimensions: tuple[Column, ...]
    places: frozenset[int]


@dataclass(frozen=True, slots=True)
class ValuesNamed:
    """Values named, by dimension, in the order of the words; `places` are the words that named them."""

    values: tuple[tuple[str, tuple[str, ...]], ...]
    places: frozenset[int]

    @property
    def all(self) -> tuple[str, ...]:
        """The values of all dimensions."""
        return tuple(value for _, values in self.values for value in values)


def columns_named(words: Sequence[Word], subject: Subject) -> ColumnsNamed:
    """Find columns by label, name or synonym; by one distinctive word of a label where nothing else fits."""
    found: dict[str, int] = {}
    places: set[int] = set()
    columns = (*subject.shape.measures, *subject.shape.dimensions)
    phrases = [(phrase, column) for column in columns for phrase in _phrases(column)]
    for phrase, column in sorted(phrases, key=lambda pair: -len(pair[0])):
        for here in _places_of(phrase, words):
            if not here & places:
                places |= here
                found.setdefault(column.name, min(here))
    if not any(column.name in found for column in subject.shape.measures):
        _find_by_one_word(words, subject.shape.measures, found, places)
    return ColumnsNamed(
        measures=_ordered(subject.shape.measures, found),
        dimensions=_ordered(subject.shape.dimensions, found),
        places=frozenset(places),
    )


def values_named(words: Sequence[Word], subject: Subject, taken: frozenset[int]) -> ValuesNamed:
    """Find values whole, else by a distinctive word; `taken` are the places that mean something else."""
    places: set[int] = set()
    named: list[tuple[str, tuple[str, ...]]] = []
    for dimension, values in subject.values.items():
        found = _values_found(words, values, taken)
        if found:
            ordered = sorted(found, key=lambda value: min(found[value]))
            named.append((dimension, tuple(ordered)))
            places.update(at for value in found for at in found[value])
    return ValuesNamed(tuple(named), frozenset(places))


def whole_values(words: Sequence[Word], subject: Subject) -> frozenset[int]:
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


def _values_found(words: Sequence[Word], values: Sequence[str], taken: frozenset[int]) -> dict[str, set[int]]:
    stems = {value: [stem for stem in stems_of(value) if stem not in _LINKS] for value in values}
    open_words = [word for word in words if word.at not in taken and word.stem not in _LINKS]
    found: dict[str, set[int]] = {}
    for value in sorted(values, key=lambda value: -len(stems[value])):
        here = {word.at for word in open_words if word.stem in stems[value]}
        if stems[value] and set(stems[value]) <= {word.stem for word in words if word.at in here}:
            found[value] = here
    covered = {at for places in found.values() for at in places}
    near = covered | {at + 1 for at in covered}
    users = Counter(stem for value in values for stem in set(stems[value]))
    for value in values:
        here = {word.at for word in open_words if word.at not in near and word.stem in stems[value]}
        if value not in found and here:
            found[value] = here
    return _distinctive(words, found, stems, users)


def _distinctive(
    words: Sequence[Word], found: dict[str, set[int]], stems: dict[str, list[str]], users: Counter[str]
) -> dict[str, set[int]]:
    """Of the values that share a word, only those that a word of their own names too, if there are any."""
    by_place = {word.at: word.stem for word in words}

    def is_named_alone(value: str) -> bool:
        here = {by_place[at] for at in found[value]}
        return here >= set(stems[value]) or any(users[stem] == 1 for stem in here)

    alone = {value for value in found if is_named_alone(value)}
    claimed = {at for value in alone for at in found[value]}
    return {value: here for value, here in found.items() if value in alone or not here & claimed}


def _find_by_one_word(
    words: Sequence[Word], columns: Sequence[Column], found: dict[str, int], places: set[int]
) -> None:
    for column in columns:
        stems = set(stems_of(column.label)) - _LINKS
        for word in words:
            if (
                word.at not in places
                and word.stem in stems
                and not any(word.stem in stems_of(other.label) for other in columns if other is not column)
            ):
                places.add(word.at)
                found.setdefault(column.name, word.at)


def _phrases(column: Column) -> set[tuple[str, ...]]:
    return {stems for name in (column.label, column.name, *column.synonyms) if (stems := stems_of(name))}


def _places_of(phrase: tuple[str, ...], words: Sequence[Word]) -> list[set[int]]:
    """Where the phrase stands, word by word without a gap."""
    found = []
    for start in range(len(words) - len(phrase) + 1):
        here = words[start : start + len(phrase)]
        if tuple(word.stem for word in here) == phrase and here[-1].at - here[0].at == len(phrase) - 1:
            found.append({word.at for word in here})
    return found


def _ordered(columns: Sequence[Column], found: dict[str, int]) -> tuple[Column, ...]:
    return tuple(sorted((column for column in columns if column.name in found), key=lambda c: found[c.name]))
