"""What a type of asset must be able to do so that a chat can start on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from threadcast.domain.asset import AssetContext, AssetType, FileType

__all__ = ["AssetKind"]


@dataclass(frozen=True, slots=True)
class AssetKind:
    """One type of asset that starts chats.

    `legacy_names` are what older clients call the type. `check(definition, source)` raises
    `DefinitionFault`, with `source` as the place of the fault. `part_ids(definition)` names the assets it is
    made of, in their order, each once. `introduction(context)` is the text of a prompt-less turn.
    """

    type: AssetType
    file_type: FileType
    legacy_names: tuple[str, ...]
    check: Callable[[Mapping[str, Any], str], None]
    part_ids: Callable[[Mapping[str, Any]], tuple[str, ...]]
    introduction: Callable[[AssetContext], str]
