"""The types of assets: which can start chats, their checks, introductions and contexts."""

from threadcast.assets.kinds.asset_kind import AssetKind
from threadcast.assets.kinds.context_loading import load_context
from threadcast.assets.kinds.registry import (
    KINDS,
    kind_of,
    startable_kind,
    startable_types,
    type_named,
    type_names,
)

__all__ = [
    "KINDS",
    "AssetKind",
    "kind_of",
    "load_context",
    "startable_kind",
    "startable_types",
    "type_named",
    "type_names",
]
