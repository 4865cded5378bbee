"""Prepares the rows of tables for the query process: requests with cells that SQLite can store."""

from collections.abc import Iterator
from typing import Any

from threadcast.assets.query.engine import MAX_TEXT_BYTES
from threadcast.assets.query.sql_tables import DataTable
from threadcast.domain.asset import Cell
from threadcast.domain.text import clean

__all__ = ["row_batches"]

_BATCH_ROWS = 1_000


def row_batches(table: DataTable) -> Iterator[dict[str, Any]]:
    """Yield the requests that load a table, in order; one without rows if it has none."""
    room = MAX_TEXT_BYTES // 2 // len(table.columns)
    rows = table.table.rows
    for start in range(0, max(len(rows), 1), _BATCH_ROWS):
        batch = [[_storable(cell, room) for cell in row] for row in rows[start : start + _BATCH_ROWS]]
        yield {"table": table.name, "columns": table.columns, "rows": batch}


def _storable(cell: Cell, max_bytes: int) -> Cell:
    """Return the cell in a form that SQLite can store: texts cut to `max_bytes`, long integers as floats."""
    match cell:
        case str():
            sound = clean(cell)
            return sound.encode()[:max_bytes].decode(errors="ignore") if len(sound) * 4 > max_bytes else sound
        case int() if not -(2**63) <= cell < 2**63:
            return float(cell)
        case _:
            return cell
