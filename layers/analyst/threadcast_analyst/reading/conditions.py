"""Conditions on the figures: "above 30 degrees", "more than 20 mm", "below freezing", "without rain"."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from threadcast.assets.columns.column_roles import Column
from threadcast_analyst.reading.cues import SUPERLATIVES
from threadcast_analyst.reading.kinds import COLD, HEAT, RAIN, Kind, measure_of
from threadcast_analyst.reading.numbers import is_year, number_at
from threadcast_analyst.reading.relative import GRAIN_WORDS
from threadcast_analyst.reading.units import (
    in_unit_of,
    is_single,
    is_temperature,
    scale_at,
    unit_at,
    zero_degrees,
)
from threadcast_analyst.reading.words import Word, phrase_at, roots_of
from threadcast_analyst.series import Condition, Relation
from threadcast_analyst.subjects import Subject

__all__ = ["ConditionSaid", "condition_in", "likely_measure", "nature_in", "nature_of"]

_RELATIONS: dict[Relation, str] = {
    "above": (
        "above, over, exceed, exceeded, exceeding, more than, greater than, higher than, larger than, bigger "
        "than, >, upwards of, hotter than, warmer than, in excess of, beyond, topped, surpass, surpassed, "
        "stronger than, faster than, wetter than, rainier than, windier than, better than"
    ),
    "below": (
        "below, under, less than, fewer than, lower than, smaller than, colder than, cooler than, <, "
        "drier than, calmer than, worse than"
    ),
    "at least": "at least, no less than, not less than, > =, a minimum of",
    "at most": "at most, no more than, not more than, < =, a maximum of, up to",
    "exactly": "exactly, equal to, equal, =",
}
_PHRASES = {
    tuple(phrase.split()): relation for relation, text in _RELATIONS.items() for phrase in text.split(", ")
}
_AFTERWARDS: dict[tuple[str, ...], Relation] = {
    **dict.fromkeys((("or", "more"), ("or", "higher"), ("or", "above"), ("or", "over")), "at least"),
    **dict.fromkeys((("or", "less"), ("or", "lower"), ("or", "below"), ("or", "fewer")), "at most"),
}
_MEANS = frozenset({"average", "mean", "avg", "normal", "usual"})
_SKIPPED = frozenset({"a", "an", "the", "$", "€", "£"})

_NATURES: dict[str, tuple[Kind | None, Relation]] = {
    "dry": (RAIN, "exactly"), "rainless": (RAIN, "exactly"), "wet": (RAIN, "above"),
    "rainy": (RAIN, "above"), "negative": (None, "below"), "positive": (None, "above"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ConditionSaid:
    """A condition, the measure that it tells (None: it tells none), and the words that said it.

    `is_sure`: no other measure has the unit that told it.
    """

    condition: Condition
    measure: Column | None
    places: frozenset[int]
    is_sure: bool = True


def condition_in(
    words: Sequence[Word], subject: Subject, named: Sequence[Column], begin: int = 0
) -> ConditionSaid | None:
    """The first condition that a question sets from a word on; `named` are the measures it names."""
    for word in words[begin:]:
        for reader in _READERS:
            found = reader(words, word.at, subject, named)
            if found is not None:
                return found
    return None


def nature_in(words: Sequence[Word], subject: Subject) -> ConditionSaid | None:
    """What the first adjective of its kind says of a day."""
    return next((said for word in words if (said := nature_of(word, subject)) is not None), None)


def nature_of(word: Word, subject: Subject) -> ConditionSaid | None:
    """What an adjective says of a day: a dry one has no rain."""
    kind, relation = _NATURES.get(word.text, (None, None))
    column = subject.shape.measures[0] if kind is None else measure_of(subject, kind)
    if relation is None or column is None:
        return None
    return ConditionSaid(Condition(relation, 0), None if kind is None else column, frozenset({word.at}))


def likely_measure(condition: Condition, subject: Subject, *, is_sure: bool = False) -> Column | None:
    """The measure that a figure without more is one of; cold is what lies below a temperature.

    A temperature if there is one that is ever so (or `is_sure`), else the first measure that is.
    """
    measure = measure_of(subject, COLD if condition.relation in ("below", "at most") else HEAT)
    if is_sure or measure is None or _reaches(measure, condition.value, subject):
        return measure
    return next(
        (other for other in subject.shape.measures if _reaches(other, condition.value, subject)), None
    )


def _reaches(column: Column, value: float, subject: Subject) -> bool:
    """Whether a value lies between the least and the greatest of a column's cells."""
    at = subject.table.columns.index(column.name)
    cells = [row[at] for row in subject.table.rows]
    figures = [cell for cell in cells if isinstance(cell, int | float)]
    return bool(figures) and min(figures) <= value <= max(figures)


def _averaged(words: Sequence[Word], at: int, _: Subject, named: Sequence[Column]) -> ConditionSaid | None:
    """Read "above average", "warmer than the mean"."""
    relation, length = _relation_at(words, at)
    end = at + length
    while end < len(words) and words[end].text in {"the", "its", "an", "-", "long", "term"}:
        end += 1
    if relation is None or end >= len(words) or words[end].text not in _MEANS:
        return None
    condition = Condition(relation, 0, of_mean=True)
    return ConditionSaid(condition, next(iter(named), None), frozenset(range(at, end + 1)))


def _compared(
    words: Sequence[Word], at: int, subject: Subject, named: Sequence[Column]
) -> ConditionSaid | None:
    relation, length = _relation_at(words, at)
    start = at + length
    while start < len(words) and words[start].text in _SKIPPED:
        start += 1
    if relation is None:
        return None
    speaks_of = SUPERLATIVES.get(words[at].text)
    column = None if speaks_of is None else measure_of(subject, speaks_of.of)
    found = _measured(words, (at, start), relation, subject, named if column is None else [column])
    return found if found is None or column is None else replace(found, measure=column)


