"""`DynamoAssetLibrary`: saves, deletes and shares assets, for operators and for agents' tools."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from threadcast.adapters.dynamodb import keys
from threadcast.adapters.dynamodb.item_mapping import (
    asset_of,
    asset_values,
    grant_of,
    place_in_lists,
    role_of,
)
from threadcast.adapters.dynamodb.sdk.error_translation import ConditionFailed
from threadcast.adapters.dynamodb.sdk.table import DynamoTable
from threadcast.adapters.dynamodb.sdk.write_requests import Write, delete, put, update
from threadcast.adapters.item_lifetimes import epoch_of, has_expired
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
    """An `AssetLibrary`; `new_generation` makes the id that all row items of one `save` share.

    Assets that have expired by `now()` are ignored while still stored. Rows and roles expire with the asset.
    """

    def __init__(
        self,
        table: DynamoTable,
        new_generation: IdMaker = _random_generation,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._table = table
        self._new_generation = new_generation
        self._now = now

    def save(self, asset: Asset, table: Table | None) -> None:
        """Store an asset with its rows, replacing a stored one; grant its owner the role `owner`.

        A generation is the set of row items that one `save` has written. The row items are written under a
        new generation first, then one transaction makes the asset's item name it, then the items of the
        former generation are deleted: a reader gets the former rows or the new ones, never a mix. A `save`
        that fails half way leaves row items that no asset names, or the asset at its former place in the
        lists of others, until it is saved again.
        """
        generation, chunks = self._new_generation(), _chunks(table)
        values = {**asset_values(asset), "generation": generation, "chunks": len(chunks)}
        for at, chunk in enumerate(chunks):
            key = keys.asset_rows(asset.id, generation, at)
            self._table.write(put(key, {"rows": chunk, "expires_at": values["expires_at"]}))
        former = self._replace(asset, values)
        self._delete_rows(asset.id, former)
        if former and former.get("expires_at") != values["expires_at"]:
            for grant in self.grants(asset.id):
                self._table.write(_grant(asset.id, grant, asset))
        elif former:
            self.relist(asset)

    def delete(self, asset_id: str) -> None:
        """Delete an asset with its rows and every role on it, if it exists.

        The roles are deleted first: a deletion that fails half way leaves an asset that no user can see and
        that can be deleted again, never a role that would apply to a later asset with this id.
        """
        for found in self._table.query(keys.asset(asset_id).pk, _ROLES):
            self._table.write(delete(keys.Key(found["pk"], found["sk"])))
        self._delete_rows(asset_id, self._remove(asset_id))

    def grants(self, asset_id: str) -> tuple[Grant, ...]:
        """Return the roles on an asset, ordered by principal."""
        found = map(grant_of, self._unexpired(self._table.query(keys.asset(asset_id).pk, _ROLES)))
        return tuple(grant for grant in found if grant is not None)

    def grant(self, asset_id: str, grant: Grant) -> None:
        """Grant a role, replacing the one that the principal holds; an asset that exists joins their list."""
        found = self._table.get(keys.asset(asset_id))
        self._table.write(_grant(asset_id, grant, None if found is None else asset_of(found)))

    def revoke(self, asset_id: str, principal: Principal) -> None:
        """Revoke the principal's role, if any."""
        self._table.write(delete(keys.role(keys.asset(asset_id), principal)))

    def all(self) -> tuple[Asset, ...]:
        """Return every asset, ordered by name.

        The keys come from the index, where all assets share a partition: a scan would read every chat too.
        The index is eventually consistent, so an asset saved just now may be missing.
        """
        found = self._table.get_many(self._table.query_index(keys.ASSETS))
        assets = map(asset_of, self._unexpired(found.values()))
        return tuple(sorted(assets, key=lambda asset: (asset.name, asset.id)))

    def _unexpired(self, items: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        now = self._now()
        return (values for values in items if not has_expired(values.get("expires_at"), now))

    def relist(self, asset: Asset) -> None:
        """Put the asset at its place in the list of each principal; the former release wrote none."""
        for found in self._table.query(keys.asset(asset.id).pk, _ROLES):
            principal = keys.principal_of(found["sk"])
            if principal is None:
                continue
            place = place_in_lists(asset, principal)
            if place["gsi1sk"] != found.get("gsi1sk"):
                self._move(keys.Key(found["pk"], found["sk"]), place)

    def _replace(self, asset: Asset, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Write the asset's item and its owner's role in one transaction; return the former item or {}.

        After a concurrent `save`, read and write again, so that exactly one of them deletes each generation.
        """
        owner = Grant(Principal("user", asset.owner_id), Role.OWNER)
        for _ in range(_ATTEMPTS):
            former = self._table.get(keys.asset(asset.id)) or {}
            unchanged: dict[str, Any] = {"condition": "attribute_not_exists(pk)"}
            if former:
                seen = {"seen": former["generation"]}
                unchanged = {"condition": "generation = :seen", "expression_values": seen}
            try:
                self._table.transact(
                    put(keys.asset(asset.id), values, **unchanged),
                    _grant(asset.id, owner, asset),
                    *self._removal_of_former_owner(asset, former.get("owner_id")),
                )
            except ConditionFailed:
                continue
            return former
        raise StoreUnavailable("Every attempt met a concurrent save of the asset")

    def _remove(self, asset_id: str) -> Mapping[str, Any]:
        """Delete the asset's item and its owner's role in one transaction; return the item or {}."""
        for _ in range(_ATTEMPTS):
            former = self._table.get(keys.asset(asset_id))
            if former is None:
                return {}
            seen = {"seen": former["generation"]}
            owner = keys.role(keys.asset(asset_id), Principal("user", former["owner_id"]))
            try:
                self._table.transact(
                    delete(keys.asset(asset_id), condition="generation = :seen", expression_values=seen),
                    delete(owner),
                )
            except ConditionFailed:
                continue
            return former
        raise StoreUnavailable("Every attempt met a concurrent save of the asset")

    def _move(self, role: keys.Key, place: Mapping[str, Any]) -> None:
        """Change a role's place; one that was revoked meanwhile stays so."""
        moving = update(
            role,
            "SET gsi1pk = :gsi1pk, gsi1sk = :gsi1sk",
            condition="attribute_exists(pk)",
            expression_values=place,
        )
        with contextlib.suppress(ConditionFailed):
            self._table.write(moving)

    def _delete_rows(self, asset_id: str, former: Mapping[str, Any]) -> None:
        for at in range(former.get("chunks", 0)):
            self._table.write(delete(keys.asset_rows(asset_id, former["generation"], at)))

    def _removal_of_former_owner(self, asset: Asset, former_owner_id: str | None) -> Sequence[Write]:
        if former_owner_id in (None, asset.owner_id):
            return ()
        key = keys.role(keys.asset(asset.id), Principal("user", str(former_owner_id)))
        return (delete(key),) if role_of(self._table.get(key)) is Role.OWNER else ()


def _grant(asset_id: str, grant: Grant, asset: Asset | None) -> Write:
    key, values = keys.role(keys.asset(asset_id), grant.principal), {"role": grant.role.value}
    if asset is None:
        return put(key, values)
    place = place_in_lists(asset, grant.principal)
    return put(key, {**values, **place, "expires_at": epoch_of(asset.expires_at)})


def _chunks(table: Table | None) -> list[bytes]:
    if table is None:
        return []
    packed = pack(dump({"columns": table.columns, "rows": table.rows}), max_bytes=None)
    return [packed[start : start + _CHUNK_BYTES] for start in range(0, len(packed), _CHUNK_BYTES)]
