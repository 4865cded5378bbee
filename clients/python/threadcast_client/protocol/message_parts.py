"""The parts of a message as types: response messages and reasoning messages, key by key."""

from typing import Any, Literal, TypeAlias, TypedDict

from threadcast_client.protocol.json_types import EpochSeconds, Text

__all__ = ["FileMetadata", "ReasoningMessage", "ResponseMessage"]

Status: TypeAlias = Literal["loading", "completed", "failed"]
FileType: TypeAlias = Literal["metric", "dashboard", "report"]


class FileMetadata(TypedDict):
    """One entry of a file's history."""

    status: Status
    message: str
    timestamp: EpochSeconds


class ResponseText(TypedDict):
    """Text of the answer: chunks in `message_chunk` while it streams, then the whole text in `message`."""

    id: Text
    type: Literal["text"]
    message: str | None
    message_chunk: str | None
    is_final_message: bool
    originating_tool_name: str | None


class ResponseFile(TypedDict):
    """An asset that the answer shows or created."""

    id: Text
    type: Literal["file"]
    file_type: FileType
    file_name: str
    version_number: int
    version_id: Text
    filter_version_id: str | None
    metadata: list[FileMetadata]


class ReasoningText(TypedDict):
    """A reasoning step as text, which streams in chunks."""

    id: Text
    type: Literal["text"]
    title: str
    secondary_title: str | None
    message: str | None
    message_chunk: str | None
    status: Status
    finished_reasoning: bool


class Pill(TypedDict):
    """One short label of a pill container."""

    id: Text
    text: str
    type: str


class PillContainer(TypedDict):
    """A row of pills with a title."""

    title: str
    pills: list[Pill]


class ReasoningPills(TypedDict):
    """A reasoning step as rows of pills; each frame replaces the previous one."""

    id: Text
    type: Literal["pills"]
    title: str
    secondary_title: str | None
    pill_containers: list[PillContainer]
    status: Status


class FileText(TypedDict):
    """The text of a file: the whole in `text`, or an addition in `text_chunk`."""

    text: str | None
    text_chunk: str | None
    modified: Any


class ReasoningFile(TypedDict):
    """A file that a reasoning step writes."""

    id: Text
    file_type: FileType
    file_name: str
    version_number: int
    version_id: Text
    status: Status
    file: FileText
    metadata: list[FileMetadata] | None


class ReasoningFiles(TypedDict):
    """A reasoning step that writes files."""

    id: Text
    type: Literal["files"]
    title: str
    secondary_title: str | None
    status: Status
    file_ids: list[str]
    files: dict[str, ReasoningFile]


ResponseMessage: TypeAlias = ResponseText | ResponseFile
ReasoningMessage: TypeAlias = ReasoningText | ReasoningPills | ReasoningFiles
