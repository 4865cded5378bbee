"""Payloads of dashboards and reports."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from threadcast.assets.definition_yaml import yaml_text
from threadcast.domain.text import cut, json_size
from threadcast.protocol.assets.fitting import json_bytes, reduced, room_in
from threadcast.protocol.assets.metrics import METRIC_REDUCTIONS, metric_of, text_in
from threadcast.protocol.chat_payload import rfc3339
from threadcast.protocol.types.asset_frames import (
    DashboardPayload,
    DashboardRow,
    DashboardStatePayload,
    MetricPayload,
    ReportPayload,
)
from threadcast.turns.assets.get_asset import DashboardState, ReportState

__all__ = ["dashboard_payload", "report_payload"]

_MIN_TEXT_BYTES = 64


def dashboard_payload(state: DashboardState, max_bytes: int) -> DashboardStatePayload:
    """Return a dashboard; what does not fit is left out: YAML first, at last metrics from the end on."""
    asset = state.asset
    dashboard: DashboardPayload = {
        "id": asset.id,
        "type": "dashboard",
        "name": asset.name,
        "description": text_in(asset.definition, "description"),
        "version_number": asset.version_number,
        "config": {"rows": _rows(asset.definition, {metric.id for metric, _ in state.metrics})},
        "file": yaml_text(asset.definition),
        "created_at": rfc3339(asset.created_at),
        "updated_at": rfc3339(asset.updated_at),
    }
    payload: DashboardStatePayload = {
        "access": state.role,
        "permission": state.role,
        "dashboard": dashboard,
        "metrics": [metric_of(metric, role, None) for metric, role in state.metrics],
        "withheld_metrics": state.withheld,
    }
    payload = reduced(payload, room_in(max_bytes), _DASHBOARD_REDUCTIONS)
    while payload["metrics"] and json_bytes(payload) > room_in(max_bytes):
        payload = {**payload, "metrics": payload["metrics"][:-1]}
    return payload


def report_payload(state: ReportState, max_bytes: int) -> ReportPayload:
    """Return a report; where it does not fit, without its YAML, then with its content cut and marked."""
    asset = state.asset
    payload: ReportPayload = {
        "id": asset.id,
        "type": "report",
        "name": asset.name,
        "description": text_in(asset.definition, "description"),
        "content": text_in(asset.definition, "content") or "",
        "version_number": asset.version_number,
        "file": yaml_text(asset.definition),
        "created_at": rfc3339(asset.created_at),
        "updated_at": rfc3339(asset.updated_at),
        "permission": state.role,
    }
    payload = reduced(payload, room_in(max_bytes), [_report_without_file])
    excess_bytes = json_bytes(payload) - room_in(max_bytes)
    if excess_bytes <= 0:
        return payload
    size = json_size(payload["content"])
    return {**payload, "content": cut(payload["content"], max(size - excess_bytes, _MIN_TEXT_BYTES))}


def _rows(definition: Mapping[str, Any], visible: Collection[str]) -> list[DashboardRow]:
    """Return the rows without metrics that the user may not see, and without rows that would be empty."""
    rows = (_row(row, at, visible) for at, row in enumerate(definition.get("rows", ()), start=1))
    return [row for row in rows if row["items"]]


def _row(row: Mapping[str, Any], number: int, visible: Collection[str]) -> DashboardRow:
    ids = [str(item["id"]).lower() for item in row["items"]]
    shown = [metric_id for metric_id in ids if metric_id in visible]
    given = row.get("id")
    return {
        "id": given if isinstance(given, str | int) else number,
        "items": [{"id": metric_id} for metric_id in shown],
        "columnSizes": row.get("columnSizes") if shown == ids else None,
    }


def _without_file(payload: DashboardStatePayload) -> DashboardStatePayload:
    return {**payload, "dashboard": {**payload["dashboard"], "file": None}}


def _in_each_metric(
    reduction: Callable[[MetricPayload], MetricPayload],
) -> Callable[[DashboardStatePayload], DashboardStatePayload]:
    return lambda payload: {**payload, "metrics": [reduction(metric) for metric in payload["metrics"]]}


_DASHBOARD_REDUCTIONS: Final[Sequence[Callable[[DashboardStatePayload], DashboardStatePayload]]] = (
    *map(_in_each_metric, METRIC_REDUCTIONS[:1]),
    _without_file,
    *map(_in_each_metric, METRIC_REDUCTIONS[1:]),
)


def _report_without_file(report: ReportPayload) -> ReportPayload:
    return {**report, "file": None}
