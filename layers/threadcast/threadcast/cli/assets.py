"""The commands that keep assets, over the port `AssetLibrary`; each returns the exit code."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TextIO

from threadcast.asset_files import AssetFile, read_folder
from threadcast.asset_types.figures import counted
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.asset import Asset, Table
from threadcast.ports import AssetLibrary

__all__ = ["grant_role", "list_assets", "load_folder", "revoke_role", "show_asset", "show_grants"]

_DONE, _REFUSED = 0, 1


def load_folder(
    library: AssetLibrary,
    folder: Path,
    owner_id: str,
    organizations: Sequence[str],
    *,
    now: datetime,
    out: TextIO,
) -> int:
    """Store every asset of a folder, or, if any file is faulty, tell all faults and store nothing."""
    stored = {asset.id: asset for asset in library.all()}
    reading = read_folder(folder, owner_id, now, stored_ids=stored.keys())
    if reading.faults:
        out.writelines(f"{fault}\n" for fault in reading.faults)
        out.write(f"Nothing was stored: {counted(len(reading.faults), 'fault')}.\n")
        return _REFUSED
    for file in reading.files:
        asset = _next_version(file.asset, stored.get(file.asset.id))
        library.save(asset, file.table)
        for organization in organizations:
            library.grant(asset.id, Grant(Principal("org", organization), Role.CAN_VIEW))
        out.write(_loaded(file, asset))
    out.write(f"Stored {counted(len(reading.files), 'asset')}.\n")
    return _DONE


def list_assets(library: AssetLibrary, *, out: TextIO) -> int:
    """One line per asset: id, type, name."""
    assets = library.all()
    out.writelines(f"{asset.id}  {asset.type:<14}  {asset.name}\n" for asset in assets)
    out.write(f"{counted(len(assets), 'asset')}.\n")
    return _DONE


def show_asset(library: AssetLibrary, asset_id: str, *, out: TextIO) -> int:
    """What is stored about an asset; its definition as JSON, which is YAML too."""
    asset = _find(library, asset_id)
    if asset is None:
        return _unknown(asset_id, out)
    out.write(f"{asset.name}\n")
    out.write(f"  id       {asset.id}\n  type     {asset.type}\n  owner    {asset.owner_id}\n")
    out.write(f"  version  {asset.version_number}, {asset.updated_at:%Y-%m-%d %H:%M:%S} UTC\n\n")
    out.write(json.dumps(asset.definition, indent=2, ensure_ascii=False, default=str) + "\n")
    return _DONE


def show_grants(library: AssetLibrary, asset_id: str, *, out: TextIO) -> int:
    """Who holds which role, one line each."""
    asset = _find(library, asset_id)
    if asset is None:
        return _unknown(asset_id, out)
    grants = library.grants(asset_id)
    out.write(f"{asset.name}\n")
    out.writelines(f"  {grant.principal.kind:<4}  {grant.principal.id}  {grant.role}\n" for grant in grants)
    if not grants:
        out.write("  nobody has a role on it\n")
    return _DONE


def grant_role(library: AssetLibrary, asset_id: str, grant: Grant, *, out: TextIO) -> int:
    """Give a role on an asset that exists."""
    asset = _find(library, asset_id)
    if asset is None:
        return _unknown(asset_id, out)
    library.grant(asset_id, grant)
    out.write(f"{_who(grant.principal)} now has the role {grant.role} on “{asset.name}”.\n")
    return _DONE


def revoke_role(library: AssetLibrary, asset_id: str, principal: Principal, *, out: TextIO) -> int:
    """Take away a role on an asset that exists; one that was never held is told."""
    asset = _find(library, asset_id)
    if asset is None:
        return _unknown(asset_id, out)
    if principal not in {grant.principal for grant in library.grants(asset_id)}:
        out.write(f"{_who(principal)} has no role on “{asset.name}”; nothing was changed.\n")
        return _REFUSED
    library.revoke(asset_id, principal)
    out.write(f"{_who(principal)} no longer has a role on “{asset.name}”.\n")
    return _DONE


def _next_version(asset: Asset, former: Asset | None) -> Asset:
    """The asset as the successor of the one stored under its id, if there is one."""
    if former is None:
        return asset
    return replace(asset, created_at=former.created_at, version_number=former.version_number + 1)


def _loaded(file: AssetFile, asset: Asset) -> str:
    rows = f", {_rows(file.table)}" if file.table is not None else ""
    return f"{asset.id}  {asset.name} ({asset.type}, version {asset.version_number}{rows})\n"


def _rows(table: Table) -> str:
    return counted(len(table.rows), "row")


def _find(library: AssetLibrary, asset_id: str) -> Asset | None:
    return next((asset for asset in library.all() if asset.id == asset_id), None)


def _unknown(asset_id: str, out: TextIO) -> int:
    out.write(f"There is no asset {asset_id}; `assets list` shows those there are.\n")
    return _REFUSED


def _who(principal: Principal) -> str:
    return f"{'User' if principal.kind == 'user' else 'Organisation'} {principal.id}"
