"""`DynamoAssetStore`: reads assets, their rows and the roles on them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from threadcast.adapters.dynamodb import keys
from threadcast.adapters.dynamodb.item_mapping import asset_of, position_of, role_of
from threadcast.adapters.dynamodb.sdk.table import DynamoTable
from threadcast.adapters.item_lifetimes import has_expired
from threadcast.adapters.json_documents import load, timestamp, unpack
from threadcast.domain.access import Principal, Role, strongest
from threadcast.domain.asset import Asset, AssetType, Table
from threadcast.errors import StoreUnavailable
from threadcast.ports import AssetPage, AssetPosition

__all__ = ["DynamoAssetStore"]

_ATTEMPTS = 3


class DynamoAssetStore:
    """An `AssetStore`; assets that have expired by `now()` are ignored while still stored."""

    def __init__(self, table: DynamoTable, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._table = table
        self._now = now

    def find(
        self, asset_ids: Sequence[str], principals: Sequence[Principal]
    ) -> Mapping[str, tuple[Asset, Role]]:
        """Return the assets on which these principals have a role, by id, each with the strongest one.

        One call reads 100 keys; each asset takes one key, and one more for each principal. Only an asset with
        a role is unpacked: the time of a refusal must not show whether the asset exists.
        """
        role_keys = {
            asset_id: [keys.role(keys.asset(asset_id), principal) for principal in principals]
            for asset_id in asset_ids
        }
        found = self._table.get_many(
            key for asset_id, roles in role_keys.items() for key in (keys.asset(asset_id), *roles)
        )
        return {
            asset_id: (asset_of(found[keys.asset(asset_id)]), role)
            for asset_id, roles in role_keys.items()
            if (role := strongest(role_of(found.get(key)) for key in roles)) is not None
            and self._exists(found.get(keys.asset(asset_id)))
        }

    def page(
        self,
        asset_type: AssetType,
        principals: Sequence[Principal],
        *,
        after: AssetPosition | None = None,
        skip: int = 0,
        limit: int,
    ) -> AssetPage:
        """Return the assets of a type that the principals may see, those edited last first.

        One query for each principal gives keys, then `find` reads the assets and the roles of this page.
        """
        wanted = skip + limit + 1
        newest: dict[str, AssetPosition] = {}
        for principal in principals:
            for position in self._positions(asset_type, principal, after, wanted):
                known = newest.get(position.asset_id)
                newest[position.asset_id] = position if known is None else max(known, position)
        ordered = sorted(newest.values(), reverse=True)[skip:]
        taken = ordered[:limit]
        found = self.find([position.asset_id for position in taken], principals)
        assets = tuple(found[position.asset_id] for position in taken if position.asset_id in found)
        return AssetPage(assets, taken[-1] if len(ordered) > limit else None)

    def _positions(
        self, asset_type: AssetType, principal: Principal, after: AssetPosition | None, wanted: int
    ) -> Iterator[AssetPosition]:
        """Yield the first positions behind `after` in a principal's list, about as many as wanted."""
        first, last = keys.visible_asset(asset_type, "", ""), keys.visible_asset(asset_type, "~", "")
        if after is not None:
            last = keys.visible_asset(asset_type, timestamp(after.updated_at), after.asset_id)
        between = (first, last)
        entries = self._table.query_index_backward(
            keys.visible_assets(principal), between, limit=wanted + (after is not None)
        )
        return (position for _, key in entries if (position := position_of(key)) != after)

    def rows(self, asset_id: str) -> Table | None:
        """Return a metric's rows; None if it has none.

        The asset's item names the current generation (see `DynamoAssetLibrary.save`). If a concurrent `save`
        deletes that generation between the two reads, chunks are missing and both reads are repeated.
        """
        for _ in range(_ATTEMPTS):
            found = self._table.get(keys.asset(asset_id))
            if found is None or not self._exists(found) or not found["chunks"]:
                return None
            chunks = self._chunks(asset_id, found["generation"])
            if len(chunks) == found["chunks"]:
                return _table_of(chunks)
        raise StoreUnavailable("The rows were replaced each time they were read")

    def _exists(self, values: Mapping[str, Any] | None) -> bool:
        return values is not None and not has_expired(values.get("expires_at"), self._now())

    def _chunks(self, asset_id: str, generation: str) -> list[bytes]:
        between = (
            keys.asset_rows(asset_id, generation, 0).sk,
            keys.asset_rows(asset_id, generation, 9999).sk,
        )
        return [values["rows"] for values in self._table.query(keys.asset(asset_id).pk, between)]


def _table_of(chunks: Sequence[bytes]) -> Table:
    document = load(unpack(b"".join(chunks)))
    return Table(tuple(document["columns"]), tuple(map(tuple, document["rows"])))
