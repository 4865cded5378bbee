"""Takes a frame apart into the figures that its answer needs, each with the rows that count for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from threadcast.assets.columns.column_roles import Additivity, Column
from threadcast.assets.columns.dates import Period, period_of, shifted
from threadcast_analyst.reading.frames import Declined, Filter, Form, Frame

__all__ = ["Part", "parts_of"]

_MAX_PARTS = 12
_TOGETHER = {Form.RANK, Form.GROUPS, Form.MAKE}
"""Forms for which several values or periods are one set of rows."""

_TWO = 2


@dataclass(frozen=True, slots=True)
class Part:
    """One figure, or one for each group: its measure (None: rows are counted), and which rows count.

    `name` sets it apart from the other parts: a value, a period, a measure.
    """

    name: str
    measure: Column | None
    filters: tuple[Filter, ...]
    periods: tuple[Period, ...]


def parts_of(frame: Frame) -> tuple[Part, ...]:
    """Return the parts in the order of the answer; raises `Declined` if the frame has none."""
    match frame.form:
        case Form.CHANGE:
            return _ends(frame)
        case Form.SHARE:
            return _shares(frame)
        case _ if frame.form in _TOGETHER:
            return (Part("", frame.measure, frame.filters, frame.periods),)
    parts = _alternatives(frame)
    if frame.form in {Form.TREND, Form.STEPS} and len(parts) > 1:
        raise Declined("I do that for one value, one period and one measure at a time.")
    if frame.form is Form.DIFFERENCE and len(parts) != _TWO:
        raise Declined("For a difference, name two values, two periods or two measures.")
    return parts


def _alternatives(frame: Frame) -> tuple[Part, ...]:
    """Return every combination of the measures, values and periods that are named."""
    measures: Sequence[Column | None] = frame.measures or (None,)
    periods: list[tuple[Period, ...]] = [(each,) for each in frame.periods] or [()]
    combined: list[_Choice] = list(product(measures, product(*map(_each, frame.filters)), periods))
    if len(combined) > _MAX_PARTS:
        raise Declined(f"That is {len(combined)} figures; ask for at most {_MAX_PARTS} at a time.")
    return tuple(Part(name, *choice) for name, choice in zip(_names(combined), combined, strict=True))


_Choice = tuple[Column | None, tuple[Filter, ...], tuple[Period, ...]]


def _each(found: Filter) -> list[Filter]:
    if found.is_excluded:
        return [found]
    return [replace(found, values=(value,)) for value in found.values]


def _names(combined: Sequence[_Choice]) -> list[str]:
    """Return what sets each combination apart from the others."""
    named = [
        [measure.label if measure else "", *(found.values[0] for found in filters), *map(str, periods)]
        for measure, filters, periods in combined
    ]
    varying = [at for at, column in enumerate(zip(*named, strict=True)) if len(set(column)) > 1]
    return [", ".join(names[at] for at in varying) for names in named]


def _ends(frame: Frame) -> tuple[Part, ...]:
    """Return both ends of a change: two periods, or two measures."""
    if len(frame.measures) > 1:
        if len(frame.measures) != _TWO or len(frame.periods) > 1:
            raise Declined("For a change between columns, name two of them.")
        return tuple(Part(each.label, each, frame.filters, frame.periods) for each in frame.measures)
    ends = change_periods(frame)
    return tuple(Part(str(period), frame.measure, frame.filters, (period,)) for period in ends)


def change_periods(frame: Frame) -> tuple[Period, Period]:
    """Return the two periods that a change is between, the earlier one first."""
    span, grain = frame.subject.span, frame.subject.natural_grain
    if span is None or grain is None:
        raise Declined("These rows have no dates; for a change, name two columns.")
    match sorted(frame.periods):
        case []:
            first, last = period_of(span.first, grain), period_of(span.last, grain)
        case [period]:
            first, last = _before(frame, period, span)
        case [first, last]:
            pass
        case _:
            raise Declined("A change is between two periods: name them with their years.")
    if first == last:
        raise Declined(f"The rows have one {grain.name.lower()} only, {first}, so nothing changes.")
    if first.grain is not last.grain or _overlap(first, last):
        raise Declined(f"I compare periods of the same length; {first} and {last} are not.")
    return first, last


def _before(frame: Frame, period: Period, span: Period) -> tuple[Period, Period]:
    """Return what a single period is compared with: the one before, or for a level both ends of it."""
    measure = frame.measure
    is_level = measure is not None and measure.additivity is Additivity.SEMI_ADDITIVE
    before = shifted(period, -1)
    if is_level and period.grain > span.grain:
        first, last = period_of(before.last, span.grain), period_of(period.last, span.grain)
        first = max(first, period_of(span.first, span.grain))
        return first, min(last, period_of(span.last, span.grain))
    if before.last < span.first:
        raise Declined(
            f"The rows begin in {period_of(span.first, period.grain)}: there is nothing before {period}."
        )
    return before, period


def _overlap(first: Period, last: Period) -> bool:
    return first.last >= last.first


def _shares(frame: Frame) -> tuple[Part, ...]:
    """Return the part and the whole of each period, or the groups and their whole."""
    periods: Sequence[tuple[Period, ...]] = [(each,) for each in frame.periods] or [()]
    part, parts = frame.part, []
    for window in periods:
        whole = tuple(each for each in frame.filters if each != part)
        name = str(window[0]) if len(periods) > 1 else ""
        parts.append(Part(name, frame.measure, frame.filters, window))
        parts.append(Part(name, frame.measure, whole, window))
    if part is None and len(periods) > 1:
        raise Declined("Ask for the shares of one period at a time.")
    return tuple(parts)
