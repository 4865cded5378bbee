"""The parts of a message in a frame, as TypedDicts: response messages and reasoning messages."""

from typing import Any, Literal

from typing_extensions import TypeAliasType, TypedDict

from threadcast.protocol.types.value_types import EpochSeconds, FileType, NonEmptyText, Status

__all__ = [
    "FileMetadata",
    "FileResponseMessage",
    "FileText",
    "FilesReasoningMessage",
    "PillContainerPayload",
    "PillPayload",
    "PillsReasoningMessage",
    "ReasoningFile",
    "ReasoningMessage",
    "ResponseMessage",
    "TextReasoningMessage",
    "TextResponseMessage",
]


class FileMetadata(TypedDict):
    """One entry of a file's history."""

    status: Status
    message: str
    timestamp: EpochSeconds


class TextResponseMessage(TypedDict):
    """A text of the answer: new text in `message_chunk`, or the whole text so far in `message`."""

    id: NonEmptyText
    type: Literal["text"]
    message: str | None
    message_chunk: str | None
    is_final_message: bool
    originating_tool_name: str | None


class FileResponseMessage(TypedDict):
    """An asset that the answer shows or has made."""

    id: NonEmptyText
    type: Literal["file"]
    file_type: FileType
    file_name: str
    version_number: int
    version_id: NonEmptyText
    filter_version_id: str | None
    metadata: list[FileMetadata]


ResponseMessage = TypeAliasType("ResponseMessage", TextResponseMessage | FileResponseMessage)


class TextReasoningMessage(TypedDict):
    """A step of the agent in words: new text in `message_chunk`, or the whole text in `message`."""

    id: NonEmptyText
    type: Literal["text"]
    title: str
    secondary_title: str | None
    message: str | None
    message_chunk: str | None
    status: Status
    finished_reasoning: bool


class PillPayload(TypedDict):
    """One short label."""

    id: NonEmptyText
    text: str
    type: str


class PillContainerPayload(TypedDict):
    """A titled row of labels."""

    title: str
    pills: list[PillPayload]


class PillsReasoningMessage(TypedDict):
    """A step of the agent as rows of labels; replaces the former message of the same id."""

    id: NonEmptyText
    type: Literal["pills"]
    title: str
    secondary_title: str | None
    status: Status
    pill_containers: list[PillContainerPayload]


class FileText(TypedDict):
    """A file's text: whole in `text`, or new text in `text_chunk`."""

    text: str | None
    text_chunk: str | None
    modified: Any


class ReasoningFile(TypedDict):
    """A file that a step makes."""

    id: NonEmptyText
    file_type: FileType
    file_name: str
    version_number: int
    version_id: NonEmptyText
    status: Status
    file: FileText
    metadata: list[FileMetadata] | None


class FilesReasoningMessage(TypedDict):
    """A step of the agent that makes files; replaces the former message of the same id."""

    id: NonEmptyText
    type: Literal["files"]
    title: str
    secondary_title: str | None
    status: Status
    file_ids: list[str]
    files: dict[str, ReasoningFile]


ReasoningMessage = TypeAliasType(
    "ReasoningMessage", TextReasoningMessage | PillsReasoningMessage | FilesReasoningMessage
)
