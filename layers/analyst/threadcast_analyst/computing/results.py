"""Computes a frame: one statement, and its figures by part and group."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from math import isfinite

from threadcast.assets.columns.column_roles import Additivity
from threadcast.assets.columns.dates import Grain, Period, period_of
from threadcast.assets.query.engine import QueryEngine
from threadcast.domain.asset import Cell
from threadcast.ports import StopSignal
from threadcast_analyst.computing.parts import Part, parts_of
from threadcast_analyst.computing.statement import rows_statement, statement_of
from threadcast_analyst.reading.frames import Aggregate, Declined, Form, Frame
from threadcast_analyst.reading.tables import Subject, text_of_cell

__all__ = ["Figure", "Result", "computed", "matching_rows"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a group of rows. `value` is None if none of the `rows` rows has one; `valued` have one."""

    name: str
    value: float | None
    rows: int
    valued: int
    period: Period | None = None

    @property
    def order(self) -> date:
        """Where the figure stands in time; the first day there is if it has no period."""
        return date.min if self.period is None else self.period.first


@dataclass(frozen=True, slots=True)
class Result:
    """The figures of each part of a frame, in the statement's order; without a key each part has one."""

    frame: Frame
    parts: tuple[Part, ...]
    figures: tuple[tuple[Figure, ...], ...]

    @property
    def singles(self) -> list[Figure]:
        """The figure of each part of a frame without a key."""
        return [figures[0] if figures else Figure("", None, 0, 0) for figures in self.figures]


def computed(frame: Frame, stop: StopSignal) -> Result:
    """Return the figures of a frame; raises `Declined` if it has none."""
    frame = _completed(frame)
    parts = parts_of(frame)
    rows = query_rows(frame.subject, statement_of(frame, parts), stop)
    figures: list[list[Figure]] = [[] for _ in parts]
    for at, key, value, count, valued in rows:
        figures[_whole(at)].append(_figure(frame, key, value, _whole(count), _whole(valued)))
    return Result(frame, parts, tuple(map(tuple, figures)))


def matching_rows(frame: Frame, stop: StopSignal) -> list[int]:
    """Return the numbers of the rows that count for a frame, in the table's order."""
    (part,) = parts_of(frame)
    return [_whole(row[0]) for row in query_rows(frame.subject, rows_statement(frame, part), stop)]


def _completed(frame: Frame) -> Frame:
    """Return the frame with what its form implies: the grain of a trend, the latest date of a level."""
    if frame.form is Form.TREND:
        frame = replace(frame, key=_trend_grain(frame))
    if frame.form is Form.CHANGE and len(frame.measures) < 2 and frame.key is None:  # noqa: PLR2004 - several
        several = [each for each in frame.filters if len(each.values) > 1 and not each.is_excluded]
        frame = replace(frame, key=several[0].dimension) if several else frame
    return _at_latest(frame) if _is_of_latest(frame) else frame


def _trend_grain(frame: Frame) -> Grain:
    grain = frame.key if isinstance(frame.key, Grain) else frame.subject.natural_grain
    if grain is None:
        raise Declined("These rows have no dates, so there is no trend.")
    return grain


def _is_of_latest(frame: Frame) -> bool:
    """Return whether a level is asked for without a time: then it is that of the latest date."""
    measure, span = frame.measure, frame.subject.span
    if measure is None or span is None or measure.additivity is not Additivity.SEMI_ADDITIVE:
        return False
    is_level = frame.aggregate in {None, Aggregate.TOTAL} and frame.counted is None and frame.per is None
    is_timed = bool(frame.periods) or isinstance(frame.key, Grain) or frame.form in {Form.CHANGE, Form.TREND}
    return is_level and not is_timed and frame.form is not Form.STEPS


def _at_latest(frame: Frame) -> Frame:
    subject, measure = frame.subject, frame.measure
    assert measure is not None  # noqa: S101 - see `_is_of_latest`
    pairs = zip(subject.days, subject.cells(measure), strict=True)
    days = [day for day, cell in pairs if day is not None and cell is not None]
    if not days or subject.grain is None:
        return frame
    return replace(frame, periods=(period_of(max(days), subject.grain),), is_latest=True)


def _figure(frame: Frame, key: object, value: object, count: int, valued: int) -> Figure:
    number = value if isinstance(value, int | float) else None
    if isinstance(frame.key, Grain) and isinstance(key, str):
        period = period_of(date.fromisoformat(key), frame.key)
        return Figure(str(period), number, count, valued, period)
    return Figure("" if key is None else str(key), number, count, valued)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


_BATCH_ROWS = 1_000
_MAX_ROWS, _MAX_BYTES = 200_000, 20_000_000
_TOO_LARGE = "The figures are too large or too many to compute here."


def query_rows(subject: Subject, sql: str, stop: StopSignal) -> list[list[object]]:
    """Return the rows of a statement; none if `stop` is set while the rows are loaded.

    Raises `Declined` if SQLite refuses: a sum of integers beyond 64 bits, or too many groups.
    """
    columns = ["at", "day", *(f"c{at}" for at in range(len(subject.table.columns)))]
    engine = QueryEngine()
    with closing(engine):
        for batch in _batches(subject):
            if stop.is_set():
                return []
            engine.load("rows", columns, batch)
        reply = engine.query(sql, _MAX_ROWS, _MAX_BYTES)
    rows = reply.get("rows")
    if reply.get("is_cut") or not isinstance(rows, list):
        raise Declined(_TOO_LARGE)
    return rows


def _batches(subject: Subject) -> Iterator[list[list[Cell]]]:
    measures = {column.name for column in subject.shape.measures}
    are_numbers = [name in measures for name in subject.table.columns]
    known = {column.name for column in subject.shape.dimensions}
    are_used = [name in measures or name in known for name in subject.table.columns]
    numbered = list(zip(range(len(subject.days)), subject.days, subject.table.rows, strict=True))
    for start in range(0, len(numbered), _BATCH_ROWS):
        yield [
            [at, None if day is None else day.isoformat(), *map(_storable, row, are_numbers, are_used)]
            for at, day, row in numbered[start : start + _BATCH_ROWS]
        ]


def _storable(cell: Cell, is_number: bool, is_used: bool) -> Cell:
    """Return the cell as SQLite compares it: a measure's as a number, a dimension's as a text."""
    if not is_used or cell is None:
        return None
    if not is_number:
        return text_of_cell(cell)
    if isinstance(cell, str) or not isfinite(cell):
        return None
    return cell if isinstance(cell, float) or -(2**63) <= cell < 2**63 else float(cell)
