"""Parses the cells of a column, by its declared type or by the type that all of its cells have."""

import math
import re
import shlex
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from threadcast.assets.kinds.chart_config import DecimalMark
from threadcast.domain.asset import Cell

__all__ = [
    "CellReader",
    "ColumnReading",
    "Note",
    "number_in",
    "number_reader",
    "read_column",
    "text_in",
]

CellReader = Callable[[str], Cell]
"""Parses a cell that is not empty; raises `ValueError` with the reason."""

Note = tuple[int, str]
"""A fault or a warning: the line, and the text."""

NumberedCell = tuple[int, str]
"""A cell's line and text."""

_WHOLE = re.compile(r"[+-]?\d{1,18}")
_DECIMAL = re.compile(r"[+-]?(?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE][+-]?\d{1,2})?")
_LONG = re.compile(r"[+-]?\d{19,}")
_CODE = re.compile(r"[+-]?0\d+|[+-]?\d{19,}")
_THOUSANDS_OR_DECIMALS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
_UNGROUPED_THOUSANDS = re.compile(r"[+-]?\d{4,}")
_TRUTHS = {"true": True, "false": False}
_MARKS: tuple[DecimalMark, ...] = (",", ".")

_SHOWN_CHARACTERS = 40
_SHOWN_TEXTS = 3
_SHOWN_LINES = 3


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """The values of a column, its faults, and warnings about values that may mean something else."""

    values: Sequence[Cell]
    faults: Sequence[Note] = ()
    warnings: Sequence[Note] = ()


def read_column(
    name: str, cells: Sequence[NumberedCell], declared: CellReader | None, null_tokens: Collection[str] = ()
) -> ColumnReading:
    """Parse a column by its declared reader, or as numbers or booleans if all cells are such, else as texts.

    An empty cell is missing, and so is a null token, except in a column of texts. Digits with leading zeros,
    or more than 18 of them, are a code, so a text.
    """
    known = [(line, cell) for line, cell in cells if cell]
    values = [(line, cell) for line, cell in known if cell not in null_tokens]
    read = declared or _fitting([cell for _, cell in values])
    missing = frozenset({""}) if read is text_in else frozenset({"", *null_tokens})
    warnings: Iterable[Note] = ()
    if read is number_in:
        warnings = _points_that_may_group(name, values)
    elif declared is None and read is text_in:
        warnings = _texts_that_may_be_more(name, values)
    parsed, faults = _parsed(name, cells, read, missing)
    return ColumnReading(_of_one_type(parsed), tuple(faults), tuple(warnings))


def number_in(cell: str) -> int | float:
    """Return the number in a cell; raises `ValueError`."""
    if _WHOLE.fullmatch(cell):
        return int(cell)
    if _LONG.fullmatch(cell):
        raise ValueError("has more digits than a number keeps; declare the column as text")
    if not _DECIMAL.fullmatch(cell):
        raise ValueError(
            "is not a number: digits and a decimal point only, as 1234.5, and nothing if it is missing"
        )
    number = float(cell)
    if not math.isfinite(number):
        raise ValueError("has more digits than a number keeps; declare the column as text")
    return number


def number_reader(mark: DecimalMark) -> CellReader:
    """Return the reader of numbers with this decimal mark, whose thousands the other mark may separate."""
    group = "," if mark == "." else "."
    grouped = re.compile(rf"[+-]?\d{{1,3}}(?:\{group}\d{{3}})*(?:\{mark}\d*)?")

    def read(cell: str) -> int | float:
        if group in cell and not grouped.fullmatch(cell):
            raise ValueError(f"is not a number whose decimalMark is '{mark}'")
        return number_in(cell.replace(group, "").replace(mark, "."))

    return read


def text_in(cell: str) -> str:
    """Return the cell's text unchanged."""
    return cell


def _truth_in(cell: str) -> bool:
    return _TRUTHS[cell.lower()]


def _parsed(
    name: str, cells: Sequence[NumberedCell], read: CellReader, missing: Collection[str]
) -> tuple[list[Cell], list[Note]]:
    parsed: list[Cell] = []
    faults: list[Note] = []
    for line, cell in cells:
        try:
            parsed.append(None if cell in missing else read(cell))
        except ValueError as error:
            faults.append((line, f"column '{name}': {_short(cell)} {error}{_null_offer([cell])}"))
    return parsed, faults


