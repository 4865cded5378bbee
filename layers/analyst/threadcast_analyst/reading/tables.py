"""What there is to ask about: each metric in reach with its rows and the roles of its columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from math import isfinite

from threadcast.assets.columns.column_roles import Column, Shape, shape_of, words_of
from threadcast.assets.columns.dates import Grain, Period, date_of, grain_of, period_of, spanned
from threadcast.assets.columns.number_format import counted
from threadcast.domain.asset import Asset, AssetContext, Cell, Table
from threadcast_analyst.reading.lexicon import Lexicon, lexicon_of
from threadcast_analyst.reading.words import key_of, vocabulary

__all__ = ["Subject", "subjects_of", "text_of_cell"]

_MAX_VALUE_LENGTH = 200
"""Characters of a value that can be filtered and grouped by; a column with longer texts is prose."""

_SHOWN_LENGTH = 30


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

    @property
    def grain(self) -> Grain | None:
        """The granularity of the rows' dates."""
        return None if self.span is None else self.span.grain

    @property
    def natural_grain(self) -> Grain | None:
        """The grain by which the whole span is divided: years or months for days."""
        span = self.span
        if span is None or span.grain is not Grain.DAY:
            return None if span is None else span.grain
        months = (span.last.year - span.first.year) * 12 + span.last.month - span.first.month
        return Grain.YEAR if months >= 23 else Grain.MONTH if months >= 1 else Grain.DAY  # noqa: PLR2004 - two years

    @property
    def latest(self) -> tuple[Period, ...]:
        """The period of the last date; none without dates."""
        return () if self.span is None else (period_of(self.span.last, self.span.grain),)

    @cached_property
    def years(self) -> frozenset[int]:
        """The years that have rows."""
        return frozenset(day.year for day in self.days if day is not None)

    def cells(self, column: Column) -> list[Cell]:
        """Return a column's cells, row by row."""
        at = self.table.columns.index(column.name)
        return [row[at] for row in self.table.rows]

    def why_not_numeric(self, column: Column) -> str:
        """Return why there are no figures in a column: a sentence that shows the first cell that is none."""
        cells = [(line, cell) for line, cell in enumerate(self.cells(column), 1) if cell is not None]
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
    if context is None:
        return ()
    found = (context, *context.parts)
    return tuple(_subject(part.asset, part.table) for part in found if part.table and part.table.rows)


def text_of_cell(cell: Cell) -> str | None:
    """Return a dimension's cell as it is shown, filtered and grouped; None if it is missing."""
    return None if cell is None else str(cell)


def _subject(asset: Asset, table: Table) -> Subject:
    shape = _roles(shape_of(asset.definition, table), table)
    at = None if shape.time is None else table.columns.index(shape.time.name)
    days = tuple(None if at is None else date_of(row[at]) for row in table.rows)
    values = {column.name: _values(table, column) for column in shape.dimensions}
    usable = tuple(column for column in shape.dimensions if all(map(_is_usable, values[column.name])))
    return Subject(asset, table, replace(shape, dimensions=usable), days, _span(days), values)


def _roles(shape: Shape, table: Table) -> Shape:
    """Return the roles without figures that name things: ids and codes are dimensions, a year is a time."""
    named = [column for column in shape.measures if _is_identifier(column)]
    time = shape.time
    if time is None:
        time = next((c for c in (*shape.measures, *shape.dimensions) if _is_year(c, table)), None)
    measures = tuple(column for column in shape.measures if column not in named and column != time)
    dimensions = tuple(column for column in (*shape.dimensions, *named) if column != time)
    return Shape(time, measures, dimensions)


def _is_identifier(column: Column) -> bool:
    return not vocabulary().identifiers.isdisjoint(words_of(column.name).split()[-1:])


def _is_year(column: Column, table: Table) -> bool:
    """Return whether a column is called after a grain of time and holds nothing but dates."""
    if key_of(column.name) not in vocabulary().grains:
        return False
    at = table.columns.index(column.name)
    cells = {(type(row[at]), row[at]) for row in table.rows if row[at] is not None}
    return bool(cells) and all(date_of(cell) is not None for _, cell in cells)


def _values(table: Table, column: Column) -> tuple[str, ...]:
    at = table.columns.index(column.name)
    texts = (text_of_cell(row[at]) for row in table.rows)
    return tuple(dict.fromkeys(text for text in texts if text is not None))


def _is_usable(value: str) -> bool:
    return value.isprintable() and len(value) <= _MAX_VALUE_LENGTH


def _is_number(cell: Cell) -> bool:
    if isinstance(cell, int | float):
        return not isinstance(cell, bool)
    try:
        return isfinite(float(str(cell)))
    except ValueError:
        return False


def _span(days: Sequence[date | None]) -> Period | None:
    known: Iterable[date] = {day for day in days if day is not None}
    if not known:
        return None
    grain = grain_of(known)
    return spanned(period_of(min(known), grain), period_of(max(known), grain))
