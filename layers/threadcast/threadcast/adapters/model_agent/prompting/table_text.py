"""Describes a table for a model: its columns with their meaning and statistics, and rows as JSON."""

import json
from collections.abc import Sequence

from threadcast.adapters.model_agent.prompting.column_text import column_text
from threadcast.assets.columns.column_roles import shape_of
from threadcast.assets.columns.number_format import counted
from threadcast.assets.query.sql_tables import DataTable
from threadcast.domain.asset import Cell

__all__ = ["row_text", "single_line", "table_text"]


def table_text(table: DataTable) -> str:
    """Return a table's name and columns, each with its meaning and statistics."""
    shape = shape_of(table.asset.definition, table.table)
    roles = {column.name: ("time", column) for column in [shape.time] if column is not None}
    roles |= {column.name: ("measure", column) for column in shape.measures}
    roles |= {column.name: ("dimension", column) for column in shape.dimensions}
    lines = [
        f'Table {table.name}: {counted(len(table.table.rows), "row")} of the metric "{table.asset.name}"'
    ]
    description = single_line(table.asset.definition.get("description"))
    if description:
        lines.append(f"  {description}")
    for at, (shown, name) in enumerate(zip(table.columns, table.table.columns, strict=True)):
        cells = [row[at] for row in table.table.rows]
        role, column = roles.get(name, ("", None))
        lines.append(f'- "{shown}" {column_text(role, column, cells)}'.rstrip())
    return "\n".join(lines)


def row_text(row: Sequence[Cell]) -> str:
    """Return a row as one line of JSON."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=str)


def single_line(value: object) -> str:
    """Return a text in one line; empty for any other value."""
    return " ".join(value.split()) if isinstance(value, str) else ""
