"""The frames about assets and usage and their payloads, as TypedDicts."""

from typing import Any, Literal

from typing_extensions import TypeAliasType, TypedDict

from threadcast.assets.kinds import chart_config, metric_columns
from threadcast.domain.access import Role
from threadcast.protocol.types.frame_types import AnswerFrame, PageFrame
from threadcast.protocol.types.value_types import FileType, NonEmptyText, Progress, Timestamp, Uuid

__all__ = [
    "AssetListItem",
    "ColumnMetadata",
    "DashboardConfig",
    "DashboardPayload",
    "DashboardRow",
    "DashboardStatePayload",
    "DataMetadata",
    "FetchingDataFrame",
    "GetDashboardStateFrame",
    "GetDashboardsListFrame",
    "GetMetricListFrame",
    "GetReportStateFrame",
    "GetReportsListFrame",
    "GetUsageFrame",
    "MetricListItem",
    "MetricPayload",
    "ReportPayload",
    "RowItem",
    "RowsPayload",
    "SearchFrame",
    "SearchItem",
    "UpdateMetricStateFrame",
    "UsageLimits",
    "UsagePayload",
]

SimpleType = TypeAliasType("SimpleType", chart_config.ColumnType)
DataType = TypeAliasType("DataType", metric_columns.DataType)


class AssetListItem(TypedDict):
    """An asset in a list. `is_shared`: another user owns it. `permission` is the user's role."""

    id: Uuid
    name: str
    type: FileType
    last_edited: Timestamp
    created_by_name: str | None
    is_shared: bool
    permission: Role


class MetricListItem(AssetListItem):
    """A metric in a list; `title` is its name."""

    title: str


class ColumnMetadata(TypedDict):
    """A column of a metric's rows; the extremes are null for texts, and without values."""

    name: str
    min_value: str | float | None
    max_value: str | float | None
    unique_values: int
    simple_type: SimpleType
    type: DataType


class DataMetadata(TypedDict):
    """What all rows of a metric hold; `column_metadata` is empty where it does not fit into a frame."""

    column_count: int
    row_count: int
    column_metadata: list[ColumnMetadata]


class MetricPayload(TypedDict):
    """A metric without its rows; `file` is its definition as YAML. Null is also what does not fit a frame."""

    id: Uuid
    type: Literal["metric"]
    title: str
    name: str
    version_number: int
    description: str | None
    file_name: str
    time_frame: str | None
    chart_config: dict[str, Any] | None
    data_metadata: DataMetadata | None
    file: str | None
    created_at: Timestamp
    updated_at: Timestamp
    permission: Role


class RowsPayload(TypedDict):
    """The rows of a metric from `offset` on; `has_more_records`, in the last frame: others are not sent."""

    metric_id: Uuid
    data: list[dict[str, Any]]
    offset: int
    data_metadata: DataMetadata
    chart_config: dict[str, Any] | None
    code: str | None
    progress: Progress
    has_more_records: bool


class RowItem(TypedDict):
    """A metric in a row of a dashboard."""

    id: Uuid


class DashboardRow(TypedDict):
    """A row of a dashboard; `columnSizes` are widths in twelfths, null for equal widths."""

    id: str | int
    items: list[RowItem]
    columnSizes: list[float] | None


class DashboardConfig(TypedDict):
    """The rows of a dashboard, without the metrics that the user may not see."""

    rows: list[DashboardRow]


class DashboardPayload(TypedDict):
    """A dashboard; `file` is its definition as YAML, null where it does not fit into a frame."""

    id: Uuid
    type: Literal["dashboard"]
    name: str
    description: str | None
    version_number: int
    config: DashboardConfig
    file: str | None
    created_at: Timestamp
    updated_at: Timestamp


class DashboardStatePayload(TypedDict):
    """A dashboard with the metrics that the user may see; `withheld_metrics` counts the others."""

    access: Role
    permission: Role
    dashboard: DashboardPayload
    metrics: list[MetricPayload]
    withheld_metrics: int


class ReportPayload(TypedDict):
    """A report in Markdown; `file` is its definition as YAML, null where it does not fit into a frame."""

    id: Uuid
    type: Literal["report"]
    name: str
    description: str | None
    content: str
    version_number: int
    file: str | None
    created_at: Timestamp
    updated_at: Timestamp
    permission: Role


class SearchItem(TypedDict):
    """An asset that matches; `additional_text` is the beginning of its description."""

    id: Uuid
    name: str
    type: FileType
    additional_text: str
    updated_at: Timestamp


class UsageLimits(TypedDict):
    """Tokens and US dollars of a month; null without such a limit."""

    tokens: int | None
    cost_usd: float | None


class UsagePayload(TypedDict):
    """What the user has used in the month (`2026-03`, in UTC), the budget, and what is left of it."""

    month: NonEmptyText
    tokens: int
    cost_usd: float
    model_calls: int
    budget: UsageLimits
    left: UsageLimits
    renews_at: Timestamp


class GetMetricListFrame(PageFrame):
    """A page of the user's metrics, those edited last first."""

    event: Literal["getMetricList"]
    payload: list[MetricListItem]


class GetDashboardsListFrame(PageFrame):
    """A page of the user's dashboards, as `getMetricList`."""

    event: Literal["getDashboardsList"]
    payload: list[AssetListItem]


class GetReportsListFrame(PageFrame):
    """A page of the user's reports, as `getMetricList`."""

    event: Literal["getReportsList"]
    payload: list[AssetListItem]


class UpdateMetricStateFrame(AnswerFrame):
    """A metric without its rows, which follow."""

    event: Literal["updateMetricState"]
    payload: MetricPayload


class FetchingDataFrame(AnswerFrame):
    """Rows of the metric."""

    event: Literal["fetchingData"]
    payload: RowsPayload


class GetDashboardStateFrame(AnswerFrame):
    """A dashboard with its metrics."""

    event: Literal["getDashboardState"]
    payload: DashboardStatePayload


class GetReportStateFrame(AnswerFrame):
    """A report."""

    event: Literal["getReportState"]
    payload: ReportPayload


class SearchFrame(AnswerFrame):
    """The assets that match, the best first."""

    event: Literal["search"]
    payload: list[SearchItem]


class GetUsageFrame(AnswerFrame):
    """What the user has used in this month."""

    event: Literal["getUsage"]
    payload: UsagePayload
