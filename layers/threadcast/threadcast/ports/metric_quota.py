"""The port `MetricQuotaStore`: which metrics agents have made for each user."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

__all__ = ["MadeMetric", "MetricQuotaStore"]


@dataclass(frozen=True, slots=True)
class MadeMetric:
    """A metric that an agent has made, or was making at `made_at`, in whole seconds."""

    asset_id: str
    made_at: datetime


class MetricQuotaStore(Protocol):
    """The places that made metrics take in their users' quotas. Every method raises `StoreUnavailable`."""

    def take(self, user_id: str, metric: MadeMetric, limit: int) -> frozenset[MadeMetric] | None:
        """Take a place for the metric, if fewer than `limit` are taken; `limit` is at least 1.

        Return None if the metric has a place, else the metrics that have all of them. Concurrent calls never
        take more than `limit` places. A call can be repeated.
        """
        ...

    def free(self, user_id: str, metrics: Collection[MadeMetric]) -> None:
        """Free the places of these metrics; one without a place is no error."""
        ...
