"""Payloads of lists of assets, and of searches."""

from threadcast.assets.kinds import kind_of
from threadcast.domain.asset import Asset, FileType
from threadcast.domain.text import cut
from threadcast.protocol.assets.fitting import first_fitting, room_in
from threadcast.protocol.chat_payload import rfc3339
from threadcast.protocol.types.asset_frames import AssetListItem, MetricListItem, SearchItem
from threadcast.turns.assets.list_assets import ListedAsset
from threadcast.turns.assets.search_assets import AssetMatches

__all__ = ["list_item", "metric_list_item", "search_payload"]

_ADDITIONAL_TEXT_BYTES = 400


def list_item(listed: ListedAsset) -> AssetListItem:
    """Return an asset in a list."""
    asset = listed.asset
    return {
        "id": asset.id,
        "name": asset.name,
        "type": _file_type(asset),
        "last_edited": rfc3339(asset.updated_at),
        "created_by_name": asset.owner_name,
        "is_shared": listed.is_shared,
        "permission": listed.role,
    }


def metric_list_item(listed: ListedAsset) -> MetricListItem:
    """Return a metric in a list."""
    return {**list_item(listed), "title": listed.asset.name}


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


def _file_type(asset: Asset) -> FileType:
    kind = kind_of(asset.type)
    return "metric" if kind is None else kind.file_type
