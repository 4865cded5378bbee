"""The law of the stream: folding every frame of a turn gives the chat that `complete` holds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from threadcast_client.fold import ChatState, fold

__all__ = ["Difference", "agrees_with", "fold_stream"]

Json: TypeAlias = dict[str, Any]
Compared: TypeAlias = tuple[tuple[str, ...], Any, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the folded chat is not what `complete` says.

    Attributes:
        path: The keys from the chat down to the place.
        folded: What a client made of the stream; None also where it has nothing there.
        complete: What the server says it is.
    """

    path: tuple[str, ...]
    folded: Any
    complete: Any

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{'.'.join(self.path)}: folded {self.folded!r}, complete {self.complete!r}"


def fold_stream(
    frames: Iterable[Mapping[str, Any]], state: ChatState | None = None, *, legacy_tab: bool = False
) -> ChatState:
    """Return what a client that started from `state` (nothing, by default) makes of these frames.

    Every `complete` is left out: the law is that it is not needed.
    """
    state = state or ChatState(legacy_tab=legacy_tab)
    for frame in frames:
        if frame.get("event") != "complete":
            state = fold(state, frame)
    return state


def agrees_with(folded: ChatState, complete: Mapping[str, Any]) -> list[Difference]:
    """Return where a folded state breaks the law against the payload of `complete`; empty when it holds.

    Compared, over the ids that `complete` holds: ids, order, texts, titles, files, pills and statuses. A
    legacy tab is held only to the messages that it heard of, and neither to the question nor, before a title
    reached it, to the title: it ignores the frames that tell them.
    """
    chat = folded.chat or {"id": None, "title": "", "message_ids": [], "messages": {}}
    told = _told_to(folded, chat, complete)
    untitled = folded.legacy_tab and not chat["title"]
    seen: list[Compared] = [
        (("id",), chat["id"], complete["id"]),
        (("title",), complete["title"] if untitled else chat["title"], complete["title"]),
        (("message_ids",), _among(chat["message_ids"], told), told),
    ]
    for message_id in told:
        mine = chat["messages"].get(message_id, {})
        seen.extend(_messages(mine, complete["messages"][message_id], asked=not folded.legacy_tab))
    return [Difference(path, ours, theirs) for path, ours, theirs in seen if ours != theirs]


def _told_to(folded: ChatState, chat: Json, complete: Mapping[str, Any]) -> list[str]:
    ids: list[str] = complete["message_ids"]
    return _among(ids, chat["message_ids"]) if folded.legacy_tab else ids


def _among(ids: Iterable[str], known: Iterable[str]) -> list[str]:
    known = set(known)
    return [each for each in ids if each in known]


def _messages(mine: Json, theirs: Json, *, asked: bool) -> Iterator[Compared]:
    at = ("messages", theirs["id"])
    if asked:
        yield (*at, "request"), _request(mine), _request(theirs)
    for kind in ("response", "reasoning"):
        ids, parts = f"{kind}_message_ids", f"{kind}_messages"
        yield (*at, ids), _among(mine.get(ids, []), theirs[ids]), theirs[ids]
        for part_id in theirs[ids]:
            my_part = _essence(mine.get(parts, {}).get(part_id, {}))
            for key, value in _essence(theirs[parts][part_id]).items():
                yield (*at, parts, part_id, key), my_part.get(key), value


def _request(message: Json) -> str | None:
    request: str | None = (message.get("request_message") or {}).get("request")
    return request


_COMPARED: Final[tuple[str, ...]] = (
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


def _essence(part: Json) -> Json:
    """What the law compares of one part; a text that nobody wrote to is an empty one."""
    essence: Json = {key: part[key] for key in _COMPARED if key in part}
    if part.get("type") == "text":
        essence["message"] = part["message"] or ""
    if "files" in part:
        essence["files"] = {key: _file_essence(file) for key, file in part["files"].items()}
    return essence


def _file_essence(file: Json) -> Json:
    return {**{key: file[key] for key in _COMPARED if key in file}, "text": file["file"]["text"] or ""}
