"""Formats numbers for people: thousands separators, the decimals of the rows, the unit."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from math import isfinite

from threadcast.assets.columns.column_roles import Column

__all__ = ["counted", "figure", "joined", "number", "percent", "plural", "signed"]


_EXACT = 9
"""Floats are rounded to so many decimals first, to remove their error: 2.7349999999999999 is 2.735."""

_CENTS = 2
_ROUNDING = Context(prec=330, rounding=ROUND_HALF_UP)
"""Enough digits for the largest float."""


def number(value: float, decimals: int = 0) -> str:
    """Return the number with thousands separators and at most `decimals`, half up; never minus zero."""
    if not isfinite(value):
        return str(value)
    step = Decimal(1).scaleb(-decimals)
    text = f"{Decimal(repr(round(value, _EXACT))).quantize(step, context=_ROUNDING):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def figure(value: float, column: Column, extra_decimals: int = 0) -> str:
    """Return a value in the column's unit; `extra_decimals` is for averages."""
    shown = _shown(value * column.multiplier, column, min(column.decimals + extra_decimals, 4))
    sign, digits = ("-", shown[1:]) if shown.startswith("-") else ("", shown)
    return f"{sign}{column.prefix}{digits}{column.suffix}"


def _shown(value: float, column: Column, decimals: int) -> str:
    """Return the digits of a value; money in cents always has two decimals: $1,299.50."""
    shown = number(value, max(decimals, _CENTS) if column.is_in_cents else decimals)
    if not column.is_in_cents or not isfinite(value):
        return shown
    whole, _, cents = shown.partition(".")
    return f"{whole}.{cents.ljust(_CENTS, '0')}"


def signed(value: float, column: Column, extra_decimals: int = 0) -> str:
    """Return the same as `figure`, with a plus sign if positive."""
    text = figure(value, column, extra_decimals)
    return text if value <= 0 or text.startswith("-") else f"+{text}"


def percent(ratio: float, *, sign: bool = False) -> str:
    """Return a ratio as a percentage with at most one decimal."""
    text = number(ratio * 100, 1) + "%"
    return f"+{text}" if sign and ratio > 0 else text


def counted(count: int, noun: str) -> str:
    """Return the count with its noun: 1 row, 51 rows."""
    return f"{number(count)} {noun if count == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """Return the plural of a regular English noun."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def joined(items: Sequence[str], link: str = "and") -> str:
    """Return the items as a list in a sentence: a, b and c."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {link} {items[-1]}"
