"""Assets: what a chat can be about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

__all__ = ["Asset", "AssetContext", "AssetRef", "AssetType", "Cell", "FileType", "Table"]

Cell = str | int | float | bool | None
FileType = Literal["metric", "dashboard", "report"]


class AssetType(StrEnum):
    """Every type of asset in the protocol; `threadcast.assets.kinds` decides which start chats."""

    METRIC_FILE = "metric_file"
    DASHBOARD_FILE = "dashboard_file"
    REPORT_FILE = "report_file"
    COLLECTION = "collection"
    CHAT = "chat"
    THREAD = "thread"
    DASHBOARD_DEPRECATED = "dashboard_deprecated"


@dataclass(frozen=True, slots=True)
class AssetRef:
    """Which asset: its id (a UUID) and its type."""

    id: str
    type: AssetType


@dataclass(frozen=True, slots=True)
class Table:
    """The rows behind a metric. Every row has one cell per column; dates are ISO 8601 strings."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset without its rows. `definition` is the operator's YAML as JSON values.

    `owner_name` is None where it is not known. From `expires_at` on, in whole seconds, the asset does not
    exist any more; None: it is kept for ever.
    """

    id: str
    type: AssetType
    name: str
    definition: Mapping[str, Any]
    owner_id: str
    created_at: datetime
    updated_at: datetime
    version_number: int = 1
    expires_at: datetime | None = None
    owner_name: str | None = None

    @property
    def ref(self) -> AssetRef:
        """The reference that a chat stores."""
        return AssetRef(self.id, self.type)


@dataclass(frozen=True, slots=True)
class AssetContext:
    """Everything an answer may use: the asset, its rows, and the parts of it that the user may see.

    A dashboard's metrics are `parts`; `withheld` counts those that the user may not see.
    """

    asset: Asset
    table: Table | None = None
    parts: tuple["AssetContext", ...] = field(default=())
    withheld: int = 0
