"""The commands for assets, over the port `AssetLibrary`; each raises `CommandFailed` if it did nothing."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from threadcast.assets.columns.column_roles import Shape, shape_of
from threadcast.assets.columns.number_format import counted
from threadcast.assets.kinds import kind_of
from threadcast.assets.loading.files import AssetFile, read_folder
from threadcast.cli.command_failed import CommandFailed
from threadcast.cli.grantees import named
from threadcast.cli.output import Output
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.asset import Asset
from threadcast.ports import AssetLibrary

__all__ = [
    "delete_asset",
    "grant_role",
    "list_assets",
    "load_folder",
    "relist_assets",
    "revoke_role",
    "show_asset",
    "show_grants",
]

_MAX_LISTED = 20

Confirm = Callable[[str], bool]
"""Asks the operator for a confirmation; raises `CommandFailed` without a terminal."""


def load_folder(
    library: AssetLibrary,
    folder: Path,
    owner: Principal,
    organizations: Sequence[Principal],
    null_tokens: Sequence[str],
    *,
    owner_name: str | None = None,
    now: datetime,
    out: Output,
) -> None:
    """Store every asset of a folder; if any file is faulty, raise its faults and store nothing.

    `null_tokens` are texts that stand for missing values.
    """
    stored = {asset.id: asset for asset in library.all()}
    types = {asset.id: asset.type for asset in stored.values()}
    reading = read_folder(folder, owner.id, now, types, null_tokens)
    if reading.faults:
        raise CommandFailed(*_first_faults([str(fault) for fault in reading.faults]))
    for file in reading.files:
        asset = _next_version(replace(file.asset, owner_name=owner_name), stored.get(file.asset.id))
        library.save(asset, file.table)
        for organization in organizations:
            library.grant(asset.id, Grant(organization, Role.CAN_VIEW))
        stored[asset.id] = asset
        out.note(_loaded_text(file, asset))
    for line in _first([f"Warning: {each}" for each in reading.warnings]):
        out.note(line)
    loaded = [_summary(stored[file.asset.id]) for file in reading.files]
    out.result(loaded, [f"Stored {counted(len(loaded), 'asset')}."])


def list_assets(library: AssetLibrary, *, out: Output) -> None:
    """Print one line per asset: id, type, name."""
    assets = library.all()
    lines = [f"{asset.id}  {asset.type:<14}  {asset.name}" for asset in assets]
    out.result([_summary(asset) for asset in assets], [*lines, f"{counted(len(assets), 'asset')}."])


def relist_assets(library: AssetLibrary, *, out: Output) -> None:
    """Put every asset into the lists of all who hold a role on it; the former release did not."""
    assets = library.all()
    for asset in assets:
        library.relist(asset)
    out.result({"assets": len(assets)}, [f"{counted(len(assets), 'asset')}: in all lists."])


def show_asset(library: AssetLibrary, asset_id: str, *, out: Output) -> None:
    """Print an asset's attributes, and its definition as JSON, which is also YAML."""
    asset = _find(library, asset_id)
    owns = Grant(_owner(asset), Role.OWNER) in library.grants(asset_id)
    lines = [
        asset.name,
        f"  id       {asset.id}",
        f"  type     {asset.type}",
        f"  owner    {asset.owner_id}{'' if owns else ', who holds no such role on it'}",
        f"  version  {asset.version_number}, {asset.updated_at:%Y-%m-%d %H:%M:%S} UTC",
        *([] if asset.expires_at is None else [f"  expires  {asset.expires_at:%Y-%m-%d %H:%M:%S} UTC"]),
        "",
        json.dumps(asset.definition, indent=2, ensure_ascii=False, default=str),
    ]
    out.result({**_summary(asset), "definition": asset.definition}, lines)


def show_grants(library: AssetLibrary, asset_id: str, *, out: Output) -> None:
    """Print the roles on an asset, one per line."""
    asset, grants = _find(library, asset_id), library.grants(asset_id)
    lines = [f"  {grant.principal.kind:<4}  {grant.principal.id}  {grant.role}" for grant in grants]
    out.result([_granted(grant) for grant in grants], [asset.name, *(lines or ["  no roles"])])


def grant_role(library: AssetLibrary, asset_id: str, grant: Grant, *, out: Output) -> None:
    """Grant a role on an asset to a principal other than its owner."""
    asset = _find(library, asset_id)
    _require_not_owner(asset, grant.principal)
    library.grant(asset_id, grant)
    line = f"{named(grant.principal)} now has the role {grant.role} on “{asset.name}”."
    out.result({"id": asset_id, **_granted(grant)}, [line])


