"""What a type of asset must be able to do so that a chat can start on it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from threadcast.assets.kinds.definition_checks import Flaw
from threadcast.domain.asset import AssetContext, AssetType, FileType
from threadcast.errors import DefinitionFault

__all__ = ["AssetKind"]


@dataclass(frozen=True, slots=True)
class AssetKind:
    """One type of asset that starts chats.

    `legacy_names` are what older clients call the type. `flaws(definition)` finds all that is wrong with it.
    `part_ids(definition)` names the assets it is made of, in their order, each once. `introduction(context)`
    is the text of a prompt-less turn. `has_rows` tells whether it needs rows of its own.
    """

    type: AssetType
    file_type: FileType
    legacy_names: tuple[str, ...]
    flaws: Callable[[Mapping[str, Any]], Iterator[Flaw]]
    part_ids: Callable[[Mapping[str, Any]], tuple[str, ...]]
    introduction: Callable[[AssetContext], str]
    has_rows: bool = False

    def check(self, definition: Mapping[str, Any], source: str) -> None:
        """Raise the first flaw as a `DefinitionFault`, with `source` as the place of the fault."""
        for flaw in self.flaws(definition):
            raise DefinitionFault(source, flaw.reason)
