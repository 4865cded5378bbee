"""Reads CSV files as rows: every cell has its column's type, an empty cell is a missing value."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from threadcast.domain.asset import Cell, Table
from threadcast.errors import DefinitionFault

__all__ = ["CellReader", "RowsReading", "number_in", "read_rows", "text_in"]

MAX_BYTES = 50_000_000
MAX_COLUMNS = 200
MAX_CELLS = 1_000_000
"""Every turn reads all cells; docs/assets.md has measurements."""

_MAX_FAULTS = 1_000
_SHOWN_CHARACTERS = 40

_WHOLE = re.compile(r"[+-]?\d{1,18}")
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?")
_LONG = re.compile(r"[+-]?\d{19,}")
_CODE = re.compile(r"[+-]?0\d+|[+-]?\d{19,}")
_HEADER_CHARACTERS = 50_000
_QUOTED = re.compile(r'"[^"]*"')
_EXCEL_DELIMITER_LINE = "sep="  # a first line that names the delimiter for Excel
_TRUTHS = {"true": True, "false": False}

CellReader = Callable[[str], Cell]
"""Parses a cell that is not empty; raises `ValueError` with the reason."""

_Line = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class RowsReading:
    """A file's rows, or None and the faults.

    `columns` are the names in the header, empty if it could not be read.
    """

    table: Table | None
    columns: tuple[str, ...] = ()
    faults: tuple[DefinitionFault, ...] = ()


def read_rows(path: Path, readers: Mapping[str, CellReader]) -> RowsReading:
    """Read a CSV file; `readers` parse the columns that they name.

    Any other column holds numbers or booleans if all of its cells do, else texts; digits with leading zeros,
    or more than 18 of them, are a code, so a text. The delimiter is a comma or, if the header has none, a
    semicolon or tab. Lines with only empty cells are skipped.
    """
    faults: list[DefinitionFault] = []
    try:
        header, lines = _lines(path)
        columns = _columns(header, path)
    except DefinitionFault as fault:
        return RowsReading(None, faults=(fault,))
    rows = _whole_rows(lines, columns, path, faults)
    cells = [_read_column(name, at, rows, readers.get(name), path, faults) for at, name in enumerate(columns)]
    if not rows and not faults:
        faults.append(DefinitionFault(str(path), "it has no rows under its header"))
    if faults:
        return RowsReading(None, columns, _in_order(faults, path))
    return RowsReading(Table(columns, tuple(zip(*cells, strict=True))), columns)


def number_in(cell: str) -> int | float:
    """Return the number in a cell; raises `ValueError`."""
    if _WHOLE.fullmatch(cell):
        return int(cell)
    if _LONG.fullmatch(cell):
        raise ValueError("has more digits than a number keeps; declare the column as text")
    if _DECIMAL.fullmatch(cell):
        return float(cell)
    raise ValueError(
        "is not a number: digits and a decimal point only, as 1234.5, and nothing if it is missing"
    )


def text_in(cell: str) -> str:
    """Return the cell's text unchanged."""
    return cell


def _lines(path: Path) -> tuple[_Line, list[_Line]]:
    """Return the header and the lines below it that are not blank, each with its line number."""
    text = _text(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    found: list[_Line] = []
    try:
        begin = 1
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells) and not (cells[0] == _EXCEL_DELIMITER_LINE and not found):
                found.append((begin, cells))
            begin = reader.line_num + 1
    except csv.Error as error:
        is_open = "unexpected end" in str(error)
        reason = "a quotation mark is opened here and never closed" if is_open else str(error)
        raise DefinitionFault(str(path), reason, begin) from error
    if not found:
        raise DefinitionFault(str(path), "it is empty; the first line must name the columns")
    size = len(found[0][1]) * (len(found) - 1)
    if size > MAX_CELLS:
        raise DefinitionFault(str(path), f"it has {size:,} cells; a metric holds at most {MAX_CELLS:,}")
    return found[0], found[1:]


