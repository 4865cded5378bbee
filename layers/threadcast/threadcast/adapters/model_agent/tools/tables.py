"""The context's rows as tables that SQL can name."""

import re
from dataclasses import dataclass

from threadcast.domain.asset import Asset, AssetContext, Table

__all__ = ["DataTable", "tables_of"]

_MAX_NAME = 48


@dataclass(frozen=True, slots=True)
class DataTable:
    """A metric's rows under the names that queries use: `columns` are the table's, made unique for SQL."""

    name: str
    asset: Asset
    columns: tuple[str, ...]
    table: Table


def tables_of(context: AssetContext | None) -> tuple[DataTable, ...]:
    """One table per metric that the user may see and that has rows, in the asset's order."""
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
    return (
        words
        if words and not words[0].isdigit() and not words.startswith("sqlite")
        else f"metric_{words}".strip("_")
    )


def _columns(table: Table) -> tuple[str, ...]:
    """SQL takes no account of case, so two columns that differ by it alone get a number."""
    taken: set[str] = set()
    return tuple(_unique(name.replace('"', "'") or "column", taken) for name in table.columns)


def _unique(name: str, taken: set[str]) -> str:
    candidate, count = name, 1
    while candidate.lower() in taken:
        count += 1
        candidate = f"{name}_{count}"
    taken.add(candidate.lower())
    return candidate
