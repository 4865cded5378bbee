"""The invariants of a turn under faults; every violation is a defect, of the server or of this module."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from tests.e2e.invariants import Frame, answer_of, events
from tests.fault_injection.records import RecordedConnection, RequestedTurn, is_refusal
from tests.protocol.schema_validation import received_frame_errors
from threadcast_client import agrees_with, check_frame, fold_stream, is_terminal

__all__ = ["TurnCheck", "check_turn", "must_receive_end", "out_of_order_ends"]


@dataclass
class TurnCheck:
    """The outcome of one turn, counts of what was checked, and every violation of an invariant.

    `required` counts the connections that had to receive the terminal frame, `repeats` further identical
    terminal frames, `replays` those that answer a duplicate request, and `folds` the folds compared.
    """

    outcome: str
    required: int = 0
    terminals: int = 0
    repeats: int = 0
    replays: int = 0
    folds: int = 0
    violations: tuple[str, ...] = ()


def check_turn(turn: RequestedTurn, message: Frame | None) -> TurnCheck:
    """Check a turn that has ended; `message` is what a get returns of it, None if its chat lacks it."""
    terminals = turn.terminals()
    check = TurnCheck(_outcome(turn, terminals))
    violations = [*_different_terminals(turn, terminals), *_differs_from_store(turn, terminals, message)]
    if turn.timed_out:
        violations.append("it did not end in time")
    violations += _surplus_refusals(turn)
    for connection in turn.connections:
        received = connection.frames_of(turn)
        count = sum(map(is_terminal, received))
        duplicates = connection.duplicates.get(turn.request_id, 0)
        if must_receive_end(connection, turn, message, terminals):
            check.required += 1
            if not count:
                violations.append(
                    f"a connection received no terminal frame, only {events(received)},"
                    f" among {connection.summary()}"
                )
        if count:
            check.terminals += 1
            check.replays += min(count - 1, duplicates)
            check.repeats += max(count - 1 - duplicates, 0)
            shown = _before_replacement(turn, connection, received)
            if any(map(is_terminal, shown)):
                violations += _stream_violations(shown, message)
                check.folds += 1
    check.violations = tuple(violations)
    return check


def out_of_order_ends(connection: RecordedConnection) -> Iterator[tuple[str, str]]:
    """Yield turns whose end first arrived after the chat's next turn had begun: chat id and description."""
    begun: dict[str, str] = {}
    ended: set[str] = set()
    history: list[str] = []
    for frame in connection.connection.frames:
        if frame.get("event") not in {"initializeChat", "complete"}:
            continue
        chat, turn = frame["payload"], frame.get("request_id", "")
        newest = chat["messages"][chat["message_ids"][-1]]["created_at"]
        history.append(f"{frame['event']} {turn} with {newest}")
        first = turn not in ended and not connection.duplicates.get(turn)
        if frame["event"] == "complete" and first and newest < begun.get(chat["id"], ""):
            yield chat["id"], f"turn {turn} ended after the next one had begun: {history}"
        begun[chat["id"]] = max(newest, begun.get(chat["id"], ""))
        ended.update({turn} if frame["event"] == "complete" else ())


def _outcome(turn: RequestedTurn, terminals: list[Frame]) -> str:
    if not terminals:
        return "no terminal frame"
    error = terminals[0]["error"]
    if error is not None:
        return str(error["code"])
    message = _message_in(turn, terminals[0])
    return "stopped" if message and message["post_processing_message"] == "Stopped" else "complete"


def _message_in(turn: RequestedTurn, terminal: Frame) -> Frame | None:
    message: Frame | None = terminal["payload"]["messages"].get(turn.message_id)
    return message


def must_receive_end(
    connection: RecordedConnection, turn: RequestedTurn, message: Frame | None, terminals: list[Frame]
) -> bool:
    """Whether a connection must receive the terminal frame: open since before the outcome was decided.

    A connection that was too slow for the frame may see the end in the next turn's `initializeChat` instead.
    """
    if not connection.is_open:
        return False
    if turn.chat_id is None:  # no turn was opened: only the connection of the request is answered
        return turn.request_id in connection.duplicates and bool(terminals)
    if message is None and terminals and terminals[0]["event"] == "complete":  # replaced since
        message = _message_in(turn, terminals[0])
    if message is None or connection.shows_end_in_a_later_turn(turn, message):
        return False
    decided_at = message["created_at"] if turn.kind == "asset" else message["updated_at"]
    return connection.opened_at < datetime.fromisoformat(decided_at)


def _before_replacement(
    turn: RequestedTurn, connection: RecordedConnection, received: list[Frame]
) -> list[Frame]:
    """Return a turn's frames up to the replay that shows the chat after its message was replaced."""
    if not connection.duplicates.get(turn.request_id):
        return received
    return list(takewhile(lambda frame: not _shows_replacement(turn, frame), received))


