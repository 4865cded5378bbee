"""The use cases that return assets."""

from typing import Any

from threadcast.delivery.store_retry import StoreRetry
from threadcast.ports import AssetStore, Clock
from threadcast.protocol.routes import UseCase
from threadcast.turns.assets.get_asset import GetDashboard, GetReport
from threadcast.turns.assets.get_metric import GetMetric
from threadcast.turns.assets.list_assets import ListAssets
from threadcast.turns.assets.search_assets import SearchAssets
from threadcast.turns.message_quota import MessageQuota

__all__ = ["asset_use_cases"]


def asset_use_cases(
    assets: AssetStore, quota: MessageQuota, clock: Clock, retry: StoreRetry, gap_s: float
) -> tuple[UseCase[Any, Any], ...]:
    """Return the use cases; `gap_s` is the pause between two frames of rows."""
    return (
        ListAssets(assets, retry),
        GetMetric(assets, quota, clock, retry, gap_s),
        GetDashboard(assets, retry),
        GetReport(assets, retry),
        SearchAssets(assets, retry),
    )
