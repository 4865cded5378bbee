"""The one SQL statement of a frame, over the table `rows` (see `rows.py`)."""

from collections.abc import Sequence

from threadcast.assets.columns.column_roles import Additivity, Column
from threadcast.assets.columns.dates import Grain, Period
from threadcast_analyst.computing.parts import Part
from threadcast_analyst.reading.frames import Aggregate, Filter, Form, Frame, Key, Threshold
from threadcast_analyst.reading.tables import Subject

__all__ = ["averages_days", "rows_statement", "statement_of"]

_OPERATORS = {"above": ">", "below": "<", "at least": ">=", "at most": "<=", "exactly": "="}
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


def statement_of(frame: Frame, parts: Sequence[Part]) -> str:
    """Return a SELECT of part, key, value, the number of rows, and of those with a value."""
    return " UNION ALL ".join(_select(frame, part, at) for at, part in enumerate(parts))


def rows_statement(frame: Frame, part: Part) -> str:
    """Return a SELECT of the numbers of the rows that count for a part."""
    return f"SELECT at FROM rows WHERE {_where(frame, part, None)} ORDER BY at"  # noqa: S608 - names of our own


def averages_days(frame: Frame, measure: Column | None) -> bool:
    """Return whether a level's totals of each date are averaged, as they can't be added up over time."""
    is_level = measure is not None and measure.additivity is Additivity.SEMI_ADDITIVE
    return (
        is_level and frame.aggregate in {None, Aggregate.TOTAL, Aggregate.AVERAGE} and frame.counted is None
    )


def _select(frame: Frame, part: Part, at: int) -> str:
    column = "*" if part.measure is None else _column(frame.subject, part.measure)
    key, where = _key(frame.key, frame.subject), _where(frame, part, frame.key)
    inner = _inner(frame, part)
    counts = f"COUNT(*) AS n, COUNT({column}) AS valued"
    if inner is not None:
        sums = f"SELECT {key} AS key, SUM({column}) AS value, {counts} FROM rows WHERE {where}"  # noqa: S608 - names and escaped texts of our own
        sums += f" GROUP BY {key}, {inner}"
        return f"SELECT {at}, key, AVG(value), SUM(n), SUM(valued) FROM ({sums}) GROUP BY key"  # noqa: S608 - the same
    value, counted = _value(frame, part.measure, column)
    return f"SELECT {at}, {key}, {value}, COUNT(*), COUNT({counted}) FROM rows WHERE {where} GROUP BY 2"  # noqa: S608 - the same


def _inner(frame: Frame, part: Part) -> str | None:
    """Return by what sums are grouped before they are averaged; None: nothing is averaged twice."""
    if frame.per is not None:
        return _STARTS[frame.per]
    return "day" if averages_days(frame, part.measure) else None


def _value(frame: Frame, measure: Column | None, column: str) -> tuple[str, str]:
    """Return the expression of the figure, and the column whose values it uses."""
    if frame.counted is not None:
        counted = _column(frame.subject, frame.counted)
        return f"COUNT(DISTINCT {counted})", counted
    if frame.aggregate is Aggregate.ROWS or measure is None:
        return "COUNT(*)", "*"
    default = Aggregate.TOTAL if measure.additivity is Additivity.ADDITIVE else Aggregate.AVERAGE
    return f"{_FUNCTIONS[frame.aggregate or default]}({column})", column


def _key(key: Key | None, subject: Subject) -> str:
    if key is None:
        return "NULL"
    return _STARTS[key] if isinstance(key, Grain) else _column(subject, key)


def _column(subject: Subject, column: Column) -> str:
    return f"c{subject.table.columns.index(column.name)}"


def _where(frame: Frame, part: Part, key: Key | None) -> str:
    subject = frame.subject
    conditions = [_filter(each, subject) for each in part.filters]
    if part.periods:
        conditions.append(f"({' OR '.join(map(_period, part.periods))})")
    if frame.form is not Form.GROUPS:
        conditions += [_threshold(each, subject) for each in frame.thresholds]
    if key is not None:
        conditions.append(f"{'day' if isinstance(key, Grain) else _column(subject, key)} IS NOT NULL")
    return " AND ".join(conditions) or "1"


def _filter(found: Filter, subject: Subject) -> str:
    column, values = _column(subject, found.dimension), ", ".join(map(_quoted, found.values))
    return (
        f"({column} IS NULL OR {column} NOT IN ({values}))"
        if found.is_excluded
        else f"{column} IN ({values})"
    )


def _period(period: Period) -> str:
    return f"day BETWEEN '{period.first}' AND '{period.last}'"


def _threshold(found: Threshold, subject: Subject) -> str:
    column = _column(subject, found.measure)
    if found.relation == "between":
        return f"{column} BETWEEN {found.value!r} AND {found.upper!r}"
    return f"{column} {_OPERATORS[found.relation]} {found.value!r}"


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
