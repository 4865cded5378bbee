"""Units as people write them: which of them a measure is told in, and how one becomes another."""

from collections.abc import Sequence
from dataclasses import dataclass

from threadcast.assets.columns.column_roles import Column
from threadcast_analyst.reading.words import Word, stems_of

__all__ = [
    "Unit",
    "in_unit_of",
    "is_single",
    "is_temperature",
    "scale_at",
    "unit_at",
    "unit_of",
    "zero_degrees",
]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of a kind; a value in it, times `size` plus `offset`, is one in the kind's own unit.

    `symbol` is how it is written behind a figure.
    """

    kind: str
    size: float = 1
    offset: float = 0
    symbol: str = ""


_UNITS = {
    **dict.fromkeys(("kwh", "kilowatt hour"), Unit("energy", 1e-6, symbol="kWh")),
    **dict.fromkeys(("mwh", "megawatt hour"), Unit("energy", 1e-3, symbol="MWh")),
    **dict.fromkeys(("gwh", "gigawatt hour"), Unit("energy", symbol="GWh")),
    **dict.fromkeys(("twh", "terawatt hour"), Unit("energy", 1e3, symbol="TWh")),
    **dict.fromkeys(("mm", "millimeter", "millimetre"), Unit("length", symbol="mm")),
    **dict.fromkeys(("cm", "centimeter", "centimetre"), Unit("length", 10, symbol="cm")),
    **dict.fromkeys(("inch", "inche"), Unit("length", 25.4, symbol="inches")),
    **dict.fromkeys(("km", "kilometer", "kilometre"), Unit("length", 1e6, symbol="km")),
    **dict.fromkeys(
        ("°c", "celsiu", "celsius", "degree celsius", "degree c", "° celsius", "centigrade"),
        Unit("heat", symbol="°C"),
    ),
    **dict.fromkeys(
        ("°f", "fahrenheit", "degree fahrenheit", "degree f", "° fahrenheit"),
        Unit("heat", 5 / 9, -160 / 9, symbol="°F"),
    ),
    **dict.fromkeys(("m/s", "meter per second", "metre per second"), Unit("speed", symbol="m/s")),
    **dict.fromkeys(
        ("km/h", "kph", "kmh", "kilometer per hour", "kilometre per hour"),
        Unit("speed", 1 / 3.6, symbol="km/h"),
    ),
    **dict.fromkeys(("mph", "mile per hour"), Unit("speed", 0.44704, symbol="mph")),
    **dict.fromkeys(("knot", "kt"), Unit("speed", 0.514444, symbol="knots")),
    **dict.fromkeys(("kg", "kilogram"), Unit("mass", symbol="kg")),
    **dict.fromkeys(("tonne", "ton"), Unit("mass", 1e3, symbol="tonnes")),
    "thousand": Unit("count", 1e3, symbol="thousand"),
    "million": Unit("count", 1e6, symbol="million"),
    "billion": Unit("count", 1e9, symbol="billion"),
}
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9,
}  # fmt: skip
_BARE_DEGREES = ("degree", "°")
_LONGEST = 3
_FAR = 100
"""What is so many times greater than the greatest cell is told in another unit."""


def unit_of(column: Column) -> Unit | None:
    """The unit that a column's figures are told in, if it is a known one."""
    return _UNITS.get(" ".join(stems_of(column.unit)))


def is_temperature(column: Column) -> bool:
    """Whether a column's figures are degrees."""
    unit = unit_of(column)
    return unit is not None and unit.kind == "heat"


def scale_at(words: Sequence[Word], at: int) -> float | None:
    """What "thousand" or "million" at a place multiplies by; None: there is no such word."""
    return _SCALES.get(words[at].stem) if at < len(words) else None


def unit_at(words: Sequence[Word], at: int, column: Column) -> tuple[int, Unit | None]:
    """How many words from a place on name a unit that fits the column, and which; none of its own: None.

    The column's own unit, whatever it is, always fits; degrees without more are the column's degrees.
    """
    for length in range(min(_LONGEST, len(words) - at), 0, -1):
        name = " ".join(word.stem for word in words[at : at + length])
        if _is_of(column, name) or (name in _BARE_DEGREES and is_temperature(column)):
            return length, unit_of(column)
        found, own = _UNITS.get(name), unit_of(column)
        if found is not None and own is not None and found.kind == own.kind:
            return length, found
    return 0, None


def _is_of(column: Column, name: str) -> bool:
    """Whether this is the column's unit, or its beginning: "shillings" of "shillings a quarter"."""
    own = stems_of(column.unit)
    if own == ("%",) and name in {"percent", "per cent"}:
        return True
    return bool(own) and tuple(name.split()) == own[: len(name.split())]


def in_unit_of(column: Column, value: float, scale: float | None, unit: Unit | None) -> float:
    """A figure as the column's cells hold it: 40 TWh of a column in GWh is 40,000.

    Of a column told in thousands, 10 million is 10,000, and so is 10,000,000 without more.
    """
    own = unit_of(column)
    if unit is not None and own is not None and unit != own:
        return ((value * (scale or 1) * unit.size + unit.offset) - own.offset) / own.size / column.multiplier
    counted_in = _SCALES.get(column.unit, 1.0)
    if scale is not None:
        return value * scale / counted_in / column.multiplier
    is_single = counted_in > 1 and value >= counted_in * 1000
    return (value / counted_in if is_single else value) / column.multiplier


def is_single(column: Column, value: float, greatest: float) -> bool:
    """Whether a figure is too great to be told in thousands, as the cells are, which `greatest` bounds."""
    counted_in = _SCALES.get(column.unit, 1.0)
    return counted_in > 1 and value >= counted_in and value > _FAR * greatest


def zero_degrees(column: Column) -> float:
    """The freezing point of water in a temperature's own unit."""
    own = unit_of(column)
    return 0 if own is None else -own.offset / own.size
