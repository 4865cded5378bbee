"""The registry of asset types that can start chats."""

from collections.abc import Mapping

from threadcast.assets.kinds.asset_kind import AssetKind
from threadcast.assets.kinds.dashboard_file import DASHBOARD_FILE
from threadcast.assets.kinds.metric_file import METRIC_FILE
from threadcast.assets.kinds.report_file import REPORT_FILE
from threadcast.domain.asset import AssetType
from threadcast.errors import BadRequest

__all__ = ["KINDS", "kind_of", "startable_kind", "startable_types", "type_named", "type_names"]

KINDS: tuple[AssetKind, ...] = (
    METRIC_FILE,
    DASHBOARD_FILE,
    REPORT_FILE,
)
"""One line per type; docs/extend.md shows how to add one."""

_BY_TYPE = {kind.type: kind for kind in KINDS}
_BY_NAME = {str(asset_type): asset_type for asset_type in AssetType} | {
    name: kind.type for kind in KINDS for name in kind.legacy_names
}


def startable_types() -> tuple[AssetType, ...]:
    """Return the types that can start a chat, in the order of the registry."""
    return tuple(_BY_TYPE)


def kind_of(asset_type: AssetType) -> AssetKind | None:
    """Return the kind of a type; None for a type that cannot start a chat yet."""
    return _BY_TYPE.get(asset_type)


def startable_kind(asset_type: AssetType) -> AssetKind:
    """Return the kind of a type; raises `BadRequest`, with the allowed types, if it cannot start a chat."""
    kind = kind_of(asset_type)
    if kind is None:
        allowed = ", ".join(startable_types())
        raise BadRequest(f"A chat cannot start on asset_type '{asset_type}' yet; these can: {allowed}")
    return kind


def type_names() -> Mapping[str, AssetType]:
    """Return the type of each wire name, those of older clients last."""
    return _BY_NAME


def type_named(name: str) -> AssetType | None:
    """Return the type with this wire name, legacy names included; None for any other name."""
    return _BY_NAME.get(name)
