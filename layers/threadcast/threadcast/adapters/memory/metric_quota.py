"""`MemoryMetricQuotaStore`: which metrics agents have made for each user."""

from collections.abc import Collection

from threadcast.adapters.memory.table import MemoryTable
from threadcast.ports import MadeMetric

__all__ = ["MemoryMetricQuotaStore"]


class MemoryMetricQuotaStore:
    """A `MetricQuotaStore`."""

    def __init__(self, table: MemoryTable) -> None:
        self._table = table

    def take(self, user_id: str, metric: MadeMetric, limit: int) -> frozenset[MadeMetric] | None:
        """Add the metric to the user's, unless there are as many as allowed; then return those."""
        with self._table.lock:
            made = self._table.made_metrics.setdefault(user_id, set())
            if len(made) >= limit and metric not in made:
                return frozenset(made)
            made.add(metric)
        return None

    def free(self, user_id: str, metrics: Collection[MadeMetric]) -> None:
        """Remove the metrics from the user's."""
        with self._table.lock:
            self._table.made_metrics.get(user_id, set()).difference_update(metrics)
