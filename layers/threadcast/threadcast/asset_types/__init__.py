"""The types of assets: which start chats, how they are checked, introduced and loaded as context."""

from threadcast.asset_types.context import load_context
from threadcast.asset_types.kind import AssetKind
from threadcast.asset_types.registry import KINDS, kind_of, startable_kind, startable_types, type_named

__all__ = [
    "KINDS",
    "AssetKind",
    "kind_of",
    "load_context",
    "startable_kind",
    "startable_types",
    "type_named",
]
