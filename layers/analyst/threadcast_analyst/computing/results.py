"""Computes a frame: its parts, each with a figure or one for each group, by one statement."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from threadcast.assets.columns.column_roles import Additivity, Column
from threadcast.assets.columns.dates import Grain, Period, period_of, shifted
from threadcast_analyst.computing.rows import RowQueries
from threadcast_analyst.computing.statement import rows_statement, statement_of
from threadcast_analyst.reading.frames import Aggregate, Declined, Filter, Form, Frame

__all__ = ["Figure", "Result", "computed", "matching_rows"]

_MAX_PARTS = 12
_TWO = 2
_TOGETHER = {Form.RANK, Form.GROUPS, Form.MAKE}
"""Forms for which several values or periods are one set of rows."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a group of rows. `value` is None if none of the `rows` rows has one; `valued` have one."""

    name: str = ""
    value: float | None = None
    rows: int = 0
    valued: int = 0
    period: Period | None = None

    @property
    def order(self) -> date:
        """Where the figure stands in time; the first day there is if it has no period."""
        return date.min if self.period is None else self.period.first


@dataclass(frozen=True, slots=True)
class Result:
    """The figures of each part of a frame, in the statement's order; without a key each part has one."""

    frame: Frame
    parts: tuple[Frame, ...]
    figures: tuple[tuple[Figure, ...], ...]

    @property
    def singles(self) -> list[Figure]:
        """The figure of each part of a frame without a key."""
        return [figures[0] if figures else Figure() for figures in self.figures]


def computed(frame: Frame, queries: RowQueries) -> Result:
    """Return the figures of a frame; raises `Declined` if it has none, and `Stopped`."""
    frame = _completed(frame)
    parts = _parts(frame)
    figures: list[list[Figure]] = [[] for _ in parts]
    for at, *row in queries.rows(frame.subject, statement_of(parts)):
        figures[_count(at)].append(_figure(frame, *row))
    return Result(frame, parts, tuple(map(tuple, figures)))


def matching_rows(frame: Frame, queries: RowQueries) -> list[int]:
    """Return the numbers of the rows that count for a frame, in the table's order."""
    return [_count(row[0]) for row in queries.rows(frame.subject, rows_statement(frame))]


def _figure(frame: Frame, key: object, value: object, rows: object, valued: object) -> Figure:
    number = value if isinstance(value, int | float) else None
    if isinstance(frame.key, Grain) and isinstance(key, str):
        period = period_of(date.fromisoformat(key), frame.key)
        return Figure(str(period), number, _count(rows), _count(valued), period)
    return Figure("" if key is None else str(key), number, _count(rows), _count(valued))


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


def _completed(frame: Frame) -> Frame:
    """Return the frame with what its form implies: the grain of a trend, the latest date of a level."""
    if frame.form is Form.TREND:
        grain = frame.key if isinstance(frame.key, Grain) else frame.subject.natural_grain
        if grain is None:
            raise Declined("These rows have no dates, so there is no trend.")
        frame = replace(frame, key=grain)
    if frame.form is Form.CHANGE and len(frame.measures) < _TWO and frame.key is None:
        several = [each for each in frame.filters if len(each.values) > 1 and not each.is_excluded]
        frame = replace(frame, key=several[0].dimension) if several else frame
    measure = frame.measure
    if measure is None or not _is_of_latest(frame):
        return frame
    latest = frame.subject.latest(measure)
    return replace(frame, periods=latest, is_latest=True) if latest else frame


def _is_of_latest(frame: Frame) -> bool:
    """Return whether a level is asked for without a time: then it is that of the latest date."""
    if frame.measure is None or frame.measure.additivity is not Additivity.SEMI_ADDITIVE:
        return False
    is_level = frame.aggregate in {None, Aggregate.TOTAL} and frame.counted is None
    is_timed = bool(frame.periods) or isinstance(frame.key, Grain)
    return is_level and not is_timed and frame.form not in {Form.CHANGE, Form.STEPS}


