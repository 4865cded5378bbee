"""The rows that count for a series, and what they amount to together."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import fsum
from statistics import fmean
from typing import TypeVar

from threadcast.assets.columns.column_roles import Additivity
from threadcast.assets.columns.dates import Grain, Period, date_of, grain_of, period_of, spanned
from threadcast.domain.asset import Cell, Table
from threadcast_analyst.series import Condition, Filters, Line

__all__ = [
    "Point",
    "Selection",
    "amount",
    "by_period",
    "by_value",
    "in_months",
    "of_value",
    "rows_of",
    "select",
    "within",
]

_Key = TypeVar("_Key")
Row = tuple[Cell, ...]
Keys = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One row's value of the measure, its day (None: it has none) and its dimensions' values."""

    value: float
    day: date | None
    keys: Keys


@dataclass(frozen=True, slots=True)
class Selection:
    """The points of a series; `rows` were looked at, `empty` of them had no value."""

    line: Line
    points: tuple[Point, ...]
    rows: int
    empty: int

    @property
    def days(self) -> tuple[date, ...]:
        """The distinct days, in order."""
        return tuple(sorted({point.day for point in self.points if point.day is not None}))

    @property
    def span(self) -> Period | None:
        """From the first to the last day, at the grain of the subject's rows; None without any day."""
        days, grain = self.days, self.line.subject.grain
        if not days:
            return None
        grain = grain_of(days) if grain is None else grain
        return spanned(period_of(days[0], grain), period_of(days[-1], grain))


def select(line: Line) -> Selection:
    """The points of the rows that pass the series' filters."""
    table = line.subject.table
    value_at = table.columns.index(line.measure.name)
    points: list[Point] = []
    rows = 0
    for row, day, keys in _passing(line):
        rows += 1
        value = row[value_at]
        if isinstance(value, int | float) and not isinstance(value, bool):
            points.append(Point(float(value), day, keys))
    return Selection(line, tuple(points), rows, rows - len(points))


def rows_of(line: Line) -> Table:
    """The rows that pass the series' filters, whole, in their order."""
    return Table(line.subject.table.columns, tuple(row for row, _, _ in _passing(line)))


def _passing(line: Line) -> Iterator[tuple[Row, date | None, Keys]]:
    """Each row that passes the filters, with its day and its dimensions' values."""
    table, shape = line.subject.table, line.subject.shape
    day_at = None if shape.time is None else table.columns.index(shape.time.name)
    key_at = [table.columns.index(column.name) for column in shape.dimensions]
    wanted = [frozenset(line.filters.of(column.name)) for column in shape.dimensions]
    having = [(table.columns.index(column.name), condition) for column, condition in line.filters.having]
    for row in table.rows:
        if not all(_holds(condition, row[at]) for at, condition in having):
            continue
        day = None if day_at is None else date_of(row[day_at])
        keys = tuple(_text(row[at]) for at in key_at)
        if _is_in_time(day, line.filters) and _has_values(keys, wanted):
            yield row, day, keys


def amount(points: Iterable[Point], additivity: Additivity) -> float:
    """What points are together: their sum, the mean of the days' sums, or their mean; there must be one."""
    match additivity:
        case Additivity.ADDITIVE:
            return fsum(point.value for point in points)
        case Additivity.NON_ADDITIVE:
            return fmean(point.value for point in points)
        case Additivity.SEMI_ADDITIVE:
            by_day = _grouped(points, lambda point: point.day)
            return fmean(fsum(point.value for point in group) for group in by_day.values())


def by_period(selection: Selection, grain: Grain) -> tuple[tuple[Period, float], ...]:
    """What the points of each period are together, in the order of time."""
    dated = [point for point in selection.points if point.day is not None]
    groups = _grouped(dated, lambda point: period_of(point.day or date.min, grain))
    additivity = selection.line.measure.additivity
    return tuple((period, amount(groups[period], additivity)) for period in sorted(groups))


def by_value(selection: Selection, dimension: str) -> tuple[tuple[str, float], ...]:
    """What the points of each value of a dimension are together, from the highest."""
    names = [column.name for column in selection.line.subject.shape.dimensions]
    at = names.index(dimension)
    groups = _grouped(selection.points, lambda point: point.keys[at])
    additivity = selection.line.measure.additivity
    found = [(value, amount(points, additivity)) for value, points in groups.items() if value is not None]
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))


def within(selection: Selection, *periods: Period) -> Selection:
    """The part of a selection that lies in any of the periods."""
    points = tuple(
        point
        for point in selection.points
        if point.day is not None and any(point.day in period for period in periods)
    )
    return replace(selection, points=points, rows=len(points), empty=0)


def of_value(selection: Selection, dimension: str, value: str) -> Selection:
    """The part of a selection that has a value of a dimension."""
    at = [column.name for column in selection.line.subject.shape.dimensions].index(dimension)
    return replace(selection, points=tuple(point for point in selection.points if point.keys[at] == value))


def in_months(selection: Selection, months: frozenset[int]) -> Selection:
    """The part of a selection that lies in these months of any year."""
    points = (point for point in selection.points if point.day is not None and point.day.month in months)
    return replace(selection, points=tuple(points))


def _grouped(points: Iterable[Point], key: Callable[[Point], _Key]) -> dict[_Key, list[Point]]:
    groups: dict[_Key, list[Point]] = defaultdict(list)
    for point in points:
        groups[key(point)].append(point)
    return groups


def _holds(condition: Condition, cell: Cell) -> bool:
    return isinstance(cell, int | float) and condition.holds(cell)


def _text(cell: Cell) -> str | None:
    return None if cell is None else str(cell)


def _is_in_time(day: date | None, filters: Filters) -> bool:
    if not filters.windows and not filters.months:
        return True
    if day is None:
        return False
    in_window = not filters.windows or any(day in window for window in filters.windows)
    return in_window and (not filters.months or day.month in filters.months)


def _has_values(keys: Sequence[str | None], wanted: Sequence[frozenset[str]]) -> bool:
    return all(not values or key in values for key, values in zip(keys, wanted, strict=True))
