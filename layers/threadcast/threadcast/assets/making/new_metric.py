"""The rows and the definition of a new metric, by the same checks as for every metric."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from threadcast.assets.columns.column_roles import shape_of
from threadcast.assets.columns.row_coverage import span_of
from threadcast.assets.kinds import startable_kind
from threadcast.assets.query.sandbox import QueryLimits, QuerySandbox
from threadcast.assets.query.sql_tables import DataTable
from threadcast.domain.asset import Asset, AssetType, Table
from threadcast.errors import DefinitionFault, ToolRefusal

__all__ = ["LIMITS", "MetricRequest", "metric_definition", "metric_rows"]

LIMITS = QueryLimits(max_s=5, max_rows=5_000, max_bytes=1_000_000)
"""Limits of a metric's query."""

_SOURCE = "the metric"


@dataclass(frozen=True, slots=True)
class MetricRequest:
    """The metric that a model requests; `chart_arguments` are not checked yet."""

    name: str
    description: str
    sql: str
    rows: Table
    chart_arguments: Mapping[str, Any]


def metric_rows(sandbox: QuerySandbox, sql: str) -> Table:
    """Return the rows of a query that a metric can store; raises `ToolRefusal`."""
    result = sandbox.query(sql, LIMITS)
    if result.is_cut:
        bounds = f"{LIMITS.max_rows:,} rows and {LIMITS.max_bytes:,} bytes"
        raise ToolRefusal(f"A metric holds at most {bounds}: aggregate more.")
    if not result.table.rows:
        raise ToolRefusal("The query has no rows, so there is nothing to keep.")
    return result.table


def metric_definition(
    request: MetricRequest, asset_id: str, source: Asset, tables: Sequence[DataTable]
) -> dict[str, Any]:
    """Return the checked definition; raises `ToolRefusal` with the reason, for the model."""
    _check_columns(request.rows)
    definition = {
        "id": asset_id,
        "type": AssetType.METRIC_FILE.value,
        "name": request.name,
        "description": request.description,
        "timeFrame": "All rows",
        "sql": request.sql,
        "chartConfig": _chart(request, tables),
        "derivedFrom": source.id,
    }
    try:
        startable_kind(AssetType.METRIC_FILE).check(definition, _SOURCE)
    except DefinitionFault as fault:
        raise ToolRefusal(f"The metric can't be made: {fault.reason}.") from None
    return definition | {"timeFrame": _time_frame(definition, request.rows)}


def _check_columns(rows: Table) -> None:
    duplicates = [name for name in rows.columns if rows.columns.count(name) > 1]
    if duplicates:
        raise ToolRefusal(f"Two columns are called '{duplicates[0]}': name every column with AS.")


def _chart(request: MetricRequest, tables: Sequence[DataTable]) -> dict[str, Any]:
    arguments = request.chart_arguments
    axes = {key: _columns(arguments.get(key), key, request.rows) for key in ("x", "y", "category")}
    config: dict[str, Any] = {
        "selectedChartType": arguments.get("chart"),
        "columnLabelFormats": _formats(request.rows, tables),
    }
    if axes["x"] or axes["y"]:
        config["barAndLineAxis"] = axes
    return config


def _columns(argument: object, key: str, rows: Table) -> list[str]:
    """Return the columns that an argument names; raises `ToolRefusal` for one that is not the query's."""
    named = [argument] if isinstance(argument, str) else argument if isinstance(argument, list) else []
    names = [str(name) for name in named if name]
    for name in names:
        if name not in rows.columns:
            known = ", ".join(rows.columns)
            raise ToolRefusal(f"'{key}' names the column '{name}', but the query has {known}.")
    return names


def _formats(rows: Table, tables: Sequence[DataTable]) -> dict[str, Any]:
    """Return the formats of the columns that kept their names, from the first table that has them."""
    found: dict[str, Any] = {}
    for table in tables:
        config = table.asset.definition.get("chartConfig")
        formats = config.get("columnLabelFormats") if isinstance(config, Mapping) else None
        if isinstance(formats, Mapping):
            found = {str(name): known for name, known in formats.items() if name in rows.columns} | found
    return found


def _time_frame(definition: Mapping[str, Any], rows: Table) -> str:
    time = shape_of(definition, rows).time
    span = None if time is None else span_of(rows, time)
    return "All rows" if span is None else str(span)
