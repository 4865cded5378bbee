"""Compare a folded chat with the payload of `complete`: every turn must fold to that chat."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from threadcast_client.folding.reducer import ChatState, fold

__all__ = ["Difference", "agrees_with", "fold_stream"]

Json: TypeAlias = dict[str, Any]
Comparison: TypeAlias = tuple[tuple[str, ...], Any, Any]
"""A path, the folded value there, and the value in `complete`."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the folded chat differs from `complete`.

    Attributes:
        path: The keys from the chat down to the place.
        folded: The folded value; None also where the folded chat has no value.
        complete: The value in `complete`.
    """

    path: tuple[str, ...]
    folded: Any
    complete: Any

    def __str__(self) -> str:
        """Return the path and both values in one line."""
        return f"{'.'.join(self.path)}: folded {self.folded!r}, complete {self.complete!r}"


def fold_stream(
    frames: Iterable[Mapping[str, Any]], state: ChatState | None = None, *, legacy_client: bool = False
) -> ChatState:
    """Return the state after these frames, starting from `state` or from an empty one.

    Every `complete` is skipped, so that the result can be compared with it.
    """
    state = state or ChatState(legacy_client=legacy_client)
    for frame in frames:
        if frame.get("event") != "complete":
            state = fold(state, frame)
    return state


def agrees_with(folded: ChatState, complete: Mapping[str, Any]) -> list[Difference]:
    """Return where a folded state differs from the payload of `complete`; an empty list if it agrees.

    Only ids that `complete` contains are compared: ids, order, texts, titles, files, pills and statuses. Of a
    legacy client, which ignores `initializeChat`, only the messages that it received are compared, without
    their questions, and the chat's title only once a title frame arrived.
    """
    chat = folded.chat or {"id": None, "title": "", "message_ids": [], "messages": {}}
    expected_ids = _expected_message_ids(folded, chat, complete)
    is_untitled = folded.legacy_client and not chat["title"]
    comparisons: list[Comparison] = [
        (("id",), chat["id"], complete["id"]),
        (("title",), complete["title"] if is_untitled else chat["title"], complete["title"]),
        (("message_ids",), _intersection(chat["message_ids"], expected_ids), expected_ids),
    ]
    for message_id in expected_ids:
        message = chat["messages"].get(message_id, {})
        comparisons.extend(
            _compared_messages(
                message, complete["messages"][message_id], with_question=not folded.legacy_client
            )
        )
    return [Difference(path, ours, theirs) for path, ours, theirs in comparisons if ours != theirs]


def _expected_message_ids(folded: ChatState, chat: Json, complete: Mapping[str, Any]) -> list[str]:
    ids: list[str] = complete["message_ids"]
    return _intersection(ids, chat["message_ids"]) if folded.legacy_client else ids


def _intersection(ids: Iterable[str], others: Iterable[str]) -> list[str]:
    """Return the ids that are in both, in the order of the first."""
    others = set(others)
    return [each for each in ids if each in others]


def _compared_messages(folded: Json, complete: Json, *, with_question: bool) -> Iterator[Comparison]:
    path = ("messages", complete["id"])
    if with_question:
        yield (*path, "request"), _question(folded), _question(complete)
    for kind in ("response", "reasoning"):
        ids, parts = f"{kind}_message_ids", f"{kind}_messages"
        yield (*path, ids), _intersection(folded.get(ids, []), complete[ids]), complete[ids]
        for part_id in complete[ids]:
            folded_part = _compared_keys_of_part(folded.get(parts, {}).get(part_id, {}))
            for key, value in _compared_keys_of_part(complete[parts][part_id]).items():
                yield (*path, parts, part_id, key), folded_part.get(key), value


def _question(message: Json) -> str | None:
    question: str | None = (message.get("request_message") or {}).get("request")
    return question


_COMPARED_KEYS: Final[tuple[str, ...]] = (
    "type",
    "title",
    "secondary_title",
    "status",
    "pill_containers",
    "file_ids",
    "file_type",
    "file_name",
    "version_number",
    "version_id",
    "filter_version_id",
    "metadata",
)


def _compared_keys_of_part(part: Json) -> Json:
    """Return the keys of a part that are compared; a text without any chunk counts as an empty string."""
    compared: Json = {key: part[key] for key in _COMPARED_KEYS if key in part}
    if part.get("type") == "text":
        compared["message"] = part["message"] or ""
    if "files" in part:
        compared["files"] = {key: _compared_keys_of_file(file) for key, file in part["files"].items()}
    return compared


def _compared_keys_of_file(file: Json) -> Json:
    return {**{key: file[key] for key in _COMPARED_KEYS if key in file}, "text": file["file"]["text"] or ""}
