"""CSV files as rows: a column of numbers becomes numbers, an empty cell becomes null, the rest stays text."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from threadcast.domain.asset import Cell, Table
from threadcast.errors import DefinitionFault

__all__ = ["read_table"]

_WHOLE = re.compile(r"[+-]?(0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?")
_CODE = re.compile(r"[+-]?0\d+|[+-]?\d{19,}")
_TRUTHS = {"true": True, "false": False}


def read_table(path: Path) -> Table:
    """The file's rows under its header; `DefinitionFault` names the file and the line that is wrong.

    A column's cells have one type: int, float, bool, or text (dates are text in ISO 8601). What looks like a
    number with leading zeros, or with more digits than 18, is a code, so it stays text.
    """
    lines = _lines(path)
    header = next(lines, None)
    if header is None:
        raise DefinitionFault(str(path), "it is empty; the first line must name the columns")
    columns = _checked_header(header[1], path)
    rows = [_checked_row(row, columns, number, path) for number, row in lines]
    typed = [_typed(column) for column in zip(*rows, strict=True)]
    return Table(columns, tuple(zip(*typed, strict=True)))


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each line that is not blank, with its number in the file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            for row in reader:
                if row:
                    yield reader.line_num, row
    except OSError as error:
        raise DefinitionFault(str(path), f"it cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DefinitionFault(str(path), "it is not UTF-8") from error
    except csv.Error as error:
        raise DefinitionFault(str(path), f"line {reader.line_num}: {error}") from error


def _checked_header(header: Sequence[str], path: Path) -> tuple[str, ...]:
    columns = tuple(name.strip() for name in header)
    if "" in columns:
        raise DefinitionFault(str(path), f"column {columns.index('') + 1} has no name")
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice is not None:
        raise DefinitionFault(str(path), f"two columns are called '{twice}'")
    return columns


def _checked_row(row: list[str], columns: Sequence[str], line: int, path: Path) -> list[str]:
    if len(row) != len(columns):
        raise DefinitionFault(str(path), f"line {line} has {len(row)} cells, the header has {len(columns)}")
    return [cell.strip() for cell in row]


def _typed(cells: Sequence[str]) -> list[Cell]:
    known = [cell for cell in cells if cell]
    return [convert(cell) if cell else None for convert in (_converter(known),) for cell in cells]


def _converter(known: Sequence[str]) -> Callable[[str], Cell]:
    if not known or any(_CODE.fullmatch(cell) for cell in known):
        return str
    if all(_WHOLE.fullmatch(cell) for cell in known):
        return int
    if all(_DECIMAL.fullmatch(cell) for cell in known):
        return float
    if all(cell.lower() in _TRUTHS for cell in known):
        return lambda cell: _TRUTHS[cell.lower()]
    return str
