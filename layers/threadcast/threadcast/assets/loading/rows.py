"""Reads CSV files as rows: every cell has its column's type, an empty cell is a missing value."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from threadcast.assets.loading.cells import CellReader, Note, read_column
from threadcast.assets.loading.csv_lines import CsvFault, Line, delimiter_of, lines_of
from threadcast.assets.loading.text_files import read_text
from threadcast.domain.asset import Table
from threadcast.errors import DefinitionFault

__all__ = ["RowsReading", "read_rows"]

MAX_BYTES = 50_000_000
MAX_COLUMNS = 200
MAX_CELLS = 1_000_000
"""Every turn reads all cells; docs/assets.md has measurements."""

_MAX_NOTES = 1_000


@dataclass(frozen=True, slots=True)
class RowsReading:
    """A file's rows, or None and the faults; and warnings about values that may mean something else.

    `columns` are the names in the header, empty if it could not be read.
    """

    table: Table | None
    columns: tuple[str, ...] = ()
    faults: tuple[DefinitionFault, ...] = ()
    warnings: tuple[DefinitionFault, ...] = ()


def read_rows(
    path: Path, readers: Mapping[str, CellReader], null_tokens: Collection[str] = ()
) -> RowsReading:
    """Read a CSV file; `readers` parse the columns that they name, `null_tokens` stand for missing values.

    Lines with only empty cells are skipped.
    """
    try:
        delimiter, header, lines = _lines(path)
        columns = _columns(header, path)
    except DefinitionFault as fault:
        return RowsReading(None, faults=(fault,))
    rows, faults = _whole_rows(lines, len(columns), header[0], delimiter)
    found = [
        read_column(name, [(line, row[at]) for line, row in rows], readers.get(name), null_tokens)
        for at, name in enumerate(columns)
    ]
    faults += [fault for column in found for fault in column.faults]
    warnings = _in_order([warning for column in found for warning in column.warnings], path)
    if faults:
        return RowsReading(None, columns, _in_order(faults, path), warnings)
    if not rows:
        return RowsReading(None, columns, (DefinitionFault(str(path), "it has no rows under its header"),))
    values = tuple(zip(*(column.values for column in found), strict=True))
    return RowsReading(Table(columns, values), columns, (), warnings)


def _lines(path: Path) -> tuple[str, Line, list[Line]]:
    """Return the delimiter, the header, and the lines below it that are not blank."""
    text = read_text(path, MAX_BYTES)
    try:
        delimiter = delimiter_of(text)
        found = lines_of(text, delimiter)
        header = next(found, None)
        if header is None:
            raise DefinitionFault(str(path), "it is empty; the first line must name the columns")
        return delimiter, header, list(_bounded(found, MAX_CELLS // len(header[1]), path))
    except CsvFault as fault:
        raise DefinitionFault(str(path), fault.reason, fault.line) from fault


def _bounded(lines: Iterable[Line], most: int, path: Path) -> Iterable[Line]:
    for count, line in enumerate(lines):
        if count == most:
            reason = f"it has more than {MAX_CELLS:,} cells, and a metric holds at most as many"
            raise DefinitionFault(str(path), reason)
        yield line


def _columns(header: Line, path: Path) -> tuple[str, ...]:
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
    lines: Sequence[Line], columns: int, header_line: int, delimiter: str
) -> tuple[list[Line], list[Note]]:
    """Return the rows with as many cells as the header, and the faults of the others."""
    whole = [line for line in lines if len(line[1]) == columns]
    if lines and not whole and all(len(row) == 1 for _, row in lines):
        reason = f"{delimiter!r} divides the header, and no line below it; quote the name that it belongs to"
        return [], [(header_line, reason)]
    faults = [
        (number, f"the row has {len(row)} cells, the header has {columns}")
        for number, row in lines
        if len(row) != columns
    ]
    return whole, faults


def _in_order(notes: Sequence[Note], path: Path) -> tuple[DefinitionFault, ...]:
    ordered = sorted(notes, key=lambda note: note[0])[:_MAX_NOTES]
    faults = tuple(DefinitionFault(str(path), text, line) for line, text in ordered)
    if len(notes) <= _MAX_NOTES:
        return faults
    return (*faults, DefinitionFault(str(path), f"after {_MAX_NOTES:,} faults no more were looked for"))
