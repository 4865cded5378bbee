"""Build the parts of a message in a frame from the domain's parts."""

from typing import assert_never

from threadcast.domain.message import (
    FileResponse,
    FilesStep,
    PillsStep,
    ReasoningPart,
    ReasoningText,
    ResponsePart,
    StepFile,
    TextResponse,
)
from threadcast.protocol.types.part_types import (
    FileResponseMessage,
    FilesReasoningMessage,
    PillsReasoningMessage,
    ReasoningFile,
    ReasoningMessage,
    ResponseMessage,
    TextReasoningMessage,
    TextResponseMessage,
)

__all__ = ["reasoning_payload", "reasoning_text", "response_payload", "response_text"]


def response_payload(part: ResponsePart) -> ResponseMessage:
    """Return a part of the answer in its present state."""
    match part:
        case TextResponse():
            return response_text(
                part.id, part.originating_tool_name, message=part.text, is_final=part.is_final
            )
        case FileResponse():
            return _response_file(part)
        case _:
            assert_never(part)


def response_text(
    id_: str,
    tool: str | None,
    *,
    message: str | None = None,
    chunk: str | None = None,
    is_final: bool = False,
) -> TextResponseMessage:
    """Return a text of the answer: the whole text so far in `message`, or only new text in `chunk`."""
    return {
        "id": id_,
        "type": "text",
        "message": message,
        "message_chunk": chunk,
        "is_final_message": is_final,
        "originating_tool_name": tool,
    }


def reasoning_payload(part: ReasoningPart) -> ReasoningMessage:
    """Return a step of the reasoning in its present state."""
    match part:
        case ReasoningText():
            return reasoning_text(part, message=part.text)
        case PillsStep():
            return _pills(part)
        case FilesStep():
            return _files(part)
        case _:
            assert_never(part)


def reasoning_text(
    part: ReasoningText, *, message: str | None = None, chunk: str | None = None
) -> TextReasoningMessage:
    """Return a reasoning text: the whole text so far in `message`, or only new text in `chunk`."""
    return {
        "id": part.id,
        "type": "text",
        "title": part.title,
        "secondary_title": part.secondary_title,
        "message": message,
        "message_chunk": chunk,
        "status": part.status,
        "finished_reasoning": part.status != "loading",
    }


def _response_file(part: FileResponse) -> FileResponseMessage:
    return {
        "id": part.id,
        "type": "file",
        "file_type": part.file_type,
        "file_name": part.file_name,
        "version_number": part.version_number,
        "version_id": part.version_id,
        "filter_version_id": part.filter_version_id,
        "metadata": [
            {"status": note.status, "message": note.message, "timestamp": note.timestamp}
            for note in part.notes
        ],
    }


def _pills(step: PillsStep) -> PillsReasoningMessage:
    return {
        "id": step.id,
        "type": "pills",
        "title": step.title,
        "secondary_title": step.secondary_title,
        "status": step.status,
        "pill_containers": [
            {
                "title": container.title,
                "pills": [{"id": pill.id, "text": pill.text, "type": pill.type} for pill in container.pills],
            }
            for container in step.containers
        ],
    }


def _files(step: FilesStep) -> FilesReasoningMessage:
    return {
        "id": step.id,
        "type": "files",
        "title": step.title,
        "secondary_title": step.secondary_title,
        "status": step.status,
        "file_ids": [file.id for file in step.files],
        "files": {file.id: _step_file(file) for file in step.files},
    }


def _step_file(file: StepFile) -> ReasoningFile:
    return {
        "id": file.id,
        "file_type": file.file_type,
        "file_name": file.file_name,
        "version_number": file.version_number,
        "version_id": file.version_id,
        "status": file.status,
        "file": {"text": file.text, "text_chunk": None, "modified": None},
        "metadata": [],
    }
