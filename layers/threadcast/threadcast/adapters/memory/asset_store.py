"""`MemoryAssetStore` and `MemoryAssetLibrary`: assets, their rows and the roles on them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from threadcast.adapters.item_lifetimes import epoch_of, has_expired
from threadcast.adapters.json_documents import dump, pack
from threadcast.adapters.memory.table import MemoryTable
from threadcast.domain.access import Grant, Principal, Role, strongest
from threadcast.domain.asset import Asset, AssetType, Table
from threadcast.ports import AssetPage, AssetPosition

__all__ = ["MemoryAssetLibrary", "MemoryAssetStore"]


class MemoryAssetStore:
    """An `AssetStore`; assets that have expired by `now()` are ignored while still stored."""

    def __init__(self, table: MemoryTable, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._table = table
        self._now = now

    def find(
        self, asset_ids: Sequence[str], principals: Sequence[Principal]
    ) -> Mapping[str, tuple[Asset, Role]]:
        """Return the assets on which these principals have a role, by id, each with the strongest one."""
        with self._table.lock:
            return {
                asset_id: (self._table.assets[asset_id], role)
                for asset_id in asset_ids
                if _exists(asset_id, self._table, self._now())
                and (role := self._role(asset_id, principals)) is not None
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
        """Return the assets of a type that the principals may see, those edited last first."""
        with self._table.lock:
            ids = [asset.id for asset in self._table.assets.values() if asset.type is asset_type]
            found = self.find(ids, principals)
        positions = (AssetPosition(asset.updated_at, asset.id) for asset, _ in found.values())
        behind = sorted((each for each in positions if after is None or each < after), reverse=True)[skip:]
        taken = behind[:limit]
        assets = tuple(found[position.asset_id] for position in taken)
        return AssetPage(assets, taken[-1] if len(behind) > limit else None)

    def rows(self, asset_id: str) -> Table | None:
        """Return a metric's rows; None if it has none."""
        with self._table.lock:
            exists = _exists(asset_id, self._table, self._now())
            return self._table.rows.get(asset_id) if exists else None

    def _role(self, asset_id: str, principals: Sequence[Principal]) -> Role | None:
        roles = self._table.asset_roles.get(asset_id, {})
        return strongest(map(roles.get, principals))


class MemoryAssetLibrary:
    """An `AssetLibrary`; assets that have expired by `now()` are ignored while still stored."""

    def __init__(self, table: MemoryTable, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._table = table
        self._now = now

    def save(self, asset: Asset, table: Table | None) -> None:
        """Store an asset with its rows, replacing a stored one; grant its owner the role `owner`."""
        pack(dump(asset.definition))
        with self._table.lock:
            former, roles = self._table.assets.get(asset.id), self._roles(asset.id)
            if former is not None and roles.get(Principal("user", former.owner_id)) is Role.OWNER:
                del roles[Principal("user", former.owner_id)]
            roles[Principal("user", asset.owner_id)] = Role.OWNER
            self._table.assets[asset.id] = asset
            self._table.rows.pop(asset.id, None)
            if table is not None:
                self._table.rows[asset.id] = table

    def delete(self, asset_id: str) -> None:
        """Delete an asset with its rows and every role on it, if it exists."""
        with self._table.lock:
            for kept in (self._table.asset_roles, self._table.assets, self._table.rows):
                kept.pop(asset_id, None)

    def grants(self, asset_id: str) -> tuple[Grant, ...]:
        """Return the roles on an asset, ordered by principal."""
        with self._table.lock:
            exists = _exists(asset_id, self._table, self._now())
            roles = self._roles(asset_id) if exists else {}
            grants = [Grant(principal, role) for principal, role in roles.items()]
        return tuple(sorted(grants, key=lambda grant: str(grant.principal)))

    def grant(self, asset_id: str, grant: Grant) -> None:
        """Grant a role, replacing the one that the principal holds."""
        with self._table.lock:
            self._roles(asset_id)[grant.principal] = grant.role

    def revoke(self, asset_id: str, principal: Principal) -> None:
        """Revoke the principal's role, if any."""
        with self._table.lock:
            self._roles(asset_id).pop(principal, None)

    def all(self) -> tuple[Asset, ...]:
        """Return every asset, ordered by name."""
        with self._table.lock:
            now = self._now()
            assets = [each for id_, each in self._table.assets.items() if _exists(id_, self._table, now)]
        return tuple(sorted(assets, key=lambda asset: (asset.name, asset.id)))

    def relist(self, asset: Asset) -> None:
        """Do nothing: lists are read from the roles themselves."""

    def _roles(self, asset_id: str) -> dict[Principal, Role]:
        return self._table.asset_roles.setdefault(asset_id, {})


def _exists(asset_id: str, table: MemoryTable, now: datetime) -> bool:
    asset = table.assets.get(asset_id)
    return asset is not None and not has_expired(epoch_of(asset.expires_at), now)
