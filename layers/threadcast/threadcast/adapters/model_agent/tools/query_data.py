"""The tool `query_data`: SQL over the rows of the chat's asset."""

from collections.abc import Mapping, Sequence
from typing import Any

from threadcast.adapters.model_agent.prompting.table_text import row_text
from threadcast.adapters.model_agent.tools.tool import ToolResult, required_text
from threadcast.assets.columns.number_format import counted
from threadcast.assets.query.sandbox import QueryLimits, QueryResult, QuerySandbox
from threadcast.assets.query.sql_tables import DataTable
from threadcast.domain.message import Pill, PillContainer, PillsStep
from threadcast.domain.streamed_parts import StepSnapshot

__all__ = ["QueryData"]

_MAX_SQL = 10_000
_MAX_PURPOSE = 120


class QueryData:
    """Runs one SELECT per call."""

    name = "query_data"

    def __init__(
        self, sandbox: QuerySandbox, tables: Sequence[DataTable], limits: QueryLimits | None = None
    ) -> None:
        self._sandbox = sandbox
        self._tables = tables
        self._limits = limits or QueryLimits()

    @property
    def description(self) -> str:
        """The engine, the tables and the limits, for the model."""
        names = ", ".join(table.name for table in self._tables)
        return (
            "Run one read-only SELECT (SQLite's SQL: CTEs, window functions, date functions) over the rows "
            f"of this chat's asset. Tables: {names}. At most {self._limits.max_rows} rows come back, so "
            "aggregate."
        )

    @property
    def schema(self) -> Mapping[str, Any]:
        """A statement and its purpose."""
        return {
            "type": "object",
            "properties": {
                "sql": {"type": "string", "description": "One SELECT statement."},
                "purpose": {
                    "type": "string",
                    "description": "What it finds out, in a few words, for the user to see.",
                },
            },
            "required": ["sql", "purpose"],
        }

    def started_step(self, step: str) -> StepSnapshot:
        """Return the step of a running query."""
        return StepSnapshot(PillsStep(step, "Querying the data", status="loading"))

    def failed_step(self, step: str) -> StepSnapshot:
        """Return the step of a refused query."""
        return StepSnapshot(PillsStep(step, "A query did not work", status="failed"))

    def run(self, step: str, given: Mapping[str, Any]) -> ToolResult:
        """Run the query; raises `ToolRefusal`."""
        sql = required_text(given, "sql", _MAX_SQL)
        result = self._sandbox.query(sql, self._limits)
        return ToolResult(_result_text(result), (self._shown(step, given, sql, result),))

    def _shown(self, step: str, given: Mapping[str, Any], sql: str, result: QueryResult) -> StepSnapshot:
        purpose = " ".join(str(given.get("purpose") or "the query").split())[:_MAX_PURPOSE]
        read = [table for table in self._tables if table.name in sql.lower()]
        rows = counted(len(result.table.rows), "row")
        pills = (
            *(Pill(f"{step}-{table.name}", table.asset.name, "metric") for table in read),
            Pill(f"{step}-rows", f"{rows}{' and more' if result.is_cut else ''}", "rows"),
        )
        return StepSnapshot(PillsStep(step, "Queried the data", (PillContainer(purpose, pills),)))


def _result_text(result: QueryResult) -> str:
    lines = [row_text(result.table.columns), *map(row_text, result.table.rows)]
    count = counted(len(result.table.rows), "row")
    cut = " There are more: aggregate, filter or use LIMIT." if result.is_cut else ""
    return f"{count}, the columns first, one JSON array a line.{cut}\n" + "\n".join(lines)
