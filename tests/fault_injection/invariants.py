"""Holds what was heard of a turn against the law; whatever it finds is a defect, of the server or of this."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.e2e.invariants import Frame, answer_of, events
from tests.fault_injection.records import Asked, Tab, is_refusal
from threadcast_client import agrees_with, check_frame, fold_stream, is_terminal

__all__ = ["Verdict", "disorder", "judge", "must_hear"]


@dataclass
class Verdict:
    """What became of one turn, and every way in which it broke the law."""

    ending: str
    listeners: int = 0
    terminals: int = 0
    repeats: int = 0
    retold: int = 0
    folds: int = 0
    exceptions: tuple[str, ...] = ()


def judge(asked: Asked, message: Frame | None) -> Verdict:
    """Judge a turn that is over; `message` is what a get says of it, None where it is not in its chat."""
    terminals = asked.terminals()
    verdict = Verdict(_ending(asked, terminals))
    exceptions = [*_unequal(asked, terminals), *_unstored(asked, terminals, message)]
    if asked.never_over:
        exceptions.append("it never ended")
    exceptions += _refusals(asked)
    for tab in asked.tabs:
        heard = tab.heard(asked)
        last = [frame for frame in heard if is_terminal(frame)]
        if must_hear(tab, asked, message, terminals):
            verdict.listeners += 1
            if not last:
                exceptions.append(f"a tab heard no last frame, only {events(heard)}, among {tab.story()}")
        if last:
            verdict.terminals += 1
            verdict.retold += min(len(last) - 1, tab.resends.get(asked.request_id, 0))
            verdict.repeats += max(len(last) - 1 - tab.resends.get(asked.request_id, 0), 0)
            exceptions += _faults_of(heard, message)
            verdict.folds += 1
    verdict.exceptions = tuple(exceptions)
    return verdict


def disorder(tab: Tab) -> Iterator[tuple[str, str]]:
    """Turns of one chat whose end was first heard after the next one had begun: chat id and story."""
    begun: dict[str, str] = {}
    ended: set[str] = set()
    story: list[str] = []
    for frame in tab.connection.frames:
        if frame.get("event") not in {"initializeChat", "complete"}:
            continue
        chat, turn = frame["payload"], frame.get("request_id", "")
        newest = chat["messages"][chat["message_ids"][-1]]["created_at"]
        story.append(f"{frame['event']} {turn} with {newest}")
        first = turn not in ended and not tab.resends.get(turn)
        if frame["event"] == "complete" and first and newest < begun.get(chat["id"], ""):
            yield chat["id"], f"turn {turn} ended after the next one had begun: {story}"
        begun[chat["id"]] = max(newest, begun.get(chat["id"], ""))
        ended.update({turn} if frame["event"] == "complete" else ())


def _ending(asked: Asked, terminals: list[Frame]) -> str:
    if not terminals:
        return "unheard"
    error = terminals[0]["error"]
    if error is not None:
        return str(error["code"])
    message = _message_in(asked, terminals[0])
    return "stopped" if message and message["post_processing_message"] == "Stopped" else "complete"


def _message_in(asked: Asked, terminal: Frame) -> Frame | None:
    message: Frame | None = terminal["payload"]["messages"].get(asked.message_id)
    return message


def must_hear(tab: Tab, asked: Asked, message: Frame | None, terminals: list[Frame]) -> bool:
    """Whether a tab must hear the last frame: it was open before the turn was decided, and it still is.

    One that was too slow for it may hear of the end from the next turn's beginning instead.
    """
    if not tab.is_open:
        return False
    if asked.chat_id is None:  # never opened: the answer is for whoever asked
        return asked.request_id in tab.resends and bool(terminals)
    if message is None and terminals and terminals[0]["event"] == "complete":  # replaced since
        message = _message_in(asked, terminals[0])
    if message is None or tab.heard_of_the_end_later(asked, message):
        return False
    decided_at = message["created_at"] if asked.kind == "asset" else message["updated_at"]
    return tab.opened_at < datetime.fromisoformat(decided_at)


def _unequal(asked: Asked, terminals: list[Frame]) -> Iterator[str]:
    different = [frame for frame in terminals if _said(asked, frame) != _said(asked, terminals[0])]
    if different:
        yield f"two different last frames: {_short(terminals[0])} and {_short(different[0])}"


def _said(asked: Asked, frame: Frame) -> tuple[Any, ...]:
    """What a last frame says of its turn; one that was asked for again has the chat as it is by then."""
    error, chat = frame["error"], frame["payload"]
    retold = chat and any(tab.resends.get(asked.request_id) for tab in asked.tabs)
    told = chat["messages"].get(asked.message_id) if retold else chat
    return frame["event"], told, error["code"] if is_refusal(frame) else error


def _refusals(asked: Asked) -> Iterator[str]:
    """Every time that a request was sent is answered by itself while no turn is known to have been opened."""
    refused = sum(tab.refusals(asked) for tab in asked.tabs)
    sent = sum(tab.resends.get(asked.request_id, -1) + 1 for tab in asked.tabs)
    if any(tab.refusals(asked) > tab.resends.get(asked.request_id, -1) + 1 for tab in asked.tabs):
        yield f"refused {refused} times, though it was sent {sent} times"
    if refused and asked.message_id is not None and sent == 1:
        yield "refused, though its turn was opened"


def _short(frame: Frame) -> str:
    return str(frame["error"] or {"event": frame["event"], "updated_at": frame["payload"]["updated_at"]})


def _unstored(asked: Asked, terminals: list[Frame], message: Frame | None) -> Iterator[str]:
    if not terminals or message is None:
        return
    if not message["is_completed"]:
        yield "it was told to be over, but is stored as open"
    if terminals[0]["event"] == "complete":
        told = _message_in(asked, terminals[0])
        if told != message:
            yield f"stored differently than told: {_differences(told, message)}"
        if message["post_processing_message"] is None and not answer_of(_chat_around(message)):
            yield "complete, but without an answer"


def _differences(told: Any, stored: Any) -> str:
    if told is None:
        return "told without it"
    return ", ".join(f"{key} {told[key]!r} and {stored[key]!r}" for key in stored if told[key] != stored[key])


def _chat_around(message: Frame) -> Frame:
    return {"message_ids": [message["id"]], "messages": {message["id"]: message}}


def _faults_of(heard: list[Frame], message: Frame | None) -> Iterator[str]:
    for frame in heard:
        yield from (f"contract: {fault}" for fault in check_frame(frame))
    place = next(at for at, frame in enumerate(heard) if is_terminal(frame))
    if strays := [frame for frame in heard[place + 1 :] if not _tells_again(frame, heard[place])]:
        yield f"after its last frame came {events(strays)}: {[frame['event'] for frame in heard]}"
    opened = any(frame["event"] == "initializeChat" for frame in heard)
    if opened and heard[0]["event"] != "initializeChat":
        yield f"began with {heard[0]['event']}"
    final = heard[place]["payload"] or (_stored_chat(heard, message) if opened else None)
    if final is not None:
        for frames in (heard[: place + 1], heard):
            yield from (f"fold: {difference}" for difference in agrees_with(fold_stream(frames), final))


def _tells_again(frame: Frame, terminal: Frame) -> bool:
    """Whether a frame belongs to a turn that is told once more: as asked, or by who finishes for the dead."""
    payload = frame["payload"] or {}
    closed = payload.get("response_message", {}).get("is_final_message", False)
    ended = payload.get("reasoning", {}).get("status", "loading") != "loading"
    again = frame["event"] in {"initializeChat", terminal["event"]}
    return again or closed or ended or is_refusal(frame)


def _stored_chat(turn: list[Frame], message: Frame | None) -> Frame | None:
    """What a failed turn's fold is held to: nobody told the whole chat, so its message as it is got."""
    if message is None:
        return None
    folded = fold_stream(turn).chat or {}
    return {**folded, "message_ids": [message["id"]], "messages": {message["id"]: message}}
