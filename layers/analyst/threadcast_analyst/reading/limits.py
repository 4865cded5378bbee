"""Reads thresholds: "above 30 degrees", "between 5 and 10 mm", "at least 2 million"."""

from collections.abc import Sequence
from dataclasses import dataclass

from threadcast.assets.columns.column_roles import Column
from threadcast_analyst.reading.frames import Declined, Relation, Threshold
from threadcast_analyst.reading.lexicon import Kind
from threadcast_analyst.reading.mentions import Mention
from threadcast_analyst.reading.tables import Subject
from threadcast_analyst.reading.words import vocabulary

__all__ = ["Limits", "is_year", "limits_at", "threshold_of"]

_RELATIONS: dict[str, Relation] = {
    "above": "above", "below": "below", "at_least": "at least", "at_most": "at most", "exactly": "exactly",
}  # fmt: skip
_FIRST_YEAR, _LAST_YEAR = 1000, 2999
_SCALES = ("thousand", "million", "billion")


@dataclass(frozen=True, slots=True)
class Limits:
    """A threshold as it was read: the measures that have its unit, and whether "million" or so scales it."""

    relation: Relation
    value: float
    upper: float = 0
    measures: tuple[object, ...] = ()
    is_scaled: bool = False


@dataclass(frozen=True, slots=True)
class _Quantity:
    """A number, its unit's measures, and how many phrases it has."""

    value: float
    used: int
    measures: tuple[object, ...]
    is_scaled: bool

    def may_be_year(self) -> bool:
        return is_year(self.value) and not self.measures and not self.is_scaled


def is_year(number: float) -> bool:
    """Return whether a number may be a year."""
    return number.is_integer() and _FIRST_YEAR <= number <= _LAST_YEAR


def limits_at(mentions: Sequence[Mention], at: int, *, has_time: bool) -> tuple[Limits, int] | None:
    """Return the threshold that begins at a place, and how many phrases it has; None if there is none.

    Where there are dates, two years are a range of time.
    """
    first = mentions[at]
    relation = next((_RELATIONS[cue] for cue in first.cues if cue in _RELATIONS), None)
    low = _quantity(mentions, at + 1)
    if low is None:
        return None
    after = at + 1 + low.used
    if relation is not None:
        return Limits(relation, low.value, 0, low.measures, low.is_scaled), after - at
    if not first.has("between") or after >= len(mentions) or not mentions[after].has("and", "to"):
        return None
    high = _quantity(mentions, after + 1)
    if high is None or (has_time and low.may_be_year() and high.may_be_year()):
        return None
    measures, is_scaled = low.measures or high.measures, low.is_scaled or high.is_scaled
    return Limits("between", low.value, high.value, measures, is_scaled), after + 1 + high.used - at


def _quantity(mentions: Sequence[Mention], at: int) -> _Quantity | None:
    """Return the number at a place, with its sign, its unit on either side and its multiplier."""
    start, sign = at, 1
    if at < len(mentions) and mentions[at].text == "-":
        at, sign = at + 1, -1
    measures = _unit(mentions, at)
    at += bool(measures)
    value = mentions[at].meaning.of if at < len(mentions) else None
    if not isinstance(value, float):
        return None
    at += 1
    factor = vocabulary().multipliers.get(mentions[at].text.lower()) if at < len(mentions) else None
    at += factor is not None
    after = _unit(mentions, at)
    at += bool(after)
    return _Quantity(sign * value * (factor or 1), at - start, measures or after, factor is not None)


def _unit(mentions: Sequence[Mention], at: int) -> tuple[object, ...]:
    of = mentions[at].meaning.of if at < len(mentions) and mentions[at].kind is Kind.UNIT else ()
    return of if isinstance(of, tuple) else ()


def threshold_of(limits: Limits, column: Column | None, subject: Subject) -> Threshold:
    """Return the threshold of a measure; without one, of the first that has the unit. Raises `Declined`."""
    units = tuple(each for each in limits.measures if isinstance(each, Column))
    if column is None:
        possible = units or subject.shape.measures
        if not units and len(possible) != 1:
            raise Declined("Name the measure that the number is a limit of.")
        column = possible[0]
    if units and column not in units:
        raise Declined(f"{column.label} is not in that unit.")
    if limits.is_scaled and any(scale in column.suffix for scale in _SCALES):
        raise Declined(f"{column.label} is in {column.unit}: give the number in that unit.")
    value, upper = limits.value / column.multiplier, limits.upper / column.multiplier
    return Threshold(column, limits.relation, value, upper)
