"""What a client can request about assets, once its message is parsed and valid."""

from dataclasses import dataclass

from threadcast.domain.asset import AssetType
from threadcast.turns.paging import PageRequest

__all__ = [
    "GetDashboardRequest",
    "GetMetricRequest",
    "GetReportRequest",
    "ListAssetsRequest",
    "SearchAssetsRequest",
]


@dataclass(frozen=True, slots=True)
class ListAssetsRequest:
    """A request for a page of the user's assets of one type."""

    asset_type: AssetType
    page: PageRequest


@dataclass(frozen=True, slots=True)
class GetMetricRequest:
    """A request for a metric's definition and rows, as they are stored now."""

    metric_id: str


@dataclass(frozen=True, slots=True)
class GetDashboardRequest:
    """A request for a dashboard with those of its metrics that the user may see."""

    dashboard_id: str


@dataclass(frozen=True, slots=True)
class GetReportRequest:
    """A request for a report."""

    report_id: str


@dataclass(frozen=True, slots=True)
class SearchAssetsRequest:
    """A request for assets of these types whose names or descriptions contain the words of a query."""

    query: str
    types: tuple[AssetType, ...]
    limit: int
