"""What the columns of a metric's rows hold: types, extremes, and how many different values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from threadcast.assets.columns.dates import date_of
from threadcast.assets.kinds.chart_config import ColumnType, declared_types
from threadcast.domain.asset import Cell, Table

__all__ = ["ColumnFacts", "DataType", "column_facts"]

DataType = Literal["text", "boolean", "integer", "float", "date", "timestamp"]


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A column: its type, and the extremes of numbers and dates; None for texts and without values."""

    name: str
    simple_type: ColumnType
    type: DataType
    min_value: Cell
    max_value: Cell
    unique_values: int


def column_facts(definition: Mapping[str, Any], table: Table) -> tuple[ColumnFacts, ...]:
    """Return the facts of each column; a declared type applies where the cells are of it."""
    declared = declared_types(definition)
    return tuple(
        _facts(name, [row[at] for row in table.rows], declared.get(name))
        for at, name in enumerate(table.columns)
    )


def _facts(name: str, cells: Sequence[Cell], declared: ColumnType | None) -> ColumnFacts:
    # With their types: True equals 1.
    distinct = {(type(cell), cell) for cell in cells if cell is not None}
    kinds, values = {kind for kind, _ in distinct}, [cell for _, cell in distinct]
    simple, data_type = _type_of(kinds, values, declared)
    extremes: list[Any] = [] if simple == "text" else values
    return ColumnFacts(
        name, simple, data_type, min(extremes, default=None), max(extremes, default=None), len(distinct)
    )


def _type_of(
    kinds: set[type], values: Sequence[Cell], declared: ColumnType | None
) -> tuple[ColumnType, DataType]:
    if not values:
        return _EMPTY[declared or "text"]
    if kinds <= {int, float} and declared != "date":
        return "number", "integer" if kinds == {int} else "float"
    if declared != "text" and len(kinds) == 1 and all(date_of(cell) is not None for cell in values):
        has_times = any(isinstance(cell, str) and ":" in cell for cell in values)
        return "date", "timestamp" if has_times else "date"
    if kinds <= {int, float}:
        return "number", "integer" if kinds == {int} else "float"
    return "text", "boolean" if kinds == {bool} else "text"


_EMPTY: Mapping[ColumnType, tuple[ColumnType, DataType]] = {
    "text": ("text", "text"),
    "number": ("number", "float"),
    "date": ("date", "date"),
}
"""The types of a column without values, by the declared one."""
