"""Roles of the columns of a metric's rows: time, measures and dimensions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from threadcast.assets.columns.dates import date_of
from threadcast.domain.asset import Cell, Table

__all__ = ["Additivity", "Column", "Shape", "shape_of", "words_of"]

_CURRENCY_SIGNS = frozenset({"$", "€", "£"})
"""Currencies that have cents or pence."""

_CENTS = 2


class Additivity(StrEnum):
    """Whether sums of a measure's values are meaningful, in the terms of dimensional modelling.

    Additive: over all columns (rain, sales). Semi-additive: over dimensions, but not over time (stock levels,
    employment). Non-additive: never (temperatures, prices, rates).
    """

    ADDITIVE = "additive"
    SEMI_ADDITIVE = "semi_additive"
    NON_ADDITIVE = "non_additive"


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its format: `label` is its name in a sentence, `suffix` the unit with its space."""

    name: str
    label: str
    prefix: str = ""
    suffix: str = ""
    multiplier: float = 1
    decimals: int = 0
    additivity: Additivity = Additivity.ADDITIVE
    synonyms: tuple[str, ...] = ()

    @property
    def is_in_cents(self) -> bool:
        """Whether the values are amounts of money with decimals: $1,299.50 beside $20."""
        is_money = (
            self.prefix.strip() in _CURRENCY_SIGNS or re.fullmatch(r"[A-Z]{3} ", self.prefix) is not None
        )
        return is_money and 0 < self.decimals <= _CENTS

    @property
    def unit(self) -> str:
        """The unit without its space, empty if there is none."""
        return (self.suffix or self.prefix).strip()


@dataclass(frozen=True, slots=True)
class Shape:
    """The roles of a table's columns; the first measure is the default of a question that names none."""

    time: Column | None
    measures: tuple[Column, ...]
    dimensions: tuple[Column, ...]


def shape_of(definition: Mapping[str, Any], table: Table) -> Shape:
    """Return the roles that `chartConfig` declares; roles that it does not declare follow from the cells."""
    axes, formats = _axes(definition), _formats(definition)
    cells = {name: [row[index] for row in table.rows] for index, name in enumerate(table.columns)}
    time = _time_column(axes, formats, cells)
    category = {name for name in axes["category"] if name in cells}
    numeric = [name for name in cells if name != time and name not in category and _is_numeric(cells[name])]
    measures = [name for name in axes["y"] if name in numeric]
    measures += [name for name in numeric if name not in measures]
    dimensions = [name for name in cells if name != time and name not in numeric]

    def column(name: str) -> Column:
        return _column(name, formats.get(name, {}), cells[name])

    return Shape(
        time=None if time is None else column(time),
        measures=tuple(map(column, measures)),
        dimensions=tuple(map(column, dimensions)),
    )


def words_of(name: str) -> str:
    """Return a column's name as words: `net_generation` and `netGeneration` are both "net generation"."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_\-\s]+", " ", name).strip().lower()


def _axes(definition: Mapping[str, Any]) -> dict[str, list[str]]:
    config = definition.get("chartConfig")
    named = config.get("barAndLineAxis") if isinstance(config, Mapping) else None
    axis = named if isinstance(named, Mapping) else {}
    return {key: _strings(axis.get(key)) for key in ("x", "y", "category")}


def _formats(definition: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    config = definition.get("chartConfig")
    formats = config.get("columnLabelFormats") if isinstance(config, Mapping) else None
    if not isinstance(formats, Mapping):
        return {}
    return {str(name): found for name, found in formats.items() if isinstance(found, Mapping)}


def _time_column(
    axes: Mapping[str, Sequence[str]],
    formats: Mapping[str, Mapping[str, Any]],
    cells: Mapping[str, Sequence[Cell]],
) -> str | None:
    declared = [name for name, found in formats.items() if found.get("columnType") == "date"]
    for name in (*axes["x"], *declared):
        if name in cells and _are_dates(cells[name]):
            return name
    taken = {*axes["x"], *axes["y"], *axes["category"]}
    return next(
        (
            name
            for name, column in cells.items()
            if name not in taken and any(isinstance(cell, str) for cell in column) and _are_dates(column)
        ),
        None,
    )


def _column(name: str, found: Mapping[str, Any], cells: Sequence[Cell]) -> Column:
    suffix, prefix = str(found.get("suffix") or ""), str(found.get("prefix") or "")
    if found.get("style") == "percent" and not suffix:
        suffix = "%"
    if found.get("style") == "currency" and not prefix:
        currency = str(found.get("currency") or "$")
        prefix = f"{currency} " if currency.isalpha() else currency  # "EUR 5", but "€5"
    multiplier = found.get("multiplier")
    return Column(
        name=name,
        label=_label(str(found.get("displayName") or words_of(name))),
        prefix=prefix,
        suffix=suffix,
        multiplier=multiplier if isinstance(multiplier, int | float) and multiplier else 1,
        decimals=_decimals(cells),
        additivity=_additivity(found.get("additivity"), suffix),
        synonyms=tuple(_strings(found.get("synonyms"))),
    )


def _additivity(declared: object, suffix: str) -> Additivity:
    try:
        return Additivity(str(declared))
    except ValueError:
        is_rate = any(mark in suffix for mark in ("%", "°", "/", " per "))
        return Additivity.NON_ADDITIVE if is_rate else Additivity.ADDITIVE


def _label(name: str) -> str:
    is_capitalised = name[:1].isupper() and not name[1:2].isupper()
    return name[:1].lower() + name[1:] if is_capitalised else name


def _decimals(cells: Iterable[Cell]) -> int:
    """Return the number of decimals of the values, at most three."""
    distinct = {cell for cell in cells if isinstance(cell, float)}
    shown = (f"{value:.3f}".rstrip("0") for value in distinct)
    return max((len(text) - text.index(".") - 1 for text in shown), default=0)


def _is_numeric(cells: Iterable[Cell]) -> bool:
    kinds = {type(cell) for cell in cells} - {type(None)}
    return bool(kinds) and kinds <= {int, float}


def _are_dates(cells: Iterable[Cell]) -> bool:
    # Distinct cells with their types: 2001 and 2001.0 are equal, but only the former is a year.
    known = {(type(cell), cell) for cell in cells if cell is not None}
    return bool(known) and all(date_of(cell) is not None for _, cell in known)


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list | tuple) else []
