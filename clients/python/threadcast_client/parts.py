"""The parts of an answer as types: response messages and reasoning messages, key by key."""

from typing import Annotated, Any, Literal, TypeAlias, TypedDict

__all__ = [
    "EpochSeconds",
    "FileMetadata",
    "ReasoningMessage",
    "ResponseMessage",
    "Text",
    "Time",
    "Uuid",
]

# The marks in Annotated are read by `client.conform`.
Uuid: TypeAlias = Annotated[str, "a UUID"]
Time: TypeAlias = Annotated[str, "an RFC 3339 time in UTC"]
Text: TypeAlias = Annotated[str, "a text with something in it"]
EpochSeconds: TypeAlias = Annotated[int, "a time in epoch seconds"]

Status: TypeAlias = Literal["loading", "completed", "failed"]
FileType: TypeAlias = Literal["metric", "dashboard", "report"]


class FileMetadata(TypedDict):
    """One line of a file's history."""

    status: Status
    message: str
    timestamp: EpochSeconds


class ResponseText(TypedDict):
    """Answer text: new text in `message_chunk` while it streams, then the whole once in `message`."""

    id: Text
    type: Literal["text"]
    message: str | None
    message_chunk: str | None
    is_final_message: bool
    originating_tool_name: str | None


class ResponseFile(TypedDict):
    """An asset that the answer shows or made."""

    id: Text
    type: Literal["file"]
    file_type: FileType
    file_name: str
    version_number: int
    version_id: Text
    filter_version_id: str | None
    metadata: list[FileMetadata]


class ReasoningText(TypedDict):
    """A step of the agent in words, which go out as chunks."""

    id: Text
    type: Literal["text"]
    title: str
    secondary_title: str | None
    message: str | None
    message_chunk: str | None
    status: Status
    finished_reasoning: bool


class Pill(TypedDict):
    """One short label."""

    id: Text
    text: str
    type: str


class PillContainer(TypedDict):
    """A titled row of pills."""

    title: str
    pills: list[Pill]


class ReasoningPills(TypedDict):
    """A step of the agent as rows of labels; each frame replaces the former."""

    id: Text
    type: Literal["pills"]
    title: str
    secondary_title: str | None
    pill_containers: list[PillContainer]
    status: Status


class FileText(TypedDict):
    """A file's text: whole in `text`, or the new part in `text_chunk`."""

    text: str | None
    text_chunk: str | None
    modified: Any


class ReasoningFile(TypedDict):
    """A file that the agent writes."""

    id: Text
    file_type: FileType
    file_name: str
    version_number: int
    version_id: Text
    status: Status
    file: FileText
    metadata: list[FileMetadata] | None


class ReasoningFiles(TypedDict):
    """A step of the agent that writes files."""

    id: Text
    type: Literal["files"]
    title: str
    secondary_title: str | None
    status: Status
    file_ids: list[str]
    files: dict[str, ReasoningFile]


ResponseMessage: TypeAlias = ResponseText | ResponseFile
ReasoningMessage: TypeAlias = ReasoningText | ReasoningPills | ReasoningFiles
