"""Loads the context of an answer about an asset: its rows and those of the metrics that it shows."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from threadcast.assets.kinds.registry import kind_of
from threadcast.domain.access import Principal
from threadcast.domain.asset import Asset, AssetContext, Table
from threadcast.ports import AssetStore

__all__ = ["load_context"]

MAX_PARALLEL_READS = 8


def load_context(asset: Asset, assets: AssetStore, principals: Sequence[Principal]) -> AssetContext:
    """Return the asset with its rows, and with those parts that the principals may see, with their rows.

    The caller checks the permission on the asset itself. A part that does not exist counts as withheld, so
    that a user cannot distinguish the two. Reads by one `find`, then the rows of all parts in parallel
    threads. Raises `StoreUnavailable`.
    """
    kind = kind_of(asset.type)
    part_ids = () if kind is None else kind.part_ids(asset.definition)
    if not part_ids:
        return AssetContext(asset, assets.rows(asset.id))
    found = assets.find(part_ids, principals)
    visible = [found[part][0] for part in part_ids if part in found]
    tables = _rows(visible, assets)
    parts = tuple(AssetContext(part, table) for part, table in zip(visible, tables, strict=True))
    return AssetContext(asset, parts=parts, withheld=len(part_ids) - len(parts))


def _rows(visible: Sequence[Asset], assets: AssetStore) -> list[Table | None]:
    if len(visible) <= 1:
        return [assets.rows(asset.id) for asset in visible]
    with ThreadPoolExecutor(min(len(visible), MAX_PARALLEL_READS)) as readers:
        return list(readers.map(lambda asset: assets.rows(asset.id), visible))
