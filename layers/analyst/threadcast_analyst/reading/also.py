"""What else a day must be: "days above 20 degrees with rain", "rainy days with wind over 8"."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from threadcast.assets.columns.column_roles import Additivity, Column
from threadcast_analyst.reading.conditions import (
    ConditionSaid,
    condition_in,
    likely_measure,
    nature_of,
)
from threadcast_analyst.reading.names import columns_named
from threadcast_analyst.reading.relative import GRAIN_WORDS
from threadcast_analyst.reading.words import Word
from threadcast_analyst.series import Condition
from threadcast_analyst.subjects import Subject

__all__ = ["further_conditions", "natures_in"]

_LINKS = frozenset({"with", "and", "but", "when"})
_SKIPPED = frozenset({"some", "any", "it", "there", "was", "is"})


def further_conditions(
    words: Sequence[Word], subject: Subject, first: ConditionSaid | None
) -> tuple[ConditionSaid, ...]:
    """The conditions beside the first, each of a measure of its own; none but where a row is a period.

    Of several rows a period, each would be asked by itself what is asked of all together.
    """
    grains = [GRAIN_WORDS[word.stem] for word in words if word.stem in GRAIN_WORDS]
    if first is None or subject.grain is None or subject.shape.dimensions or subject.grain not in grains:
        return ()
    own = first.measure or _nearest(words, subject, first) or likely_measure(first.condition, subject)
    found = [said for said in _others(words, subject, first) if said.measure not in (own, None)]
    return tuple(found) if own is not None and len({said.measure for said in found}) == len(found) else ()


def _nearest(words: Sequence[Word], subject: Subject, said: ConditionSaid) -> Column | None:
    """The measure that is named last before a condition, else the first after it."""
    begin = min(said.places)
    apart = said.places.union(*(nature.places for nature in natures_in(words, subject)))
    named = columns_named([word for word in words if word.at not in apart], subject, by_unit=False)
    before = [column for column in named.measures if max(named.at[column.name]) < begin]
    return max(
        before, key=lambda column: max(named.at[column.name]), default=next(iter(named.measures), None)
    )


def _others(words: Sequence[Word], subject: Subject, first: ConditionSaid) -> Iterator[ConditionSaid]:
    begin, end = min(first.places), max(first.places) + 1
    named = columns_named(words[end:], subject, by_unit=False)
    said = condition_in(words, subject, named.measures, end)
    if said is not None:
        measure = said.measure or next(iter(named.measures), None)
        places = frozenset[int]() if measure is None else named.at.get(measure.name, frozenset())
        yield replace(said, measure=measure, places=said.places | places)
        end = len(words)
    yield from (said for said in natures_in(words, subject) if not begin <= min(said.places) < end)
    yield from _some_of(words[:begin], subject)
    yield from _some_of(words[end:], subject)


def natures_in(words: Sequence[Word], subject: Subject) -> tuple[ConditionSaid, ...]:
    """What adjectives say of days, but for those that belong to the name of another measure: "wet days"."""
    named = columns_named(words, subject, by_unit=False).at
    found = [said for word in words if (said := nature_of(word, subject)) is not None]
    return tuple(
        said
        for said in found
        if not any(
            said.places & places
            for name, places in named.items()
            if said.measure and name != said.measure.name
        )
    )


def _some_of(words: Sequence[Word], subject: Subject) -> Iterator[ConditionSaid]:
    """Read "with rain": there was some of what adds up."""
    for place, word in enumerate(words):
        if word.text not in _LINKS:
            continue
        end = place + 1
        while end < len(words) and words[end].text in _SKIPPED:
            end += 1
        following = words[end : end + 1]
        for column in columns_named(following, subject, by_unit=False).measures:
            if column.additivity is Additivity.ADDITIVE:
                places = frozenset(word.at for word in words[place : end + 1])
                yield ConditionSaid(Condition("above", 0), column, places)
