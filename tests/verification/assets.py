"""Assets for one run: copies of the samples under new ids, one of which the user may not view."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import uuid4

from tests.e2e.local_stack import samples
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.asset import Asset
from threadcast.ports import AssetLibrary

__all__ = ["Assets", "new_assets"]


@dataclass(frozen=True)
class Assets:
    """The copies by the names of the samples' files."""

    by_name: Mapping[str, Asset]
    hidden: Asset

    @property
    def all(self) -> tuple[Asset, ...]:
        """Every copy."""
        return (*self.by_name.values(), self.hidden)


def new_assets(library: AssetLibrary, user_id: str) -> Assets:
    """Store a copy of every sample for an owner who does not exist, and let the user view them."""
    files, owner_id = samples(), str(uuid4())
    new_ids = {file.asset.id: str(uuid4()) for file in files.values()}
    stored: dict[str, Asset] = {}
    for name, file in files.items():
        stored[name] = replace(_copy(file.asset, new_ids), owner_id=owner_id)
        library.save(stored[name], file.table)
        library.grant(stored[name].id, Grant(Principal("user", user_id), Role.CAN_VIEW))
    first = files["iowa_electricity"]
    hidden = replace(first.asset, id=str(uuid4()), owner_id=owner_id)
    library.save(hidden, first.table)
    return Assets(stored, hidden)


def _copy(asset: Asset, new_ids: Mapping[str, str]) -> Asset:
    """Return an asset whose own id, and those of its parts, are new."""
    text = json.dumps(asset.definition, default=str)
    for former, new in new_ids.items():
        text = text.replace(former, new)
    return replace(asset, id=new_ids[asset.id], definition=json.loads(text))
