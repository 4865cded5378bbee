"""The messages about assets and usage that a client may send, as TypedDicts."""

from typing import Annotated, Literal, NotRequired, TypeAlias

from typing_extensions import TypedDict

from threadcast.protocol.types.chat_request_types import PagePayload
from threadcast.protocol.types.value_types import (
    Keywords,
    Query,
    RequestId,
    Uuid,
)

__all__ = [
    "AssetGetPayload",
    "AssetSearchPayload",
    "DashboardsGet",
    "DashboardsList",
    "MetricGetPayload",
    "MetricsGet",
    "MetricsList",
    "ReportsGet",
    "ReportsList",
    "Search",
    "UsageGet",
    "UsageGetPayload",
]

Positive: TypeAlias = Annotated[int, Keywords((("minimum", 1),))]


class AssetGetPayload(TypedDict):
    """The asset to return."""

    id: Uuid


class MetricGetPayload(TypedDict):
    """The metric to return; only its present version is stored, so `version_number` has no effect."""

    id: Uuid
    version_number: NotRequired[Positive | None]


class AssetSearchPayload(TypedDict):
    """What to search for, in which types."""

    query: Query
    num_results: NotRequired[Positive | None]
    exclude_metrics: NotRequired[bool | None]
    exclude_dashboards: NotRequired[bool | None]
    exclude_reports: NotRequired[bool | None]


class UsageGetPayload(TypedDict):
    """Nothing."""


class MetricsList(TypedDict):
    """A request for a page of the user's metrics."""

    route: Literal["/metrics/list"]
    payload: PagePayload
    request_id: NotRequired[RequestId | None]


class DashboardsList(TypedDict):
    """A request for a page of the user's dashboards."""

    route: Literal["/dashboards/list"]
    payload: PagePayload
    request_id: NotRequired[RequestId | None]


class ReportsList(TypedDict):
    """A request for a page of the user's reports."""

    route: Literal["/reports/list"]
    payload: PagePayload
    request_id: NotRequired[RequestId | None]


class MetricsGet(TypedDict):
    """A request for a metric with its rows."""

    route: Literal["/metrics/get"]
    payload: MetricGetPayload
    request_id: NotRequired[RequestId | None]


class DashboardsGet(TypedDict):
    """A request for a dashboard with its metrics."""

    route: Literal["/dashboards/get"]
    payload: AssetGetPayload
    request_id: NotRequired[RequestId | None]


class ReportsGet(TypedDict):
    """A request for a report."""

    route: Literal["/reports/get"]
    payload: AssetGetPayload
    request_id: NotRequired[RequestId | None]


class Search(TypedDict):
    """A request for assets by words of their names and descriptions."""

    route: Literal["/search"]
    payload: AssetSearchPayload
    request_id: NotRequired[RequestId | None]


class UsageGet(TypedDict):
    """A request for what the user has used in this month."""

    route: Literal["/usage/get"]
    payload: UsageGetPayload
    request_id: NotRequired[RequestId | None]
