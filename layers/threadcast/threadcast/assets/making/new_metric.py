"""A new metric's definition, in the form that every metric has and by the same checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from threadcast.assets.columns.column_roles import shape_of
from threadcast.assets.columns.coverage import span_of
from threadcast.assets.kinds import startable_kind
from threadcast.assets.query.sql_tables import DataTable
from threadcast.domain.asset import Asset, AssetType, Table
from threadcast.errors import DefinitionFault, ToolRefusal

__all__ = ["MetricDraft", "checked_definition"]

_SOURCE = "the metric"


@dataclass(frozen=True, slots=True)
class MetricDraft:
    """What the model wants kept: `wishes` are its words on the chart, not checked yet."""

    name: str
    description: str
    sql: str
    rows: Table
    wishes: Mapping[str, Any]


def checked_definition(
    draft: MetricDraft, asset_id: str, source: Asset, tables: Sequence[DataTable]
) -> dict[str, Any]:
    """The definition; `ToolRefusal` says what is wrong with the model's wishes."""
    _check_columns(draft.rows)
    definition = {
        "id": asset_id,
        "type": AssetType.METRIC_FILE.value,
        "name": draft.name,
        "description": draft.description,
        "timeFrame": "All rows",
        "sql": draft.sql,
        "chartConfig": _chart(draft, tables),
        "derivedFrom": source.id,
    }
    try:
        startable_kind(AssetType.METRIC_FILE).check(definition, _SOURCE)
    except DefinitionFault as fault:
        raise ToolRefusal(f"The metric can't be made: {fault.reason}.") from None
    return definition | {"timeFrame": _time_frame(definition, draft.rows)}


def _check_columns(rows: Table) -> None:
    twice = [name for name in rows.columns if rows.columns.count(name) > 1]
    if twice:
        raise ToolRefusal(f"Two columns are called '{twice[0]}': name every column with AS.")


def _chart(draft: MetricDraft, tables: Sequence[DataTable]) -> dict[str, Any]:
    wishes = draft.wishes
    axes = {key: _columns(wishes.get(key), key, draft.rows) for key in ("x", "y", "category")}
    config: dict[str, Any] = {
        "selectedChartType": wishes.get("chart"),
        "columnLabelFormats": _formats(draft.rows, tables),
    }
    if axes["x"] or axes["y"]:
        config["barAndLineAxis"] = axes
    return config


def _columns(wish: object, key: str, rows: Table) -> list[str]:
    """The columns that the model named, which must be the query's."""
    named = [wish] if isinstance(wish, str) else wish if isinstance(wish, list) else []
    names = [str(name) for name in named if name]
    for name in names:
        if name not in rows.columns:
            known = ", ".join(rows.columns)
            raise ToolRefusal(f"'{key}' names the column '{name}', but the query has {known}.")
    return names


def _formats(rows: Table, tables: Sequence[DataTable]) -> dict[str, Any]:
    """Labels, units and additivity of the columns that kept their names, from the first table that knows."""
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
