"""The types of assets: which start chats, how they are checked, introduced and loaded as context."""

from threadcast.assets.kinds.context import load_context
from threadcast.assets.kinds.kind import AssetKind
from threadcast.assets.kinds.registry import KINDS, kind_of, startable_kind, startable_types, type_named

__all__ = [
    "KINDS",
    "AssetKind",
    "kind_of",
    "load_context",
    "startable_kind",
    "startable_types",
    "type_named",
]
