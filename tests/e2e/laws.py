"""What every turn is held to, on every connection: the contract, one terminal frame, the fold."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from threadcast_client import Connection, agrees_with, check_frame, fold_stream, is_terminal

__all__ = ["Frame", "answer_of", "events", "heard_of", "is_chunk", "violations"]

Frame = dict[str, Any]


def violations(frames: Sequence[Frame], *, legacy_tab: bool = False) -> list[str]:
    """Every way in which the frames of one whole turn break the contract or the law of the stream."""
    return list(_violations(frames, legacy_tab=legacy_tab))


def _violations(frames: Sequence[Frame], *, legacy_tab: bool) -> Iterator[str]:
    for frame in frames:
        yield from check_frame(frame)
    if [is_terminal(frame) for frame in frames] != [False] * (len(frames) - 1) + [True]:
        yield f"not exactly one terminal frame, at the end: {events(frames)}"
        return
    if len({(frame["route"], frame.get("request_id")) for frame in frames}) > 1:
        yield "frames of one turn differ in route or request id"
    if frames[-1]["event"] == "complete":
        if not legacy_tab and frames[0]["event"] != "initializeChat":
            yield f"begins with {frames[0]['event']}"
        folded = fold_stream(frames, legacy_client=legacy_tab)
        yield from map(str, agrees_with(folded, frames[-1]["payload"]))


def events(frames: Iterable[Frame]) -> list[str]:
    """The names of the frames' events, neighbours of the same name told once."""
    names: list[str] = []
    for frame in frames:
        if not names or names[-1] != frame["event"]:
            names.append(frame["event"])
    return names


def answer_of(chat: Frame, message_id: str | None = None) -> str:
    """The text of a message's answer, the last one's by default."""
    message = chat["messages"][message_id or chat["message_ids"][-1]]
    parts = (message["response_messages"][key] for key in message["response_message_ids"])
    return "\n".join(part["message"] for part in parts if part["type"] == "text")


def is_chunk(frame: Frame) -> bool:
    """Whether this frame is more of an answer's text."""
    payload = frame.get("payload") or {}
    return payload.get("response_message", {}).get("message_chunk") is not None


async def heard_of(connection: Connection, request_id: str | None, timeout_s: float = 30) -> list[Frame]:
    """All that a connection heard of one request, once its terminal frame has come."""
    await connection.frame(_of(request_id, is_terminal), timeout_s=timeout_s)
    return [frame for frame in connection.frames if frame.get("request_id") == request_id]


def _of(request_id: str | None, wanted: Callable[[Frame], bool]) -> Callable[[Frame], bool]:
    return lambda frame: frame.get("request_id") == request_id and wanted(frame)
