"""Parse the payloads of requests about assets and usage."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, ValidationInfo

from threadcast.domain.asset import AssetType
from threadcast.domain.text import clean
from threadcast.protocol.paging import PageFields, page_request
from threadcast.protocol.payload_fields import Id, Payload, checked, fault, required
from threadcast.protocol.types.value_types import MAX_QUERY_CHARACTERS
from threadcast.turns.assets.commands import (
    GetDashboardRequest,
    GetMetricRequest,
    GetReportRequest,
    ListAssetsRequest,
    SearchAssetsRequest,
)
from threadcast.turns.get_usage import GetUsageRequest

__all__ = [
    "parse_get_dashboard",
    "parse_get_metric",
    "parse_get_report",
    "parse_get_usage",
    "parse_list",
    "parse_search",
]

_DEFAULT_RESULTS: Final = 15
_MAX_RESULTS: Final = 50


def _count(least: int) -> BeforeValidator:
    """Return the check of a whole number that is not smaller than `least`."""

    def check(value: Any, info: ValidationInfo) -> int | None:
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= least):
            return value
        raise fault("shape", f"{info.field_name} must be a whole number from {least}")

    return BeforeValidator(check)


def _flag(value: Any, info: ValidationInfo) -> bool:
    if not isinstance(value, bool | None):
        raise fault("shape", f"{info.field_name} must be true, false or null")
    return bool(value)


def _query(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise fault("shape", "query must be a string")
    if len(value) > MAX_QUERY_CHARACTERS:
        raise fault("shape", f"query must have at most {MAX_QUERY_CHARACTERS} characters")
    return clean(value).strip() or None


class _GetPayload(Payload):
    id: Id = None
    version_number: Annotated[int | None, _count(1)] = None


class _SearchPayload(Payload):
    query: Annotated[str | None, BeforeValidator(_query)] = None
    num_results: Annotated[int | None, _count(1)] = None
    exclude_metrics: Annotated[bool, BeforeValidator(_flag)] = False
    exclude_dashboards: Annotated[bool, BeforeValidator(_flag)] = False
    exclude_reports: Annotated[bool, BeforeValidator(_flag)] = False


def parse_list(asset_type: AssetType) -> Callable[[Mapping[str, Any]], ListAssetsRequest]:
    """Return what parses a request for a list of this type; it raises `BadRequest`."""
    return lambda payload: ListAssetsRequest(asset_type, page_request(checked(PageFields, payload)))


def parse_get_metric(payload: Mapping[str, Any]) -> GetMetricRequest:
    """Return the request for a metric; raises `BadRequest`."""
    return GetMetricRequest(_id(payload))


def parse_get_dashboard(payload: Mapping[str, Any]) -> GetDashboardRequest:
    """Return the request for a dashboard; raises `BadRequest`."""
    return GetDashboardRequest(_id(payload))


def parse_get_report(payload: Mapping[str, Any]) -> GetReportRequest:
    """Return the request for a report; raises `BadRequest`."""
    return GetReportRequest(_id(payload))


def parse_search(payload: Mapping[str, Any]) -> SearchAssetsRequest:
    """Return the request for a search; raises `BadRequest`."""
    fields = checked(_SearchPayload, payload)
    excluded = {
        AssetType.METRIC_FILE: fields.exclude_metrics,
        AssetType.DASHBOARD_FILE: fields.exclude_dashboards,
        AssetType.REPORT_FILE: fields.exclude_reports,
    }
    types = tuple(asset_type for asset_type, is_excluded in excluded.items() if not is_excluded)
    query = required(fields.query, "query")
    return SearchAssetsRequest(query, types, min(fields.num_results or _DEFAULT_RESULTS, _MAX_RESULTS))


def parse_get_usage(_payload: Mapping[str, Any]) -> GetUsageRequest:
    """Return the request for the user's usage."""
    return GetUsageRequest()


def _id(payload: Mapping[str, Any]) -> str:
    return required(checked(_GetPayload, payload).id, "id")
