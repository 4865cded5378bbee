"""Payloads of metrics and of their rows."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from threadcast.assets.definition_yaml import yaml_text
from threadcast.assets.kinds.metric_columns import ColumnFacts
from threadcast.domain.access import Role
from threadcast.domain.asset import Asset
from threadcast.domain.text import cut, json_size
from threadcast.protocol.assets.fitting import json_bytes, reduced, room_in
from threadcast.protocol.chat_payload import rfc3339
from threadcast.protocol.types.asset_frames import ColumnMetadata, DataMetadata, MetricPayload, RowsPayload
from threadcast.turns.assets.get_metric import MetricState
from threadcast.turns.assets.metric_rows import MetricRows, RowsPart

__all__ = ["METRIC_REDUCTIONS", "metric_of", "metric_payload", "rows_payload", "text_in"]

SHORT_TEXT_BYTES: Final = 2_000
_MIN_TEXT_BYTES = 64


def metric_payload(state: MetricState, max_bytes: int) -> MetricPayload:
    """Return a metric without its rows; what does not fit is left out, its YAML first."""
    payload = metric_of(state.metric.asset, state.role, _data_metadata(state.metric))
    return reduced(payload, room_in(max_bytes), METRIC_REDUCTIONS)


def rows_payload(part: RowsPart, max_bytes: int) -> RowsPayload:
    """Return the rows that fit, and set the part's `count`; a row that is too large has its texts cut."""
    metric, definition = part.metric, part.metric.asset.definition
    head: RowsPayload = {
        "metric_id": metric.asset.id,
        "data": [],
        "offset": part.offset,
        "data_metadata": _data_metadata(metric),
        "chart_config": _mapping_in(definition, "chartConfig"),
        "code": text_in(definition, "sql"),
        "progress": "in_progress",
        "has_more_records": False,
    }
    head = reduced(head, room_in(max_bytes) // 2, _ROWS_REDUCTIONS)
    left_bytes = room_in(max_bytes) - json_bytes(head)
    part.count = metric.fitting(part.offset, left_bytes)
    rows = [dict(row) for row in metric.rows[part.offset : part.end]]
    return {
        **head,
        "data": [_cut_row(row, left_bytes) for row in rows] if len(rows) == 1 else rows,
        "progress": "completed" if part.is_complete else "in_progress",
        "has_more_records": part.is_complete and part.end < metric.row_count,
    }


def metric_of(asset: Asset, role: Role, data_metadata: DataMetadata | None) -> MetricPayload:
    """Return a metric, whatever its size."""
    definition = asset.definition
    return {
        "id": asset.id,
        "type": "metric",
        "title": asset.name,
        "name": asset.name,
        "version_number": asset.version_number,
        "description": text_in(definition, "description"),
        "file_name": asset.name,
        "time_frame": text_in(definition, "timeFrame"),
        "chart_config": _mapping_in(definition, "chartConfig"),
        "data_metadata": data_metadata,
        "file": yaml_text(definition),
        "created_at": rfc3339(asset.created_at),
        "updated_at": rfc3339(asset.updated_at),
        "permission": role,
    }


def text_in(definition: Any, name: str) -> str | None:
    """Return a text in a definition; None if there is none."""
    found = definition.get(name)
    return found if isinstance(found, str) else None


def _without_file(metric: MetricPayload) -> MetricPayload:
    return {**metric, "file": None}


def _without_chart(metric: MetricPayload) -> MetricPayload:
    return {**metric, "chart_config": None}


def _without_columns(metric: MetricPayload) -> MetricPayload:
    data_metadata = metric["data_metadata"]
    if data_metadata is None:
        return metric
    return {**metric, "data_metadata": {**data_metadata, "column_metadata": []}}


def _with_short_texts(metric: MetricPayload) -> MetricPayload:
    description, time_frame = metric["description"], metric["time_frame"]
    return {
        **metric,
        "description": None if description is None else cut(description, SHORT_TEXT_BYTES),
        "time_frame": None if time_frame is None else cut(time_frame, SHORT_TEXT_BYTES),
    }


METRIC_REDUCTIONS: Final[Sequence[Callable[[MetricPayload], MetricPayload]]] = (
    _without_file,
    _without_chart,
    _without_columns,
    _with_short_texts,
)
"""What is left out of a metric that does not fit, in this order."""


def _rows_without_code(head: RowsPayload) -> RowsPayload:
    return {**head, "code": None}


def _rows_without_chart(head: RowsPayload) -> RowsPayload:
    return {**head, "chart_config": None}


def _rows_without_columns(head: RowsPayload) -> RowsPayload:
    return {**head, "data_metadata": {**head["data_metadata"], "column_metadata": []}}


_ROWS_REDUCTIONS = (_rows_without_code, _rows_without_chart, _rows_without_columns)


def _data_metadata(metric: MetricRows) -> DataMetadata:
    return {
        "column_count": len(metric.columns),
        "row_count": metric.row_count,
        "column_metadata": [_column(column) for column in metric.columns],
    }


def _column(column: ColumnFacts) -> ColumnMetadata:
    return {
        "name": column.name,
        "min_value": column.min_value,
        "max_value": column.max_value,
        "unique_values": column.unique_values,
        "simple_type": column.simple_type,
        "type": column.type,
    }


def _mapping_in(definition: Any, name: str) -> dict[str, Any] | None:
    found = definition.get(name)
    return found if isinstance(found, dict) else None


def _cut_row(row: dict[str, Any], max_bytes: int) -> dict[str, Any]:
    """Return a row with its longest texts cut, each marked, until it fits."""
    excess_bytes = json_bytes(row) - max_bytes
    texts = [(json_size(cell), name) for name, cell in row.items() if isinstance(cell, str)]
    for size, name in sorted(texts, reverse=True):
        if excess_bytes <= 0:
            break
        short = cut(row[name], max(size - excess_bytes, _MIN_TEXT_BYTES))
        excess_bytes -= size - json_size(short)
        row = {**row, name: short}
    return row
