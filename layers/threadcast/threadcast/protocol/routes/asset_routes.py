"""The rows about assets and usage."""

from typing import Any, Final

from threadcast.domain.asset import AssetType
from threadcast.protocol.assets import requests as parsers
from threadcast.protocol.assets.documents import dashboard_payload, report_payload
from threadcast.protocol.assets.lists import list_item, metric_list_item, search_payload
from threadcast.protocol.assets.metrics import metric_payload, rows_payload
from threadcast.protocol.assets.usage import usage_payload
from threadcast.protocol.paging import page_payload
from threadcast.protocol.routes.route import Reply, Route
from threadcast.protocol.types import asset_frames as frames
from threadcast.protocol.types import asset_requests as requests
from threadcast.turns.assets.get_asset import DashboardState, GetDashboard, GetReport, ReportState
from threadcast.turns.assets.get_metric import GetMetric, MetricState
from threadcast.turns.assets.list_assets import ListAssets
from threadcast.turns.assets.metric_rows import RowsPart
from threadcast.turns.assets.search_assets import AssetMatches, SearchAssets
from threadcast.turns.budgets import UsageReport
from threadcast.turns.get_usage import GetUsage
from threadcast.turns.paging import Page

__all__ = ["ASSET_ROUTES"]


ASSET_ROUTES: Final[tuple[Route[Any, Any], ...]] = (
    Route(
        request=requests.MetricsList,
        parse=parsers.parse_list(AssetType.METRIC_FILE),
        use_case=ListAssets,
        replies=(Reply(Page, frames.GetMetricListFrame, page_payload(metric_list_item)),),
    ),
    Route(
        request=requests.DashboardsList,
        parse=parsers.parse_list(AssetType.DASHBOARD_FILE),
        use_case=ListAssets,
        replies=(Reply(Page, frames.GetDashboardsListFrame, page_payload(list_item)),),
    ),
    Route(
        request=requests.ReportsList,
        parse=parsers.parse_list(AssetType.REPORT_FILE),
        use_case=ListAssets,
        replies=(Reply(Page, frames.GetReportsListFrame, page_payload(list_item)),),
    ),
    Route(
        request=requests.MetricsGet,
        parse=parsers.parse_get_metric,
        use_case=GetMetric,
        replies=(
            Reply(MetricState, frames.UpdateMetricStateFrame, metric_payload, is_part=True),
            Reply(RowsPart, frames.FetchingDataFrame, rows_payload, is_part=True),
        ),
    ),
    Route(
        request=requests.DashboardsGet,
        parse=parsers.parse_get_dashboard,
        use_case=GetDashboard,
        replies=(Reply(DashboardState, frames.GetDashboardStateFrame, dashboard_payload),),
    ),
    Route(
        request=requests.ReportsGet,
        parse=parsers.parse_get_report,
        use_case=GetReport,
        replies=(Reply(ReportState, frames.GetReportStateFrame, report_payload),),
    ),
    Route(
        request=requests.Search,
        parse=parsers.parse_search,
        use_case=SearchAssets,
        replies=(Reply(AssetMatches, frames.SearchFrame, search_payload),),
    ),
    Route(
        request=requests.UsageGet,
        parse=parsers.parse_get_usage,
        use_case=GetUsage,
        replies=(Reply(UsageReport, frames.GetUsageFrame, usage_payload),),
    ),
)
