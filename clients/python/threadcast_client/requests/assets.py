"""Requests about metrics, dashboards and reports."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from threadcast_client.protocol.frames import AnyFrame
from threadcast_client.protocol.generated_types import (
    AssetListItem,
    DashboardStatePayload,
    DataMetadata,
    FileType,
    MetricListItem,
    MetricPayload,
    ReportPayload,
    SearchItem,
)
from threadcast_client.requests.answers import Requests, given

__all__ = ["AssetRequests", "MetricWithRows"]

_EXCLUDING = {"metric": "exclude_metrics", "dashboard": "exclude_dashboards", "report": "exclude_reports"}


@dataclass(frozen=True, slots=True)
class MetricWithRows:
    """A metric and its rows, which arrive in several frames.

    Attributes:
        metric: The metric's definition.
        rows: Every row that was sent, each by column name.
        data_metadata: The columns, and the number of all rows.
        has_more_records: Whether the metric has rows beyond those that the server sends.
    """

    metric: MetricPayload
    rows: Sequence[dict[str, Any]]
    data_metadata: DataMetadata
    has_more_records: bool


class AssetRequests(Requests):
    """The assets on which the user has a role."""

    def metrics(self, *, page_size: int | None = None) -> AsyncIterator[MetricListItem]:
        """Yield the metrics, the ones edited last first.

        Args:
            page_size: The number of metrics to ask for at once, 1 to 100; None: the server's default.
        """
        return self._items("/metrics/list", {"page_size": page_size})

    def dashboards(self, *, page_size: int | None = None) -> AsyncIterator[AssetListItem]:
        """Yield the dashboards, as `metrics` does."""
        return self._items("/dashboards/list", {"page_size": page_size})

    def reports(self, *, page_size: int | None = None) -> AsyncIterator[AssetListItem]:
        """Yield the reports, as `metrics` does."""
        return self._items("/reports/list", {"page_size": page_size})

    async def metric(self, metric_id: str) -> MetricWithRows:
        """Return a metric with its rows; each frame of rows counts as a message of the user's quota."""
        return _metric_with_rows(await self._frames("/metrics/get", {"id": metric_id}))

    async def dashboard(self, dashboard_id: str) -> DashboardStatePayload:
        """Return a dashboard with those of its metrics that the user may see, without their rows."""
        dashboard: DashboardStatePayload = await self._payload("/dashboards/get", {"id": dashboard_id})
        return dashboard

    async def report(self, report_id: str) -> ReportPayload:
        """Return a report."""
        report: ReportPayload = await self._payload("/reports/get", {"id": report_id})
        return report

    async def search(
        self, query: str, *, types: Sequence[FileType] | None = None, num_results: int | None = None
    ) -> Sequence[SearchItem]:
        """Return the assets that match every word, the best first.

        Args:
            query: The beginnings of words in the name or the description.
            types: The types to look at; None: all.
            num_results: How many to return, at most 50; None: the server's default.
        """
        excluded = {
            key: True for type_, key in _EXCLUDING.items() if types is not None and type_ not in types
        }
        found: Sequence[SearchItem] = await self._payload(
            "/search", given({"query": query, "num_results": num_results, **excluded})
        )
        return found


def _metric_with_rows(frames: Sequence[AnyFrame]) -> MetricWithRows:
    first, *parts = [frame["payload"] for frame in frames]
    rows: list[dict[str, Any]] = []
    for part in parts:  # one that was delivered twice has the same offset again
        rows[part["offset"] : part["offset"] + len(part["data"])] = part["data"]
    last = parts[-1]
    return MetricWithRows(first, rows, last["data_metadata"], last["has_more_records"])