def _text(path: Path) -> str:
    try:
        found = path.read_bytes()
    except OSError as error:
        raise DefinitionFault(str(path), f"it cannot be read: {error.strerror}") from error
    if len(found) > MAX_BYTES:
        raise DefinitionFault(str(path), f"it has {len(found):,} bytes; at most {MAX_BYTES:,} are read")
    try:
        text = found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = found.count(b"\n", 0, error.start) + 1
        raise DefinitionFault(str(path), "it is not UTF-8", line) from error
    if "\0" in text:
        raise DefinitionFault(str(path), "it holds NUL characters; is it UTF-16? Save it as UTF-8")
    return text


def _delimiter(text: str) -> str:
    unquoted = _QUOTED.sub("quoted", text[:_HEADER_CHARACTERS])
    header = next((line for line in unquoted.splitlines() if line.strip()), "")
    return next((mark for mark in ",;\t" if mark in header), ",")


def _columns(header: _Line, path: Path) -> tuple[str, ...]:
    line, columns = header[0], [" ".join(name.split()) for name in header[1]]
    if len(columns) > MAX_COLUMNS:
        reason = f"it has {len(columns):,} columns; a metric holds at most {MAX_COLUMNS}"
        raise DefinitionFault(str(path), reason, line)
    if "" in columns:
        raise DefinitionFault(str(path), f"column {columns.index('') + 1} has no name", line)
    seen: dict[str, str] = {}
    for name in columns:
        if name.lower() in seen:
            reason = f"two columns are called '{seen[name.lower()]}' and '{name}', the same name in SQL"
            raise DefinitionFault(str(path), reason, line)
        seen[name.lower()] = name
    return tuple(columns)


def _whole_rows(
    lines: Sequence[_Line], columns: Sequence[str], path: Path, faults: list[DefinitionFault]
) -> list[_Line]:
    whole = []
    for number, row in lines:
        if len(row) == len(columns):
            whole.append((number, row))
        elif len(faults) < _MAX_FAULTS:
            reason = f"the row has {len(row)} cells, the header has {len(columns)}"
            faults.append(DefinitionFault(str(path), reason, number))
    return whole


def _read_column(
    name: str,
    at: int,
    rows: Sequence[_Line],
    reader: CellReader | None,
    path: Path,
    faults: list[DefinitionFault],
) -> list[Cell]:
    read = reader or _reader_for([row[at] for _, row in rows if row[at]])
    cells: list[Cell] = []
    for line, row in rows:
        try:
            cells.append(read(row[at]) if row[at] else None)
        except ValueError as error:
            if len(faults) < _MAX_FAULTS:
                reason = f"column '{name}': {_short(row[at])} {error}"
                faults.append(DefinitionFault(str(path), reason, line))
    return _of_one_type(cells)


def _reader_for(known: Sequence[str]) -> CellReader:
    """Return the reader of a column without a declared type, by its cells."""
    if known and not any(_CODE.fullmatch(cell) for cell in known):
        if all(_DECIMAL.fullmatch(cell) for cell in known):
            return number_in
        if all(cell.lower() in _TRUTHS for cell in known):
            return lambda cell: _TRUTHS[cell.lower()]
    return text_in


def _of_one_type(cells: list[Cell]) -> list[Cell]:
    """Return the cells; if some are floats, with integers as floats."""
    if not any(isinstance(cell, float) for cell in cells):
        return cells
    return [float(cell) if isinstance(cell, int) else cell for cell in cells]


def _in_order(faults: Sequence[DefinitionFault], path: Path) -> tuple[DefinitionFault, ...]:
    ordered = sorted(faults, key=lambda fault: fault.line or 0)
    if len(ordered) < _MAX_FAULTS:
        return tuple(ordered)
    return (*ordered, DefinitionFault(str(path), f"after {_MAX_FAULTS:,} faults no more were looked for"))


def _short(cell: str) -> str:
    return repr(cell if len(cell) <= _SHOWN_CHARACTERS else f"{cell[:_SHOWN_CHARACTERS]}…")
