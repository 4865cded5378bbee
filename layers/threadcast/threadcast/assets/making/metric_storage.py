"""`MetricStorage`: stores the metrics that agents make, so many of each user and for so many days."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from threadcast.assets.columns.dates import Grain, period_of
from threadcast.domain.access import Principal
from threadcast.domain.asset import Asset, Table
from threadcast.errors import MetricLimitReached, StoreError
from threadcast.ports import AssetLibrary, AssetStore, MadeMetric, MetricQuotaStore

__all__ = ["MetricLimits", "MetricStorage", "kept_until"]

_LONGEST_MAKING = timedelta(minutes=15)
"""Lambda ends every function after this time, so no process still makes a metric that was begun before."""


@dataclass(frozen=True, slots=True)
class MetricLimits:
    """How many made metrics each user may keep (0: none), and for how many days (0: for ever)."""

    per_user: int = 100
    kept_days: int = 365


class MetricStorage:
    """Stores metrics that agents make: the only way from an agent to the asset library.

    Each one takes a place in its owner's quota before it is stored. Nothing frees the place when the metric
    expires, is deleted or gets another owner. Instead, at the limit, it is looked up which of the metrics
    still exist, and the places of the others are freed: so the quota has no second record of an asset's end
    that could be missed, and a place whose metric was never stored is freed, too.
    """

    def __init__(
        self, library: AssetLibrary, assets: AssetStore, quotas: MetricQuotaStore, limits: MetricLimits
    ) -> None:
        self._library = library
        self._assets = assets
        self._quotas = quotas
        self._limits = limits

    def save(self, metric: Asset, table: Table) -> Asset:
        """Store a new metric with its rows; return it as stored, with its expiry.

        Raises `MetricLimitReached`, nothing stored then, or a `StoreError`.
        """
        made = MadeMetric(metric.id, metric.created_at.replace(microsecond=0))
        self._take_place(metric.owner_id, made)
        stored = replace(metric, expires_at=self._expiry(made.made_at))
        try:
            self._library.save(stored, table)
        except StoreError:
            with suppress(StoreError):  # then the limit finds it
                self._free_missing(metric.owner_id, [made])
            raise
        return stored

    def _expiry(self, made_at: datetime) -> datetime | None:
        days = self._limits.kept_days
        return made_at + timedelta(days=days) if days else None

    def _take_place(self, user_id: str, made: MadeMetric) -> None:
        limit = self._limits.per_user
        taken = self._quotas.take(user_id, made, limit) if limit else frozenset()
        if taken is None:
            return
        stored = [each for each in taken if made.made_at - each.made_at > _LONGEST_MAKING]
        if not self._free_missing(user_id, stored) or self._quotas.take(user_id, made, limit) is not None:
            raise MetricLimitReached(limit)

    def _free_missing(self, user_id: str, metrics: Collection[MadeMetric]) -> bool:
        """Free the places of the metrics that the user does not own (any more); return whether of any."""
        found = self._assets.find([each.asset_id for each in metrics], (Principal("user", user_id),))
        missing = [
            each
            for each in metrics
            if each.asset_id not in found or found[each.asset_id][0].owner_id != user_id
        ]
        if missing:
            self._quotas.free(user_id, missing)
        return bool(missing)


def kept_until(stored: Asset) -> str:
    """Return until when a metric is kept, as the end of a sentence; empty: for ever."""
    return "" if stored.expires_at is None else f", until {period_of(stored.expires_at.date(), Grain.DAY)}"
