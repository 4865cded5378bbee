"""The parts of a message as clients know them: responses and reasoning."""

from typing import Any, assert_never

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

__all__ = ["reasoning_payload", "reasoning_text", "response_payload", "response_text"]


def response_payload(part: ResponsePart) -> dict[str, Any]:
    """A part of the answer as it stands."""
    match part:
        case TextResponse():
            return response_text(
                part.id, part.originating_tool_name, message=part.text, is_final=part.is_final
            )
        case FileResponse():
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
        case _:
            assert_never(part)


def response_text(
    id_: str,
    tool: str | None,
    *,
    message: str | None = None,
    chunk: str | None = None,
    is_final: bool = False,
) -> dict[str, Any]:
    """A text of the answer: whole so far as `message`, or new text only as `chunk`."""
    return {
        "id": id_,
        "type": "text",
        "message": message,
        "message_chunk": chunk,
        "is_final_message": is_final,
        "originating_tool_name": tool,
    }


def reasoning_payload(part: ReasoningPart) -> dict[str, Any]:
    """A thought or a step as it stands."""
    match part:
        case ReasoningText():
            return reasoning_text(part, message=part.text)
        case PillsStep():
            return _step(part, "pills") | {
                "pill_containers": [
                    {
                        "title": container.title,
                        "pills": [{"id": p.id, "text": p.text, "type": p.type} for p in container.pills],
                    }
                    for container in part.containers
                ],
            }
        case FilesStep():
            return _step(part, "files") | {
                "file_ids": [file.id for file in part.files],
                "files": {file.id: _step_file(file) for file in part.files},
            }
        case _:
            assert_never(part)


def reasoning_text(
    part: ReasoningText, *, message: str | None = None, chunk: str | None = None
) -> dict[str, Any]:
    """A thought: whole so far as `message`, or new text only as `chunk`."""
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


def _step(part: PillsStep | FilesStep, type_: str) -> dict[str, Any]:
    return {
        "id": part.id,
        "type": type_,
        "title": part.title,
        "secondary_title": part.secondary_title,
        "status": part.status,
    }


def _step_file(file: StepFile) -> dict[str, Any]:
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
