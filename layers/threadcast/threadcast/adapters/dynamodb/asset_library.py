"""Assets as an operator, or an agent's tool, keeps them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from threadcast.adapters.dynamodb import keys
from threadcast.adapters.dynamodb.error_translation import ConditionFailed
from threadcast.adapters.dynamodb.item_mapping import asset_of, asset_values, grant_of, role_of
from threadcast.adapters.dynamodb.table import DynamoTable
from threadcast.adapters.dynamodb.write_requests import Write, delete, put
from threadcast.adapters.json_documents import dump, pack
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.asset import Asset, Table
from threadcast.errors import StoreUnavailable
from threadcast.ports import IdMaker

__all__ = ["DynamoAssetLibrary"]

_CHUNK_BYTES = 300_000
_ATTEMPTS = 5
_ROLES = ("ROLE#", keys.ABOVE_ROLES)


def _random_generation() -> str:
    return uuid4().hex


class DynamoAssetLibrary:
    """An `AssetLibrary`; `new_generation` names the pieces of one saving's rows."""

    def __init__(self, table: DynamoTable, new_generation: IdMaker = _random_generation) -> None:
        self._table = table
        self._new_generation = new_generation

    def save(self, asset: Asset, table: Table | None) -> None:
        """Store an asset with its rows, in place of a former one; its owner gets the role `owner`.

        The rows are written under a new generation first, then one transaction makes the asset's item name
        it, then the former generation is deleted: a reader sees the former rows or these, never a mix. A
        saving that dies half way leaves pieces behind that nobody reads.
        """
        generation, chunks = self._new_generation(), _chunks(table)
        values = {**asset_values(asset), "generation": generation, "chunks": len(chunks)}
        for at, chunk in enumerate(chunks):
            self._table.write(put(keys.asset_rows(asset.id, generation, at), {"rows": chunk}))
        self._delete_rows(asset.id, self._replace(asset, values))

    def delete(self, asset_id: str) -> None:
        """Remove an asset with its rows and every role on it; one that does not exist is fine.

        The roles go first: a deletion that dies half way leaves an asset that nobody sees and that can be
        deleted again, never a role that would come to life with a later asset of this id.
        """
        for found in self._table.query(keys.asset(asset_id).pk, _ROLES):
            self._table.write(delete(keys.Key(found["pk"], found["sk"])))
        self._delete_rows(asset_id, self._remove(asset_id))

    def grants(self, asset_id: str) -> tuple[Grant, ...]:
        """Who holds which role on it, by principal."""
        found = map(grant_of, self._table.query(keys.asset(asset_id).pk, _ROLES))
        return tuple(grant for grant in found if grant is not None)

    def grant(self, asset_id: str, grant: Grant) -> None:
        """Give a role, in place of the one that this principal held."""
        self._table.write(_grant(asset_id, grant))

    def revoke(self, asset_id: str, principal: Principal) -> None:
        """Take away whatever role the principal holds."""
        self._table.write(delete(keys.role(keys.asset(asset_id), principal)))

    def all(self) -> tuple[Asset, ...]:
        """Every asset, by name.

        Their keys come from the index, where they share a partition: a scan would pay for every chat. The
        index lags a moment behind, so an asset saved just now may be missing.
        """
        found = self._table.get_many(self._table.query_index(keys.ASSETS))
        return tuple(sorted(map(asset_of, found.values()), key=lambda asset: (asset.name, asset.id)))

    def _replace(self, asset: Asset, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Put the asset's item and its owner's role at once; the former item, empty if there was none.

        Where another saving came between, look again: exactly one of the two deletes each generation.
        """
        for _ in range(_ATTEMPTS):
            former = self._table.get(keys.asset(asset.id)) or {}
            unchanged: dict[str, Any] = {"condition": "attribute_not_exists(pk)"}
            if former:
                seen = {"seen": former["generation"]}
                unchanged = {"condition": "generation = :seen", "given": seen}
            try:
                self._table.transact(
                    put(keys.asset(asset.id), values, **unchanged),
                    _grant(asset.id, Grant(Principal("user", asset.owner_id), Role.OWNER)),
                    *self._removal_of_former_owner(asset, former.get("owner_id")),
                )
            except ConditionFailed:
                continue
            return former
        raise StoreUnavailable("The asset was saved by others each time")

    def _remove(self, asset_id: str) -> Mapping[str, Any]:
        """Delete the asset's item as seen last and its owner's role, at once; the item, empty if none."""
        for _ in range(_ATTEMPTS):
            former = self._table.get(keys.asset(asset_id))
            if former is None:
                return {}
            seen = {"seen": former["generation"]}
            owner = keys.role(keys.asset(asset_id), Principal("user", former["owner_id"]))
            try:
                self._table.transact(
                    delete(keys.asset(asset_id), condition="generation = :seen", given=seen), delete(owner)
                )
            except ConditionFailed:
                continue
            return former
        raise StoreUnavailable("The asset was saved by others each time")

    def _delete_rows(self, asset_id: str, former: Mapping[str, Any]) -> None:
        for at in range(former.get("chunks", 0)):
            self._table.write(delete(keys.asset_rows(asset_id, former["generation"], at)))

    def _removal_of_former_owner(self, asset: Asset, former_owner_id: str | None) -> Sequence[Write]:
        if former_owner_id in (None, asset.owner_id):
            return ()
        key = keys.role(keys.asset(asset.id), Principal("user", str(former_owner_id)))
        return (delete(key),) if role_of(self._table.get(key)) is Role.OWNER else ()


def _grant(asset_id: str, grant: Grant) -> Write:
    return put(keys.role(keys.asset(asset_id), grant.principal), {"role": grant.role.value})


def _chunks(table: Table | None) -> list[bytes]:
    if table is None:
        return []
    packed = pack(dump({"columns": table.columns, "rows": table.rows}), max_bytes=None)
    return [packed[start : start + _CHUNK_BYTES] for start in range(0, len(packed), _CHUNK_BYTES)]