def _counted_up(
    words: Sequence[Word], at: int, subject: Subject, named: Sequence[Column]
) -> ConditionSaid | None:
    """Read "30 degrees or more"."""
    found = _measured(words, (at, at), "exactly", subject, named)
    if found is None:
        return None
    end = max(found.places) + 1
    relation = _AFTERWARDS.get(tuple(word.text for word in words[end : end + 2]))
    if relation is None:
        return None
    condition = replace(found.condition, relation=relation)
    return replace(found, condition=condition, places=found.places | {end, end + 1})


def _within(
    words: Sequence[Word], at: int, subject: Subject, named: Sequence[Column]
) -> ConditionSaid | None:
    """Read "between 5 and 10 degrees"."""
    low = number_at(words, at + 1) if words[at].text == "between" else None
    if low is None or is_year(words[at + 1]):
        return None
    link = at + 1 + low[1]
    if link >= len(words) or words[link].text != "and":
        return None
    return _measured(words, (at, link + 1), "between", subject, named)


def _measured(
    words: Sequence[Word],
    span: tuple[int, int],
    relation: Relation,
    subject: Subject,
    named: Sequence[Column],
) -> ConditionSaid | None:
    """A relation whose words begin at `span[0]` and whose (last) figure stands at `span[1]`."""
    found = number_at(words, span[1])
    if found is None:
        return None
    end = span[1] + found[1]
    scale = scale_at(words, end)
    end += scale is not None
    columns = tuple(named[:1] or _candidates(relation, subject))
    fitting = [column for column in columns if unit_at(words, end, column)[0]]
    others = [column for column in _candidates(relation, subject) if unit_at(words, end, column)[0]]
    if named and others and not fitting:
        named, fitting = (), others  # "days above 20 degrees with rain"
    column = (fitting or columns)[0]
    width, unit = unit_at(words, end, column)
    if not width and scale is None and _can_be_year(words[span[1]], subject):
        return None
    if not width and _counts_days(words, end, column):
        return None
    told = column if fitting and not named else None
    is_sure = len(set(fitting)) <= 1 or is_temperature(column)
    if scale is None and is_single(column, found[0], _greatest(column, subject)):
        scale = 1
    condition = Condition(relation, in_unit_of(column, found[0], scale, unit))
    if relation == "between" and (low := number_at(words, span[0] + 1)) is not None:
        condition = Condition(relation, in_unit_of(column, low[0], scale, unit), upper=condition.value)
    return ConditionSaid(condition, told, frozenset(range(span[0], end + width)), is_sure)


def _greatest(column: Column, subject: Subject) -> float:
    """How far the column's cells are from zero at most."""
    at = subject.table.columns.index(column.name)
    cells = (row[at] for row in subject.table.rows)
    return max((abs(cell) for cell in cells if isinstance(cell, int | float)), default=0)


def _counts_days(words: Sequence[Word], at: int, column: Column) -> bool:
    """Whether a number is one of days or months, and no figure: "more than 150 rainy days"."""
    if at >= len(words) or roots_of(words[at].stem) <= roots_of(column.label):
        return False
    return words[at].stem in GRAIN_WORDS or words[at].text in _NATURES


def _candidates(relation: Relation, subject: Subject) -> Iterator[Column]:
    """The columns that a figure may be about, the likeliest first: cold is what lies below a figure."""
    likely = measure_of(subject, COLD if relation in ("below", "at most") else HEAT)
    if likely is not None:
        yield likely
    yield from subject.shape.measures


def _freezing(
    words: Sequence[Word], at: int, subject: Subject, named: Sequence[Column]
) -> ConditionSaid | None:
    """Read "below freezing", "above zero" and "frost"."""
    relation, length = _relation_at(words, at)
    if words[at].stem in {"frost", "frosty", "freezing"}:
        relation, length = "below", 0
    elif relation is None or at + length >= len(words) or words[at + length].text != "freezing":
        return None
    column = next(iter(named), None) or measure_of(subject, HEAT if relation == "above" else COLD)
    if column is None or not is_temperature(column):
        return None
    places = frozenset(range(at, at + length + 1))
    return ConditionSaid(Condition(relation, zero_degrees(column)), column, places)


def _none_of(
    words: Sequence[Word], at: int, subject: Subject, named: Sequence[Column]
) -> ConditionSaid | None:
    """Read "without rain" and "no rain"."""
    if words[at].text not in {"no", "without"}:
        return None
    place = at + 2 if at + 1 < len(words) and words[at + 1].text == "any" else at + 1
    for column in (*named, *subject.shape.measures):
        roots = frozenset().union(*(roots_of(name) for name in (column.label, *column.synonyms)))
        if place < len(words) and roots & roots_of(words[place].stem):
            return ConditionSaid(Condition("exactly", 0), column, frozenset(range(at, place + 1)))
    return None


def _relation_at(words: Sequence[Word], at: int) -> tuple[Relation | None, int]:
    length = phrase_at(words, at, _PHRASES)
    here = words[at : at + length]
    texts, stems = tuple(word.text for word in here), tuple(word.stem for word in here)
    return _PHRASES.get(texts, _PHRASES.get(stems)), length


def _can_be_year(word: Word, subject: Subject) -> bool:
    span = subject.span
    return is_year(word) and span is not None and span.first.year <= int(word.text) <= span.last.year


_READERS = (_averaged, _within, _compared, _counted_up, _freezing, _none_of)
"""What reads a condition that begins at a word."""