def _parts(frame: Frame) -> tuple[Frame, ...]:
    """Return the parts in the order of the answer; raises `Declined` if the frame has none."""
    if frame.form is Form.CHANGE:
        return _ends(frame)
    if frame.form is Form.SHARE:
        return _shares(frame)
    if frame.form in _TOGETHER:
        return (replace(frame, thresholds=()) if frame.form is Form.GROUPS else frame,)
    parts = _alternatives(frame)
    if frame.form in {Form.TREND, Form.STEPS} and len(parts) > 1:
        raise Declined("I do that for one value, one period and one measure at a time.")
    if frame.form is Form.DIFFERENCE and len(parts) != _TWO:
        raise Declined("For a difference, name two values, two periods or two measures.")
    return parts


def _alternatives(frame: Frame) -> tuple[Frame, ...]:
    """Return every combination of the measures, values and periods that are named."""
    measures: list[tuple[Column, ...]] = [(each,) for each in frame.measures] or [()]
    periods: list[tuple[Period, ...]] = [(each,) for each in frame.periods] or [()]
    combined = list(product(measures, product(*map(_each, frame.filters)), periods))
    if len(combined) > _MAX_PARTS:
        raise Declined(f"That is {len(combined)} figures; ask for at most {_MAX_PARTS} at a time.")
    frames = [replace(frame, measures=m, filters=found, periods=p) for m, found, p in combined]
    return tuple(replace(each, name=name) for each, name in zip(frames, _names(frames), strict=True))


def _each(found: Filter) -> list[Filter]:
    return [found] if found.is_excluded else [replace(found, values=(value,)) for value in found.values]


def _names(frames: Sequence[Frame]) -> list[str]:
    """Return what sets each frame apart from the others."""
    named = [
        [*(each.label for each in f.measures), *(each.values[0] for each in f.filters), *map(str, f.periods)]
        for f in frames
    ]
    varying = [at for at, column in enumerate(zip(*named, strict=True)) if len(set(column)) > 1]
    return [", ".join(names[at] for at in varying) for names in named]


def _ends(frame: Frame) -> tuple[Frame, ...]:
    """Return both ends of a change: two periods, or two measures."""
    if len(frame.measures) > 1:
        if len(frame.measures) != _TWO or len(frame.periods) > 1:
            raise Declined("For a change between columns, name two of them.")
        return tuple(replace(frame, name=each.label, measures=(each,)) for each in frame.measures)
    return tuple(replace(frame, name=str(each), periods=(each,)) for each in _change_periods(frame))


def _change_periods(frame: Frame) -> tuple[Period, Period]:
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
    if first.grain is not last.grain or first.last >= last.first:
        raise Declined(f"I compare periods of the same length; {first} and {last} are not.")
    return first, last


def _before(frame: Frame, period: Period, span: Period) -> tuple[Period, Period]:
    """Return what a single period is compared with: the one before, or for a level both ends of it."""
    is_level = frame.measure is not None and frame.measure.additivity is Additivity.SEMI_ADDITIVE
    before = shifted(period, -1)
    if is_level and period.grain > span.grain:
        first, last = max(before.last, span.first), min(period.last, span.last)
        return period_of(first, span.grain), period_of(last, span.grain)
    if before.last < span.first:
        begin = period_of(span.first, period.grain)
        raise Declined(f"The rows begin in {begin}: there is nothing before {period}.")
    return before, period


def _shares(frame: Frame) -> tuple[Frame, ...]:
    """Return the part and the whole of each period, or the groups and their whole."""
    if frame.part is None and len(frame.periods) > 1:
        raise Declined("Ask for the shares of one period at a time.")
    whole, parts = tuple(each for each in frame.filters if each != frame.part), list[Frame]()
    windows: list[tuple[Period, ...]] = [(each,) for each in frame.periods] or [()]
    for periods in windows:
        own = replace(frame, name=str(periods[0]) if len(windows) > 1 else "", periods=periods)
        parts += [own, replace(own, filters=whole)]
    return tuple(parts)
