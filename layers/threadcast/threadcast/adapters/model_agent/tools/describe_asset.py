"""The tool `describe_asset`: definition and columns of the chat's asset, or of one of its metrics."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from threadcast.adapters.model_agent.prompting.table_text import table_text
from threadcast.adapters.model_agent.tools.tool import ToolResult
from threadcast.assets.query.sql_tables import DataTable
from threadcast.domain.asset import Asset, AssetContext
from threadcast.domain.message import Pill, PillContainer, PillsStep
from threadcast.domain.streamed_parts import StepSnapshot
from threadcast.domain.text import clipped
from threadcast.errors import ToolRefusal

__all__ = ["DescribeAsset"]

_MAX_TOKENS = 6_000


class DescribeAsset:
    """Describes assets of the context, by table name; it accepts no ids."""

    name = "describe_asset"
    description = (
        "Read the full definition of this chat's asset or, with a table's name, of the metric behind that "
        "table: its SQL, its chart, its columns with their meaning and statistics."
    )
    schema: Mapping[str, Any] = {
        "type": "object",
        "properties": {
            "table": {"type": "string", "description": "A table's name; left out: the chat's asset itself."}
        },
    }

    def __init__(self, context: AssetContext, tables: Sequence[DataTable]) -> None:
        self._context = context
        self._tables = {table.name: table for table in tables}

    def started_step(self, step: str) -> StepSnapshot:
        """Return the step of a running description."""
        return StepSnapshot(PillsStep(step, "Reading the definition", status="loading"))

    def failed_step(self, step: str) -> StepSnapshot:
        """Return the step of a failed description."""
        return StepSnapshot(PillsStep(step, "There was nothing to read", status="failed"))

    def run(self, step: str, given: Mapping[str, Any]) -> ToolResult:
        """Return the description; raises `ToolRefusal` for a table that is not in this chat."""
        wanted = given.get("table")
        if wanted in (None, ""):
            return self._result(step, self._context.asset, list(self._tables.values()))
        table = self._tables.get(str(wanted))
        if table is None:
            known = ", ".join(self._tables) or "none"
            raise ToolRefusal(f"There is no such table in this chat. The tables are: {known}.")
        return self._result(step, table.asset, [table])

    def _result(self, step: str, asset: Asset, tables: Sequence[DataTable]) -> ToolResult:
        definition = json.dumps(asset.definition, ensure_ascii=False, indent=1, default=str)
        text = "\n\n".join((*map(table_text, tables), f"The definition of {asset.name}:\n{definition}"))
        kind = asset.type.value.removesuffix("_file")
        found = PillContainer("Definition", (Pill(f"{step}-asset", asset.name, kind),))
        return ToolResult(
            clipped(text, _MAX_TOKENS), (StepSnapshot(PillsStep(step, "Read the definition", (found,))),)
        )
