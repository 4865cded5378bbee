"""Merge neighbouring chunks into one frame, as the server may do; the folded chat must stay the same."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

__all__ = ["merge_neighbours", "merged"]

Json: TypeAlias = dict[str, Any]


def merge_neighbours(
    frames: Iterable[Mapping[str, Any]], *, is_wanted: Callable[[], bool] = lambda: True
) -> list[Mapping[str, Any]]:
    """Return the frames with neighbouring chunks of the same text merged wherever `is_wanted()` is true."""
    result: list[Mapping[str, Any]] = []
    for frame in frames:
        one = merged(result[-1], frame) if result and is_wanted() else None
        if one is None:
            result.append(frame)
        else:
            result[-1] = one
    return result


def merged(first: Mapping[str, Any], second: Mapping[str, Any]) -> Json | None:
    """Return one frame equal to two neighbours, or None unless both are chunks of the same text.

    Every key except the chunk is the second frame's, as in the fold.
    """
    part_key = _PART_KEYS.get(second.get("event"))
    if part_key is None or _address(first) != _address(second):
        return None
    if part_key == "":
        one = _merged_titles(first["payload"], second["payload"])
    else:
        part = _merged_parts(first["payload"][part_key], second["payload"][part_key])
        one = None if part is None else {**second["payload"], part_key: part}
    return None if one is None else {**second, "payload": one}


_PART_KEYS: Final[dict[Any, str]] = {
    "generatingTitle": "",
    "generatingResponseMessage": "response_message",
    "generatingReasoningMessage": "reasoning",
}


def _address(frame: Mapping[str, Any]) -> tuple[Json, Any, Any]:
    payload = frame.get("payload") or {}
    envelope = {key: value for key, value in frame.items() if key != "payload"}
    return envelope, payload.get("chat_id"), payload.get("message_id")


def _merged_titles(first: Json, second: Json) -> Json | None:
    if first["title_chunk"] is None or second["title_chunk"] is None:
        return None
    return {**second, "title_chunk": first["title_chunk"] + second["title_chunk"]}


def _merged_parts(first: Json, second: Json) -> Json | None:
    if (first["id"], first["type"]) != (second["id"], second["type"]):
        return None
    if second["type"] == "text":
        return _merged_texts(first, second)
    return _merged_files(first, second) if second["type"] == "files" else None


def _merged_texts(first: Json, second: Json) -> Json | None:
    if first["message_chunk"] is None or second["message_chunk"] is None:
        return None
    return {**second, "message_chunk": first["message_chunk"] + second["message_chunk"]}


def _merged_files(first: Json, second: Json) -> Json | None:
    chunks = {key: _merged_file_chunk(first["files"].get(key), file) for key, file in second["files"].items()}
    if not chunks or None in chunks.values():
        return None
    files = {
        key: {**file, "file": {**file["file"], "text_chunk": chunks[key]}}
        for key, file in second["files"].items()
    }
    return {**second, "files": files}


def _merged_file_chunk(first: Json | None, second: Json) -> str | None:
    first_chunk = first["file"]["text_chunk"] if first else None
    second_chunk: str | None = second["file"]["text_chunk"]
    return None if first_chunk is None or second_chunk is None else first_chunk + second_chunk
