"""The one SQL statement of a frame, over the table `rows` (see `rows.py`)."""

from collections.abc import Callable, Sequence

from threadcast.assets.columns.column_roles import Additivity, Column
from threadcast.assets.columns.dates import Grain
from threadcast_analyst.reading.frames import Aggregate, Filter, Frame, Relation

__all__ = ["COUNTS", "aggregate_of", "averages_days", "conditions", "rows_statement", "statement_of"]

COUNTS = frozenset({Aggregate.ROWS, Aggregate.DISTINCT})
"""Aggregates that count, also where no row is left."""

_OPERATORS = {
    Relation.ABOVE: ">", Relation.BELOW: "<", Relation.AT_LEAST: ">=", Relation.AT_MOST: "<=",
    Relation.EXACTLY: "=",
}  # fmt: skip
_FUNCTIONS = {
    Aggregate.TOTAL: "SUM", Aggregate.AVERAGE: "AVG", Aggregate.HIGHEST: "MAX", Aggregate.LOWEST: "MIN",
}  # fmt: skip
_STARTS = {
    Grain.DAY: "day",
    Grain.MONTH: "substr(day, 1, 7) || '-01'",
    Grain.QUARTER: "substr(day, 1, 5) || substr('0' || ((substr(day, 6, 2) - 1) / 3 * 3 + 1), -2) || '-01'",
    Grain.YEAR: "substr(day, 1, 4) || '-01-01'",
}
"""The first day of the period that a row is in."""


def statement_of(parts: Sequence[Frame]) -> str:
    """Return a SELECT of part, key, value, the number of rows, and of those with a value."""
    return " UNION ALL ".join(_select(part, at) for at, part in enumerate(parts))


def rows_statement(frame: Frame) -> str:
    """Return a SELECT of the numbers of the rows that count for a frame."""
    return f"SELECT at FROM rows WHERE {_where(frame)} ORDER BY at"  # noqa: S608 - names of our own


def aggregate_of(frame: Frame) -> Aggregate:
    """Return the aggregate that is computed: the one that is named, or the measure's own."""
    if frame.counted is not None:
        return Aggregate.DISTINCT
    if frame.measure is None or frame.aggregate is Aggregate.ROWS:
        return Aggregate.ROWS
    is_additive = frame.measure.additivity is Additivity.ADDITIVE
    return frame.aggregate or (Aggregate.TOTAL if is_additive else Aggregate.AVERAGE)


def averages_days(frame: Frame) -> bool:
    """Return whether a level's totals of each date are averaged, as they can't be added up over time."""
    is_level = frame.measure is not None and frame.measure.additivity is Additivity.SEMI_ADDITIVE
    return is_level and aggregate_of(frame) in {Aggregate.TOTAL, Aggregate.AVERAGE}


def _select(frame: Frame, at: int) -> str:
    column = "*" if frame.measure is None else _column(frame, frame.measure)
    key, where = _key(frame), _where(frame)
    if frame.per is not None or averages_days(frame):
        group = f"{key}, {'day' if frame.per is None else _STARTS[frame.per]}"
        counts = f"COUNT(*) AS n, COUNT({column}) AS valued"
        sums = (
            f"SELECT {key} AS key, SUM({column}) AS value, {counts} FROM rows WHERE {where} GROUP BY {group}"  # noqa: S608 - names and escaped texts of our own
        )
        return f"SELECT {at}, key, AVG(value), SUM(n), SUM(valued) FROM ({sums}) GROUP BY key"  # noqa: S608 - the same
    aggregate = aggregate_of(frame)
    if aggregate in _FUNCTIONS:
        value = f"{_FUNCTIONS[aggregate]}({column})"
    else:
        column = "*" if frame.counted is None else _column(frame, frame.counted)
        value = f"COUNT({'' if frame.counted is None else 'DISTINCT '}{column})"
    return f"SELECT {at}, {key}, {value}, COUNT(*), COUNT({column}) FROM rows WHERE {where} GROUP BY 2"  # noqa: S608 - the same


def _key(frame: Frame) -> str:
    if frame.key is None:
        return "NULL"
    return _STARTS[frame.key] if isinstance(frame.key, Grain) else _column(frame, frame.key)


def _column(frame: Frame, column: Column) -> str:
    return f"c{frame.subject.table.columns.index(column.name)}"


def conditions(frame: Frame, name: Callable[[Column], str], day: str) -> list[str]:
    """Return the conditions on a frame's rows, in SQL with these names of the columns and of the date."""
    found = [_filter(each, name(each.dimension)) for each in frame.filters]
    if frame.periods:
        windows = [f"{day} BETWEEN '{period.first}' AND '{period.last}'" for period in frame.periods]
        found.append(f"({' OR '.join(windows)})")
    limits = [f"{name(each.measure)} {_OPERATORS[each.relation]} {each.value!r}" for each in frame.thresholds]
    return found + limits


def _where(frame: Frame) -> str:
    found = conditions(frame, lambda column: _column(frame, column), "day")
    if frame.key is not None:
        found.append(f"{'day' if isinstance(frame.key, Grain) else _key(frame)} IS NOT NULL")
    return " AND ".join(found) or "1"


def _filter(found: Filter, column: str) -> str:
    values = ", ".join("'" + value.replace("'", "''") + "'" for value in found.values)
    if found.is_excluded:
        return f"({column} IS NULL OR {column} NOT IN ({values}))"
    return f"{column} IN ({values})"
