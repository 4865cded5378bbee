"""The types of single values in frames: plain strings and integers, with their JSON Schema keywords."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypeAlias

from typing_extensions import TypeAliasType

from threadcast import errors
from threadcast.domain import asset, message

__all__ = [
    "MAX_PROMPT_CHARACTERS",
    "MAX_REQUEST_ID_CHARACTERS",
    "MAX_ROUTE_CHARACTERS",
    "EpochSeconds",
    "ErrorCode",
    "FileType",
    "Keywords",
    "NonEmptyText",
    "Progress",
    "Prompt",
    "RequestId",
    "Route",
    "Status",
    "Timestamp",
    "Uuid",
]

MAX_PROMPT_CHARACTERS: Final = 20_000
MAX_ROUTE_CHARACTERS: Final = 64
MAX_REQUEST_ID_CHARACTERS: Final = 64
_YEAR_5138_EPOCH_S = 100_000_000_000
"""A larger number is a time in milliseconds."""


@dataclass(frozen=True, slots=True)
class Keywords:
    """Adds JSON Schema keywords to an annotated type.

    Pydantic calls the method by its name, so that the use cases can import frames without pydantic.
    """

    keywords: tuple[tuple[str, Any], ...]

    def __get_pydantic_json_schema__(
        self, core_schema: Any, handler: Callable[[Any], Mapping[str, Any]]
    ) -> dict[str, Any]:
        return {**handler(core_schema), **dict(self.keywords)}


Uuid: TypeAlias = Annotated[str, Keywords((("format", "uuid"),))]
Timestamp: TypeAlias = Annotated[str, Keywords((("format", "date-time"),))]
"""RFC 3339 in UTC."""

NonEmptyText: TypeAlias = Annotated[str, Keywords((("minLength", 1),))]
EpochSeconds: TypeAlias = Annotated[int, Keywords((("minimum", 0), ("exclusiveMaximum", _YEAR_5138_EPOCH_S)))]
Route: TypeAlias = Annotated[str, Keywords((("maxLength", MAX_ROUTE_CHARACTERS),))]
RequestId: TypeAlias = Annotated[str, Keywords((("minLength", 1), ("maxLength", MAX_REQUEST_ID_CHARACTERS)))]
Prompt: TypeAlias = Annotated[str, Keywords((("maxLength", MAX_PROMPT_CHARACTERS),))]

# Named choices are definitions of the schema.
ErrorCode = TypeAliasType("ErrorCode", errors.ErrorCode)
FileType = TypeAliasType("FileType", asset.FileType)
Progress = TypeAliasType("Progress", Literal["in_progress", "completed"])
Status = TypeAliasType("Status", message.StepStatus)
