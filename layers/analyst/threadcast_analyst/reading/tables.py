"""What there is to ask about: each metric in reach with its rows and the roles of its columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from math import isfinite

from threadcast.assets.columns.column_roles import Column, Shape, shape_of, words_of
from threadcast.assets.columns.dates import Grain, Period, date_of, period_of
from threadcast.assets.columns.number_format import counted
from threadcast.assets.columns.row_coverage import span_of, values_of
from threadcast.domain.asset import Asset, AssetContext, Cell, Table
from threadcast_analyst.reading.lexicon import Lexicon, lexicon_of
from threadcast_analyst.reading.words import Kind, key_of, vocabulary

__all__ = ["Subject", "subjects_of"]

_MAX_VALUE_LENGTH = 200
"""Characters of a value that can be filtered and grouped by; a column with longer texts is prose."""

_SHOWN_LENGTH = 30
_MONTHS_BY_YEAR = 23
"""Months of a span from which on days are best divided by year."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A metric with rows. `days` are the rows' dates, `values` each dimension's distinct values.

    `span` is the period from the first to the last date, None without a time column.
    """

    asset: Asset
    table: Table
    shape: Shape
    days: tuple[date | None, ...]
    span: Period | None
    values: Mapping[str, tuple[str, ...]] = field(repr=False)

    @property
    def name(self) -> str:
        """The metric's name."""
        return self.asset.name

    @cached_property
    def lexicon(self) -> Lexicon:
        """What the table's own words mean."""
        return lexicon_of(self.name, self.shape, self.values)

    @cached_property
    def distinct_days(self) -> frozenset[date]:
        """The rows' dates, each once."""
        return frozenset(day for day in self.days if day is not None)

    @property
    def natural_grain(self) -> Grain | None:
        """The grain by which the whole span is divided: years or months for days."""
        span = self.span
        if span is None or span.grain is not Grain.DAY:
            return None if span is None else span.grain
        months = (span.last.year - span.first.year) * 12 + span.last.month - span.first.month
        return Grain.YEAR if months >= _MONTHS_BY_YEAR else Grain.MONTH if months >= 1 else Grain.DAY

    def latest(self, column: Column | None = None) -> tuple[Period, ...]:
        """Return the period of the last date, or of the last with a value of a column; none without one."""
        at = None if column is None else self.table.columns.index(column.name)
        rows = zip(self.days, self.table.rows, strict=True)
        days = [day for day, row in rows if day is not None and (at is None or row[at] is not None)]
        return (period_of(max(days), self.span.grain),) if days and self.span else ()

    def why_not_numeric(self, column: Column) -> str:
        """Return why there are no figures in a column: a sentence that shows the first cell that is none."""
        at = self.table.columns.index(column.name)
        cells = [(line, row[at]) for line, row in enumerate(self.table.rows, 1) if row[at] is not None]
        texts = [(line, str(cell)) for line, cell in cells if not _is_number(cell)]
        if not cells:
            return f"“{column.label}” has no values."
        if not texts:
            return f"“{column.label}” names the rows: it is no figure."
        if len(texts) == len(cells):
            return f"“{column.label}” holds texts, not figures."
        line, shown = texts[0]
        cut = shown if len(shown) <= _SHOWN_LENGTH else shown[:_SHOWN_LENGTH] + "…"
        count = f"{len(texts)} of its {counted(len(cells), 'cell')} {'is' if len(texts) == 1 else 'are'}"
        return f"“{column.label}” can't be computed with: {count} no number (“{cut}” in row {line})."


def subjects_of(context: AssetContext | None) -> tuple[Subject, ...]:
    """Return the metrics in reach that have rows, in their order."""
    found = () if context is None else (context, *context.parts)
    return tuple(_subject(part.asset, part.table) for part in found if part.table and part.table.rows)


def _subject(asset: Asset, table: Table) -> Subject:
    shape = _roles(shape_of(asset.definition, table), table)
    at = None if shape.time is None else table.columns.index(shape.time.name)
    days = tuple(None if at is None else date_of(row[at]) for row in table.rows)
    span = None if shape.time is None else span_of(table, shape.time)
    values = {column.name: values_of(column, table) for column in shape.dimensions}
    is_usable = {name: all(map(str.isprintable, found)) for name, found in values.items()}
    is_usable |= {
        n: False for n, found in values.items() if max(map(len, found), default=0) > _MAX_VALUE_LENGTH
    }
    usable = tuple(column for column in shape.dimensions if is_usable[column.name])
    return Subject(asset, table, replace(shape, dimensions=usable), days, span, values)


def _roles(shape: Shape, table: Table) -> Shape:
    """Return the roles without figures that name things: ids and codes are dimensions, a year is a time."""
    identifiers = vocabulary().identifiers
    named = [column for column in shape.measures if words_of(column.name).split()[-1] in identifiers]
    columns = (*shape.measures, *shape.dimensions)
    time = shape.time or next((column for column in columns if _is_year(column, table)), None)
    measures = tuple(column for column in shape.measures if column not in named and column != time)
    dimensions = tuple(column for column in (*shape.dimensions, *named) if column != time)
    return Shape(time, measures, dimensions)


def _is_year(column: Column, table: Table) -> bool:
    """Return whether a column is called after a grain of time and holds nothing but dates."""
    meaning = vocabulary().phrases.get(key_of(column.name))
    if meaning is None or meaning.kind is not Kind.GRAIN:
        return False
    at = table.columns.index(column.name)
    cells = {(type(row[at]), row[at]) for row in table.rows if row[at] is not None}
    return bool(cells) and all(date_of(cell) is not None for _, cell in cells)


def _is_number(cell: Cell) -> bool:
    try:
        return not isinstance(cell, bool) and isfinite(float(cell or 0))
    except ValueError:
        return False
