"""Describes a column for a model: its role, unit and range of values."""

from collections import Counter
from collections.abc import Sequence
from statistics import fmean

from threadcast.assets.columns.column_roles import Column
from threadcast.assets.columns.number_format import number
from threadcast.domain.asset import Cell

__all__ = ["column_text"]

_LISTED_VALUES = 12
_MAX_VALUE = 60


def column_text(role: str, column: Column | None, cells: Sequence[Cell]) -> str:
    """Return the column's description, its facts separated by semicolons."""
    facts = [_meaning(role, column), _range(cells)]
    if missing := sum(cell is None for cell in cells):
        facts.append(f"{number(missing)} empty")
    return "; ".join(fact for fact in facts if fact)


def _meaning(role: str, column: Column | None) -> str:
    if column is None:
        return role
    words = [role, f"({column.label})" if column.label != column.name else ""]
    if role == "measure":
        words.append(f"in {column.unit}," if column.unit else "")
        words.append(column.additivity.value.replace("_", "-"))
    if column.multiplier != 1:
        words.append(f", shown times {column.multiplier:g}")
    return " ".join(word for word in words if word)


def _range(cells: Sequence[Cell]) -> str:
    known = [cell for cell in cells if cell is not None]
    numbers = [cell for cell in known if isinstance(cell, int | float) and not isinstance(cell, bool)]
    if not known:
        return ""
    if len(numbers) == len(known):
        return f"from {min(numbers):g} to {max(numbers):g}, mean {fmean(numbers):.6g}"
    texts = [str(cell)[:_MAX_VALUE] for cell in known]
    values = Counter(texts)
    if len(values) <= _LISTED_VALUES:
        return f"{len(values)} values: {' | '.join(values)}"
    return f"{number(len(values))} values from {min(texts)} to {max(texts)}"
