"""The types of assets that start chats."""

from threadcast.assets.kinds.dashboard_file import DASHBOARD_FILE
from threadcast.assets.kinds.kind import AssetKind
from threadcast.assets.kinds.metric_file import METRIC_FILE
from threadcast.assets.kinds.report_file import REPORT_FILE
from threadcast.domain.asset import AssetType
from threadcast.errors import BadRequest

__all__ = ["KINDS", "kind_of", "startable_kind", "startable_types", "type_named"]

KINDS: tuple[AssetKind, ...] = (
    METRIC_FILE,
    DASHBOARD_FILE,
    REPORT_FILE,
)
"""One line per type: a new one is its module and its line here."""

_BY_TYPE = {kind.type: kind for kind in KINDS}
_BY_NAME = {name: kind.type for kind in KINDS for name in kind.legacy_names} | {
    str(asset_type): asset_type for asset_type in AssetType
}


def startable_types() -> tuple[AssetType, ...]:
    """The types that a chat can start on, in the order of the registry."""
    return tuple(_BY_TYPE)


def kind_of(asset_type: AssetType) -> AssetKind | None:
    """What is known about a type; None for one that exists but cannot start a chat yet."""
    return _BY_TYPE.get(asset_type)


def startable_kind(asset_type: AssetType) -> AssetKind:
    """The kind of a type that starts chats; for the others `BadRequest`, which names those that do."""
    kind = kind_of(asset_type)
    if kind is None:
        allowed = ", ".join(startable_types())
        raise BadRequest(f"A chat cannot start on asset_type '{asset_type}' yet; these can: {allowed}")
    return kind


def type_named(name: str) -> AssetType | None:
    """The type that the wire calls so, older clients' names included; None for any other name."""
    return _BY_NAME.get(name)
