"""Answers gets of dashboards and reports."""

from collections.abc import Iterator
from dataclasses import dataclass

from threadcast.assets.kinds import kind_of
from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.access import Role, principals_of
from threadcast.domain.asset import Asset, AssetType
from threadcast.domain.user import User
from threadcast.errors import NotFound
from threadcast.ports import AssetStore
from threadcast.turns.assets.commands import GetDashboardRequest, GetReportRequest
from threadcast.turns.request_context import RequestContext

__all__ = ["DashboardState", "GetDashboard", "GetReport", "ReportState", "visible_asset"]


@dataclass(frozen=True, slots=True)
class DashboardState:
    """A dashboard with those of its metrics that the user may see, in order; `withheld` counts the others."""

    asset: Asset
    role: Role
    metrics: tuple[tuple[Asset, Role], ...]
    withheld: int


@dataclass(frozen=True, slots=True)
class ReportState:
    """A report."""

    asset: Asset
    role: Role


def visible_asset(asset_id: str, asset_type: AssetType, user: User, assets: AssetStore) -> tuple[Asset, Role]:
    """Return an asset of that type, with the user's role; raises `NotFound`, in every case the same."""
    found = assets.find([asset_id], principals_of(user)).get(asset_id)
    if found is None or found[0].type is not asset_type:
        raise NotFound("Asset")
    return found


class GetDashboard:
    """The use case of `/dashboards/get`."""

    def __init__(self, assets: AssetStore, retry: StoreRetry) -> None:
        self._assets = assets
        self._retry = retry

    def serve(self, request: GetDashboardRequest, context: RequestContext) -> Iterator[DashboardState]:
        """Yield the dashboard; raises `NotFound` or `StoreUnavailable`."""
        yield self._retry(lambda: self._state(request, context.user))

    def _state(self, request: GetDashboardRequest, user: User) -> DashboardState:
        asset, role = visible_asset(request.dashboard_id, AssetType.DASHBOARD_FILE, user, self._assets)
        kind = kind_of(asset.type)
        part_ids = () if kind is None else kind.part_ids(asset.definition)
        found = self._assets.find(part_ids, principals_of(user))
        metrics = tuple(found[part_id] for part_id in part_ids if part_id in found)
        return DashboardState(asset, role, metrics, len(part_ids) - len(metrics))


class GetReport:
    """The use case of `/reports/get`."""

    def __init__(self, assets: AssetStore, retry: StoreRetry) -> None:
        self._assets = assets
        self._retry = retry

    def serve(self, request: GetReportRequest, context: RequestContext) -> Iterator[ReportState]:
        """Yield the report; raises `NotFound` or `StoreUnavailable`."""
        yield ReportState(
            *self._retry(
                lambda: visible_asset(request.report_id, AssetType.REPORT_FILE, context.user, self._assets)
            )
        )
