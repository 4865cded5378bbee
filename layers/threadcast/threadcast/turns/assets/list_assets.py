"""Answers the lists of metrics, dashboards and reports."""

from collections.abc import Iterator
from dataclasses import dataclass

from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.access import principals_of
from threadcast.domain.user import User
from threadcast.ports import AssetPage, AssetStore
from threadcast.turns.assets.commands import ListAssetsRequest
from threadcast.turns.request_context import RequestContext

__all__ = ["AssetListing", "ListAssets"]


@dataclass(frozen=True, slots=True)
class AssetListing:
    """A page of the assets that a user may see."""

    page: AssetPage
    user: User


class ListAssets:
    """The use case of `/metrics/list`, `/dashboards/list` and `/reports/list`."""

    def __init__(self, assets: AssetStore, retry: StoreRetry) -> None:
        self._assets = assets
        self._retry = retry

    def serve(self, request: ListAssetsRequest, context: RequestContext) -> Iterator[AssetListing]:
        """Yield the page; raises `StoreUnavailable`."""
        principals = principals_of(context.user)
        page = self._retry(
            lambda: self._assets.page(
                request.asset_type, principals, after=request.after, skip=request.skip, limit=request.limit
            )
        )
        yield AssetListing(page, context.user)
