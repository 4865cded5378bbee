"""`AssetKind`: what the system needs to know about a type of asset that can start chats."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from threadcast.assets.kinds.definition_checks import Flaw
from threadcast.domain.asset import AssetContext, AssetType, FileType
from threadcast.errors import DefinitionFault

__all__ = ["AssetKind"]


@dataclass(frozen=True, slots=True)
class AssetKind:
    """One type of asset that can start chats.

    `legacy_names` are the names of the type in older clients. `flaws(definition)` yields every error in a
    definition. `part_ids(definition)` returns the ids of the assets that it shows, in order, without
    duplicates. `introduction(context)` returns the text of a prompt-less turn. `has_rows`: the type requires
    rows of its own.
    """

    type: AssetType
    file_type: FileType
    legacy_names: tuple[str, ...]
    flaws: Callable[[Mapping[str, Any]], Iterator[Flaw]]
    part_ids: Callable[[Mapping[str, Any]], tuple[str, ...]]
    introduction: Callable[[AssetContext], str]
    has_rows: bool = False

    def check(self, definition: Mapping[str, Any], source: str) -> None:
        """Raise the first flaw as a `DefinitionFault` of `source`."""
        for flaw in self.flaws(definition):
            raise DefinitionFault(source, flaw.reason)