def _fitting(cells: Sequence[str]) -> CellReader:
    """Return the reader of a column without a declared type."""
    if cells and not any(map(_CODE.fullmatch, cells)):
        if all(map(_DECIMAL.fullmatch, cells)):
            return number_in
        if all(cell.lower() in _TRUTHS for cell in cells):
            return _truth_in
    return text_in


def _of_one_type(values: list[Cell]) -> list[Cell]:
    """Return the values; if some are floats, with integers as floats."""
    if not any(isinstance(value, float) for value in values):
        return values
    return [float(value) if isinstance(value, int) else value for value in values]


def _points_that_may_group(name: str, cells: Sequence[NumberedCell]) -> Iterator[Note]:
    """Warn if every point has three digits behind it, and thus may separate thousands."""
    pointed = [(line, cell) for line, cell in cells if "." in cell]
    if not pointed or any(_UNGROUPED_THOUSANDS.fullmatch(cell) for _, cell in cells):
        return
    if all(_THOUSANDS_OR_DECIMALS.fullmatch(cell) for _, cell in pointed):
        line, cell = pointed[0]
        yield (
            line,
            f"column '{name}': {cell} is read as {number_in(cell)}. {_how_to_declare(cell, _MARKS)}",
        )


def _texts_that_may_be_more(name: str, cells: Sequence[NumberedCell]) -> Iterator[Note]:
    """Warn if a column is text because of how its numbers are written, or because of a few cells."""
    texts = [cell for _, cell in cells]
    if not cells or any(map(_CODE.fullmatch, texts)):
        return
    marks = [mark for mark in _MARKS if all(_is_read(number_reader(mark), cell) for cell in texts)]
    if marks:
        line, cell = next(each for each in cells if not _DECIMAL.fullmatch(each[1]))
        yield (
            line,
            f"column '{name}' is text: {_short(cell)} has a separator. {_how_to_declare(cell, marks)}",
        )
        return
    for misfits in (
        [each for each in cells if not _DECIMAL.fullmatch(each[1])],
        [each for each in cells if each[1].lower() not in _TRUTHS],
    ):
        if len(misfits) * 2 < len(cells):
            found = f"{len(misfits):,} of its {len(cells):,} cells: {_listed(misfits)}"
            offer = _null_offer(dict.fromkeys(cell for _, cell in misfits))
            yield misfits[0][0], f"column '{name}' is text because of {found}{offer}"


def _is_read(read: CellReader, cell: str) -> bool:
    try:
        read(cell)
    except ValueError:
        return False
    return True


def _how_to_declare(cell: str, marks: Sequence[DecimalMark]) -> str:
    readings = " or ".join(
        f"""'decimalMark: "{mark}"' if it means {number_reader(mark)(cell)}""" for mark in marks
    )
    return f"In the column's columnLabelFormats, declare {readings}"


def _listed(cells: Sequence[NumberedCell]) -> str:
    """Return the distinct texts of cells with their lines, the first few of each."""
    lines: dict[str, list[int]] = {}
    for line, cell in cells:
        lines.setdefault(cell, []).append(line)
    shown = [f"{_short(cell)} in {_lines(found)}" for cell, found in list(lines.items())[:_SHOWN_TEXTS]]
    more = len(lines) - len(shown)
    return ", ".join([*shown, *([f"and {more:,} other texts"] if more else [])])


def _lines(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:_SHOWN_LINES]))
    more = len(numbers) - _SHOWN_LINES
    return f"line{'s' if len(numbers) > 1 else ''} {shown}{f' and {more:,} more' if more > 0 else ''}"


def _null_offer(cells: Iterable[str]) -> str:
    """Return how to load texts as missing values; nothing for texts with digits, which hold some value."""
    tokens = [cell for cell in cells if not any(map(str.isdigit, cell)) and len(cell) <= _SHOWN_CHARACTERS]
    options = " ".join(f"--null={shlex.quote(token)}" for token in tokens[:_SHOWN_TEXTS])
    return f"; load with {options} if that means a missing value" if options else ""


def _short(cell: str) -> str:
    return repr(cell if len(cell) <= _SHOWN_CHARACTERS else f"{cell[:_SHOWN_CHARACTERS]}…")
