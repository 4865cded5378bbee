"""Figures in a unit that the question asks for: "in TWh", "how many inches of rain", "in fahrenheit"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log10

from threadcast.assets.columns.column_roles import Column
from threadcast.domain.asset import Cell, Table
from threadcast_analyst.reading.numbers import number_at
from threadcast_analyst.reading.units import Unit, unit_at, unit_of
from threadcast_analyst.reading.words import Word
from threadcast_analyst.subjects import Subject

__all__ = ["UnitAsked", "unit_asked"]

_BEFORE = frozenset({"in", "into", "as", "many"})
"""Between one of these and the unit nothing stands: "in TWh", "how many inches"."""


@dataclass(frozen=True, slots=True)
class UnitAsked:
    """A subject with the figures of some `measures` told in the unit that words at these `places` ask for."""

    subject: Subject
    measures: frozenset[str] = frozenset()
    places: frozenset[int] = frozenset()


def unit_asked(words: Sequence[Word], subject: Subject) -> UnitAsked:
    """The subject in the first other unit that is asked for; as it is, if none is."""
    for word in words[1:]:
        if words[word.at - 1].text not in _BEFORE or number_at(words, word.at) is not None:
            continue
        units: dict[str, Unit] = {}
        length = 0
        for column in subject.shape.measures:
            width, unit = unit_at(words, word.at, column)
            if unit is not None and unit != unit_of(column):
                units[column.name] = unit
                length = max(length, width)
        if units:
            places = frozenset(range(word.at, word.at + length))
            return UnitAsked(_told_in(units, subject), frozenset(units), places)
    return UnitAsked(subject)


def _told_in(units: Mapping[str, Unit], subject: Subject) -> Subject:
    shape, table = subject.shape, subject.table
    wanted = {column: units[column.name] for column in shape.measures if column.name in units}
    at = {table.columns.index(column.name): (column, unit) for column, unit in wanted.items()}
    rows = tuple(
        tuple(_converted(cell, *at[place]) if place in at else cell for place, cell in enumerate(row))
        for row in table.rows
    )
    measures = tuple(
        _column_in(column, wanted[column]) if column in wanted else column for column in shape.measures
    )
    return replace(subject, table=Table(table.columns, rows), shape=replace(shape, measures=measures))


def _converted(cell: Cell, column: Column, unit: Unit) -> Cell:
    own = unit_of(column)
    if own is None or isinstance(cell, bool) or not isinstance(cell, int | float):
        return cell
    return (cell * column.multiplier * own.size + own.offset - unit.offset) / unit.size


def _column_in(column: Column, unit: Unit) -> Column:
    """The column under the other unit, with as many digits as its figures had."""
    own = unit_of(column)
    finer = 0 if own is None else max(0, round(log10(unit.size / own.size)))
    return replace(
        column, prefix="", suffix=f" {unit.symbol}", multiplier=1, decimals=column.decimals + finer
    )
