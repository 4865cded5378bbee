"""Answers the lists of metrics, dashboards and reports."""

from collections.abc import Iterator
from dataclasses import dataclass

from threadcast.delivery.store_retry import StoreRetry
from threadcast.domain.access import Role, principals_of
from threadcast.domain.asset import Asset
from threadcast.errors import BadRequest
from threadcast.ports import AssetPosition, AssetStore
from threadcast.turns.assets.commands import ListAssetsRequest
from threadcast.turns.paging import Page
from threadcast.turns.request_context import RequestContext

__all__ = ["ListAssets", "ListedAsset"]


@dataclass(frozen=True, slots=True)
class ListedAsset:
    """An asset that a user may see; `is_shared`: another user owns it."""

    asset: Asset
    role: Role
    is_shared: bool

    @property
    def position(self) -> str:
        """The place in the list."""
        return str(AssetPosition(self.asset.updated_at, self.asset.id))


class ListAssets:
    """The use case of `/metrics/list`, `/dashboards/list` and `/reports/list`."""

    def __init__(self, assets: AssetStore, retry: StoreRetry) -> None:
        self._assets = assets
        self._retry = retry

    def serve(self, request: ListAssetsRequest, context: RequestContext) -> Iterator[Page[ListedAsset]]:
        """Yield the page; raises `BadRequest` for a position of another list, or `StoreUnavailable`."""
        wanted, principals = request.page, principals_of(context.user)
        after = _position_in(wanted.after)
        found = self._retry(
            lambda: self._assets.page(
                request.asset_type, principals, after=after, skip=wanted.skip, limit=wanted.size
            )
        )
        listed = (ListedAsset(asset, role, asset.owner_id != context.user.id) for asset, role in found.assets)
        yield Page(
            tuple((each.position, each) for each in listed), None if found.last is None else str(found.last)
        )


def _position_in(text: str | None) -> AssetPosition | None:
    try:
        return None if text is None else AssetPosition.parse(text)
    except ValueError:
        raise BadRequest("cursor must be the next_cursor of an earlier answer of this route") from None
