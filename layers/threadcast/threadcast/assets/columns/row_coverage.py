"""Describes in words what a metric's rows cover: their number, period, measures and dimensions."""

from threadcast.assets.columns.column_roles import Column, Shape, shape_of
from threadcast.assets.columns.dates import Period, date_of, grain_of, grain_word, period_of, spanned
from threadcast.assets.columns.number_format import counted, joined
from threadcast.domain.asset import AssetContext, Table

__all__ = ["coverage", "span_of", "values_of"]

_LISTED_VALUES = 6


def coverage(context: AssetContext) -> str:
    """Return one or two sentences about a metric's rows, also if there are none."""
    table = context.table
    if table is None or not table.rows:
        return "It has no rows yet."
    shape = shape_of(context.asset.definition, table)
    parts = [f"Its {counted(len(table.rows), 'row')} {'covers' if len(table.rows) == 1 else 'cover'}"]
    parts.append(f" {when}:" if (when := _when(shape, table)) else " the following:")
    parts.append(f" {_measures(shape)}." if shape.measures else " no figures.")
    parts += [f" {_values(dimension, table)}." for dimension in shape.dimensions]
    return "".join(parts)


def span_of(table: Table, time: Column) -> Period | None:
    """Return the period from the first to the last date of the rows, at their grain; None without dates."""
    at = table.columns.index(time.name)
    days = {day for cell in {row[at] for row in table.rows} if (day := date_of(cell)) is not None}
    if not days:
        return None
    grain = grain_of(days)
    return spanned(period_of(min(days), grain), period_of(max(days), grain))


def values_of(dimension: Column, table: Table) -> tuple[str, ...]:
    """Return the distinct values of a dimension, in the order of their first occurrence."""
    at = table.columns.index(dimension.name)
    return tuple(dict.fromkeys(str(row[at]) for row in table.rows if row[at] is not None))


def _when(shape: Shape, table: Table) -> str:
    if shape.time is None or (span := span_of(table, shape.time)) is None:
        return ""
    begin, end = period_of(span.first, span.grain), period_of(span.last, span.grain)
    by = f", by {grain_word(span.grain)}"
    return f"{begin} to {end}{by}" if begin != end else f"{begin}{by}"


def _measures(shape: Shape) -> str:
    return joined(
        [f"{column.label} ({column.unit})" if column.unit else column.label for column in shape.measures]
    )


def _values(dimension: Column, table: Table) -> str:
    """Return the values separated by semicolons, because some contain commas."""
    values = values_of(dimension, table)
    shown = [*values[:_LISTED_VALUES]]
    shown += [f"{len(values) - len(shown)} more"] if len(values) > len(shown) else []
    label = dimension.label[:1].upper() + dimension.label[1:]
    count = f" ({len(values)})" if len(values) > 1 else ""
    return f"{label}{count}: {'; '.join(shown)}"
