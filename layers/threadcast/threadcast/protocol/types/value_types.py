"""The types of single values in frames: plain strings and integers, with their JSON Schema keywords."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypeAlias

from typing_extensions import TypeAliasType

from threadcast import errors
from threadcast.domain import asset, message
from threadcast.domain.text import MAX_TITLE_CHARACTERS
from threadcast.turns.paging import MAX_PAGE_SIZE

__all__ = [
    "MAX_COMMENT_CHARACTERS",
    "MAX_CURSOR_CHARACTERS",
    "MAX_DELETED_CHATS",
    "MAX_EMAIL_CHARACTERS",
    "MAX_PAGE_NUMBER",
    "MAX_PROMPT_CHARACTERS",
    "MAX_QUERY_CHARACTERS",
    "MAX_REQUEST_ID_CHARACTERS",
    "MAX_ROUTE_CHARACTERS",
    "MAX_SHARED_USERS",
    "Comment",
    "Cursor",
    "Email",
    "EpochSeconds",
    "ErrorCode",
    "FileType",
    "Keywords",
    "NonEmptyText",
    "PageNumber",
    "PageSize",
    "Progress",
    "Prompt",
    "Query",
    "RequestId",
    "Route",
    "Status",
    "Timestamp",
    "Title",
    "Uuid",
]

MAX_PROMPT_CHARACTERS: Final = 20_000
MAX_COMMENT_CHARACTERS: Final = 2_000
MAX_CURSOR_CHARACTERS: Final = 512
MAX_DELETED_CHATS: Final = 25
MAX_EMAIL_CHARACTERS: Final = 254
MAX_SHARED_USERS: Final = 25
MAX_QUERY_CHARACTERS: Final = 200
MAX_PAGE_NUMBER: Final = 100
"""Pages before one that is asked for by its number are read again, so their number is bounded."""

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
Title: TypeAlias = Annotated[str, Keywords((("minLength", 1), ("maxLength", MAX_TITLE_CHARACTERS)))]
Comment: TypeAlias = Annotated[str, Keywords((("maxLength", MAX_COMMENT_CHARACTERS),))]
Email: TypeAlias = Annotated[str, Keywords((("minLength", 1), ("maxLength", MAX_EMAIL_CHARACTERS)))]
Cursor: TypeAlias = Annotated[str, Keywords((("minLength", 1), ("maxLength", MAX_CURSOR_CHARACTERS)))]
Query: TypeAlias = Annotated[str, Keywords((("maxLength", MAX_QUERY_CHARACTERS),))]
PageNumber: TypeAlias = Annotated[int, Keywords((("minimum", 0), ("maximum", MAX_PAGE_NUMBER)))]
PageSize: TypeAlias = Annotated[int, Keywords((("minimum", 1), ("maximum", MAX_PAGE_SIZE)))]
Prompt: TypeAlias = Annotated[str, Keywords((("maxLength", MAX_PROMPT_CHARACTERS),))]

# Named choices are definitions of the schema.
ErrorCode = TypeAliasType("ErrorCode", errors.ErrorCode)
FileType = TypeAliasType("FileType", asset.FileType)
Progress = TypeAliasType("Progress", Literal["in_progress", "completed"])
Status = TypeAliasType("Status", message.StepStatus)