def revoke_role(library: AssetLibrary, asset_id: str, principal: Principal, *, out: Output) -> None:
    """Revoke a role on an asset; fails for a principal without a role, and for the owner."""
    asset = _find(library, asset_id)
    if principal not in {grant.principal for grant in library.grants(asset_id)}:
        raise CommandFailed(f"{named(principal)} has no role on “{asset.name}”; nothing was changed.")
    _require_not_owner(asset, principal)
    library.revoke(asset_id, principal)
    line = f"{named(principal)} no longer has a role on “{asset.name}”."
    out.result({"id": asset_id, "kind": principal.kind, "principal": principal.id, "role": None}, [line])


def delete_asset(library: AssetLibrary, asset_id: str, confirm: Confirm, *, out: Output) -> None:
    """Delete an asset that no other asset shows, with its rows and roles, after a confirmation."""
    asset = _find(library, asset_id)
    shown_by = [other for other in library.all() if asset_id in _part_ids(other)]
    if shown_by:
        lines = [f"  {other.id}  {other.type:<14}  {other.name}" for other in shown_by]
        raise CommandFailed(
            f"“{asset.name}” was not deleted: it is shown by", *lines, "Delete or change those first."
        )
    kind, roles = kind_of(asset.type), counted(len(library.grants(asset_id)), "role")
    contents = f"its rows and {roles}" if kind is not None and kind.has_rows else roles
    if not confirm(f"Delete “{asset.name}” ({asset.type}) with {contents}? [y/N] "):
        raise CommandFailed("Nothing was deleted.")
    library.delete(asset_id)
    out.result({"id": asset_id, "deleted": True}, [f"“{asset.name}” is deleted with {contents}."])


def _summary(asset: Asset) -> dict[str, object]:
    return {
        "id": asset.id,
        "type": asset.type.value,
        "name": asset.name,
        "owner_id": asset.owner_id,
        "version_number": asset.version_number,
        "updated_at": asset.updated_at.isoformat(),
        **({} if asset.expires_at is None else {"expires_at": asset.expires_at.isoformat()}),
    }


def _granted(grant: Grant) -> dict[str, object]:
    return {"kind": grant.principal.kind, "principal": grant.principal.id, "role": grant.role.value}


def _first_faults(faults: Sequence[str]) -> list[str]:
    return [*_first(faults), f"Nothing was stored: {counted(len(faults), 'fault')}."]


def _first(lines: Sequence[str]) -> list[str]:
    more = len(lines) - _MAX_LISTED
    return [*lines[:_MAX_LISTED], *([f"… and {more:,} more"] if more > 0 else [])]


def _next_version(asset: Asset, former: Asset | None) -> Asset:
    """Return the asset as the next version of the stored one with its id, if any."""
    if former is None:
        return asset
    return replace(asset, created_at=former.created_at, version_number=former.version_number + 1)


def _loaded_text(file: AssetFile, asset: Asset) -> str:
    """Return the lines about a stored asset; for a metric, with the roles of its columns."""
    title, version = f"{asset.id}  {asset.name}", f"({asset.type}, version {asset.version_number}"
    if file.table is None:
        return f"{title} {version})"
    rows, roles = counted(len(file.table.rows), "row"), _roles(shape_of(asset.definition, file.table))
    return f"{title} {version}, {rows})\n    {roles}"


def _roles(shape: Shape) -> str:
    columns = {
        "time": () if shape.time is None else (shape.time,),
        "values": shape.measures,
        "by": shape.dimensions,
    }
    named = {role: ", ".join(column.name for column in found) for role, found in columns.items() if found}
    return "; ".join(f"{role}: {names}" for role, names in named.items())


def _find(library: AssetLibrary, asset_id: str) -> Asset:
    found = next((asset for asset in library.all() if asset.id == asset_id), None)
    if found is None:
        raise CommandFailed(f"There is no asset {asset_id}; `assets list` shows those there are.")
    return found


def _part_ids(asset: Asset) -> tuple[str, ...]:
    kind = kind_of(asset.type)
    return () if kind is None else kind.part_ids(asset.definition)


def _owner(asset: Asset) -> Principal:
    return Principal("user", asset.owner_id)


def _require_not_owner(asset: Asset, principal: Principal) -> None:
    if principal == _owner(asset):
        raise CommandFailed(
            f"{named(principal)} owns “{asset.name}”, so nothing was changed. "
            "To give it another owner, load it with `--owner`."
        )
