"""The storage of metrics that agents make, in memory."""

from collections.abc import Callable
from datetime import UTC, datetime

from threadcast.adapters.memory import (
    MemoryAssetLibrary,
    MemoryAssetStore,
    MemoryMetricQuotaStore,
    MemoryTable,
)
from threadcast.assets.making.metric_storage import MetricLimits, MetricStorage

__all__ = ["KEPT", "metric_storage"]

KEPT = MetricLimits(kept_days=0)
"""The usual limit; metrics are kept for ever, for tests whose clock is not the stores'."""


def metric_storage(
    table: MemoryTable,
    limits: MetricLimits = KEPT,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> MetricStorage:
    """Return the storage over a table."""
    library, assets = MemoryAssetLibrary(table, now), MemoryAssetStore(table, now)
    return MetricStorage(library, assets, MemoryMetricQuotaStore(table), limits)
