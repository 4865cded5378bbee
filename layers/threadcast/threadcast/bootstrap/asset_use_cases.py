"""The use cases of the routes about assets and usage."""

from typing import TYPE_CHECKING, Any

from threadcast.protocol.routes import UseCase
from threadcast.turns.assets.get_asset import GetDashboard, GetReport
from threadcast.turns.assets.get_metric import GetMetric
from threadcast.turns.assets.list_assets import ListAssets
from threadcast.turns.assets.search_assets import SearchAssets
from threadcast.turns.get_usage import GetUsage

if TYPE_CHECKING:
    from threadcast.bootstrap.use_cases import UseCases

__all__ = ["asset_use_cases"]


def asset_use_cases(parts: "UseCases") -> tuple[UseCase[Any, Any], ...]:
    """Return the use cases, constructed from these parts."""
    assets, retry = parts.assets, parts.retry
    return (
        ListAssets(assets, retry),
        GetMetric(assets, parts.message_quota, parts.clock, retry, parts.stream.gap_s),
        GetDashboard(assets, retry),
        GetReport(assets, retry),
        SearchAssets(assets, retry),
        GetUsage(parts.connections, parts.budgets),
    )