def _shows_replacement(turn: RequestedTurn, frame: Frame) -> bool:
    """Whether a frame has a chat without the turn's message: a duplicate request receives it so."""
    is_chat = frame["event"] in {"initializeChat", "complete"}
    return is_chat and turn.message_id not in frame["payload"]["messages"]


def _different_terminals(turn: RequestedTurn, terminals: list[Frame]) -> Iterator[str]:
    if any(each.duplicates.get(turn.request_id) for each in turn.connections):
        terminals = [frame for frame in terminals if not _shows_replacement(turn, frame)]
    different = [frame for frame in terminals if _content(turn, frame) != _content(turn, terminals[0])]
    if different:
        yield f"two different terminal frames: {_short(terminals[0])} and {_short(different[0])}"


def _content(turn: RequestedTurn, frame: Frame) -> tuple[Any, ...]:
    """Return what a terminal frame says of its turn; a replay's chat may have later turns too."""
    error, chat = frame["error"], frame["payload"]
    replayed = chat and any(each.duplicates.get(turn.request_id) for each in turn.connections)
    content = chat["messages"].get(turn.message_id) if replayed else chat
    return frame["event"], content, error["code"] if is_refusal(frame) else error


def _surplus_refusals(turn: RequestedTurn) -> Iterator[str]:
    """Each request may be refused once, while no turn is known to have been opened for it."""
    refused = sum(each.refusals(turn) for each in turn.connections)
    sent = sum(each.duplicates.get(turn.request_id, -1) + 1 for each in turn.connections)
    if any(each.refusals(turn) > each.duplicates.get(turn.request_id, -1) + 1 for each in turn.connections):
        yield f"refused {refused} times, though it was sent {sent} times"
    if refused and turn.message_id is not None and sent == 1:
        yield "refused, though its turn was opened"


def _short(frame: Frame) -> str:
    return str(frame["error"] or {"event": frame["event"], "updated_at": frame["payload"]["updated_at"]})


def _differs_from_store(turn: RequestedTurn, terminals: list[Frame], message: Frame | None) -> Iterator[str]:
    if not terminals or message is None:
        return
    if not message["is_completed"]:
        yield "a terminal frame was sent, but the stored message is not completed"
    if terminals[0]["event"] == "complete":
        sent = _message_in(turn, terminals[0])
        if sent != message:
            yield f"the stored message differs from the one that was sent: {_differences(sent, message)}"
        if message["post_processing_message"] is None and not answer_of(_chat_around(message)):
            yield "complete, but without an answer"


def _differences(sent: Any, stored: Any) -> str:
    if sent is None:
        return "it was not sent"
    return ", ".join(f"{key} {sent[key]!r} and {stored[key]!r}" for key in stored if sent[key] != stored[key])


def _chat_around(message: Frame) -> Frame:
    return {"message_ids": [message["id"]], "messages": {message["id"]: message}}


def _stream_violations(received: list[Frame], message: Frame | None) -> Iterator[str]:
    for frame in received:
        yield from (f"contract: {violation}" for violation in check_frame(frame))
        yield from (f"schema: {error}" for error in received_frame_errors(frame))
    end = next(index for index, frame in enumerate(received) if is_terminal(frame))
    if late := [frame for frame in received[end + 1 :] if not _may_follow(frame, received[end])]:
        yield f"{events(late)} after the terminal frame: {[frame['event'] for frame in received]}"
    is_opened = any(frame["event"] == "initializeChat" for frame in received)
    if is_opened and received[0]["event"] != "initializeChat":
        yield f"began with {received[0]['event']}"
    final = received[end]["payload"] or (_stored_chat(received, message) if is_opened else None)
    if final is not None:
        for frames in (received[: end + 1], received):
            yield from (f"fold: {difference}" for difference in agrees_with(fold_stream(frames), final))


def _may_follow(frame: Frame, terminal: Frame) -> bool:
    """Whether a frame may follow the terminal one: in a replay, or sent by the failure handler."""
    payload = frame["payload"] or {}
    closed = payload.get("response_message", {}).get("is_final_message", False)
    ended = payload.get("reasoning", {}).get("status", "loading") != "loading"
    again = frame["event"] in {"initializeChat", terminal["event"]}
    return again or closed or ended or is_refusal(frame)


def _stored_chat(received: list[Frame], message: Frame | None) -> Frame | None:
    """Return what a failed turn's fold must equal: no frame has the whole chat, so its message as stored."""
    if message is None:
        return None
    folded = fold_stream(received).chat or {}
    return {**folded, "message_ids": [message["id"]], "messages": {message["id"]: message}}
