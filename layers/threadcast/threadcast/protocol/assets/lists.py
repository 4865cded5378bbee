"""Payloads of lists of assets, and of searches."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from threadcast.assets.kinds import kind_of
from threadcast.domain.access import Role
from threadcast.domain.asset import Asset, FileType
from threadcast.domain.text import cut
from threadcast.ports import AssetPosition
from threadcast.protocol.assets.fitting import first_fitting, room_in
from threadcast.protocol.assets.paging import cursor_of
from threadcast.protocol.chat_payload import rfc3339
from threadcast.protocol.types.asset_frames import AssetListItem, MetricListItem, SearchItem
from threadcast.turns.assets.list_assets import AssetListing
from threadcast.turns.assets.search_assets import AssetMatches

__all__ = ["list_payload", "metric_list_payload", "next_page", "search_payload"]

_ADDITIONAL_TEXT_BYTES = 400


def list_payload(listing: AssetListing, max_bytes: int) -> list[AssetListItem]:
    """Return the assets of a page, as many as fit."""
    assets = listing.page.assets
    return first_fitting([_item(asset, role, listing.user.id) for asset, role in assets], room_in(max_bytes))


def metric_list_payload(listing: AssetListing, max_bytes: int) -> list[MetricListItem]:
    """Return the metrics of a page, as many as fit."""
    items: list[MetricListItem] = [
        {**_item(asset, role, listing.user.id), "title": asset.name} for asset, role in listing.page.assets
    ]
    return first_fitting(items, room_in(max_bytes))


def next_page(
    payload: Callable[[AssetListing, int], Sequence[Any]],
) -> Callable[[AssetListing, int], Mapping[str, str | None]]:
    """Return what makes the cursor beside this payload: the next page begins behind the last asset in it."""

    def beside(listing: AssetListing, max_bytes: int) -> Mapping[str, str | None]:
        assets, last = listing.page.assets, listing.page.last
        shown = len(payload(listing, max_bytes))
        if 0 < shown < len(assets):
            asset = assets[shown - 1][0]
            last = AssetPosition(asset.updated_at, asset.id)
        return {"next_cursor": None if last is None else cursor_of(last)}

    return beside


def search_payload(matches: AssetMatches, max_bytes: int) -> list[SearchItem]:
    """Return the matches, as many as fit."""
    items: list[SearchItem] = [
        {
            "id": asset.id,
            "name": asset.name,
            "type": _file_type(asset),
            "additional_text": cut(text, _ADDITIONAL_TEXT_BYTES),
            "updated_at": rfc3339(asset.updated_at),
        }
        for asset, text in matches.found
    ]
    return first_fitting(items, room_in(max_bytes))


def _item(asset: Asset, role: Role, user_id: str) -> AssetListItem:
    return {
        "id": asset.id,
        "name": asset.name,
        "type": _file_type(asset),
        "last_edited": rfc3339(asset.updated_at),
        "created_by_name": asset.owner_name,
        "is_shared": asset.owner_id != user_id,
        "permission": role,
    }


def _file_type(asset: Asset) -> FileType:
    kind = kind_of(asset.type)
    return "metric" if kind is None else kind.file_type
