"""Names an asset's metrics and their columns as SQL tables."""

import contextlib
import re
import sqlite3
from dataclasses import dataclass

from threadcast.domain.asset import Asset, AssetContext, Table

__all__ = ["DataTable", "tables_of"]

_MAX_NAME = 48


@dataclass(frozen=True, slots=True)
class DataTable:
    """A metric's rows as an SQL table; `columns` are the column names, made unique for SQL."""

    name: str
    asset: Asset
    columns: tuple[str, ...]
    table: Table


def tables_of(context: AssetContext | None) -> tuple[DataTable, ...]:
    """Return one table per visible metric that has rows, in the asset's order."""
    if context is None:
        return ()
    taken: set[str] = set()
    found = []
    for part in (context, *context.parts):
        if part.table is not None and part.table.columns:
            name = _unique(_slug(part.asset.name), taken)
            found.append(DataTable(name, part.asset, _columns(part.table), part.table))
    return tuple(found)


def _slug(name: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:_MAX_NAME].strip("_")
    return words if words and _is_free(words) else f"metric_{words}".strip("_")


def _columns(table: Table) -> tuple[str, ...]:
    """Return unique column names; SQL ignores case, so columns that differ only by case get a number."""
    taken: set[str] = set()
    return tuple(_unique(_printable(name) or "column", taken) for name in table.columns)


def _printable(name: str) -> str:
    return "".join(char if char.isprintable() else " " for char in name.replace('"', "'")).strip()


def _is_free(word: str) -> bool:
    """Return whether SQLite accepts the word, unquoted, as a table's name."""
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        try:
            database.execute(f"CREATE TABLE {word} (x)")
        except sqlite3.Error:
            return False
    return True


def _unique(name: str, taken: set[str]) -> str:
    candidate, count = name, 1
    while candidate.lower() in taken:
        count += 1
        candidate = f"{name}_{count}"
    taken.add(candidate.lower())
    return candidate
