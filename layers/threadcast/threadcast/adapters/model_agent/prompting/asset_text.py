"""Describes an asset for a model: its type, its columns with statistics, its definition, sample rows."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from threadcast.adapters.model_agent.prompting.table_text import row_text, single_line, table_text
from threadcast.assets.columns.number_format import counted
from threadcast.assets.query.sql_tables import DataTable
from threadcast.domain.asset import AssetContext
from threadcast.domain.text import clipped, estimated_tokens

__all__ = ["asset_text"]

_SAMPLE_ROWS = 12
_OWN_KEYS = frozenset({"id", "type", "data", "name", "description", "chartConfig"})
"""Keys of a definition that are described elsewhere, or are of no use to a model."""


def asset_text(context: AssetContext, tables: Sequence[DataTable], max_tokens: int) -> str:
    """Return the asset between marks, within the budget: the columns, then the definition, then rows."""
    required = [
        _heading(context),
        *(table_text(table) for table in tables),
        *([] if tables else ["It has no rows."]),
    ]
    text = clipped("\n\n".join(required), max_tokens)
    for more in (_definition(context), *_samples(tables)):
        candidate = f"{text}\n\n{more}"
        if more and estimated_tokens(candidate) <= max_tokens:
            text = candidate
    return f"The asset that this chat is about:\n<asset>\n{_unmarked(text)}\n</asset>"


def _heading(context: AssetContext) -> str:
    asset = context.asset
    lines = [f"{asset.type.value}: {asset.name}", single_line(asset.definition.get("description"))]
    if context.withheld:
        lines.append(f"{counted(context.withheld, 'metric')} of it may not be seen by this user.")
    return "\n".join(line for line in lines if line)


def _definition(context: AssetContext) -> str:
    kept = {key: value for key, value in context.asset.definition.items() if key not in _OWN_KEYS}
    return f"Its definition: {_json(kept)}" if kept else ""


def _samples(tables: Sequence[DataTable]) -> Iterator[str]:
    for table in tables:
        rows = table.table.rows
        if not rows:
            continue
        count = min(len(rows), _SAMPLE_ROWS)
        spread = sorted({round(at * (len(rows) - 1) / max(count - 1, 1)) for at in range(count)})
        lines = [row_text(rows[at]) for at in spread]
        yield (
            f"{len(lines)} of the rows of {table.name}, evenly spread:\n{row_text(table.columns)}\n"
            + "\n".join(lines)
        )


def _unmarked(text: str) -> str:
    """Return the text without the marks, so that data cannot contain them."""
    return text.replace("<asset>", "<asset >").replace("</asset>", "</asset >")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
