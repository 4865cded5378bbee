"""What `check_frame` lets pass, and that it names each kind of fault."""

import copy
from typing import Any

import pytest

from tests.client import samples as s
from threadcast_client.contract import ServerFrame
from threadcast_client.frames import check_frame, is_gateway_frame, is_terminal
from threadcast_client.protocol_types import ChatPayload, MessagePayload

STOPPED = s.frame("stopThread", {"id": s.CHAT_ID, "message_id": s.MESSAGE_ID, "stopped": True})
STEPS = (s.thought(message="Done.", status="completed"), s.pills("a"), s.files(text="x"))
OPEN = s.message(s.text("so far"), s.file(), reasoning=STEPS)
CLOSED = s.message(s.text("all"), s.file(), reasoning=STEPS[:2], is_completed=True)
GOOD = [
    s.opened(),
    s.opened(OPEN, s.message(asked=None, message_id=s.OTHER_ID)),
    s.frame("getChat", s.chat(OPEN)),
    s.complete(CLOSED, title="March"),
    s.titled("Ma"),
    s.titled(whole="March"),
    s.said(s.text(chunk="It")),
    s.said(s.text("It fell.")),
    s.said({**s.text("It"), "is_final_message": False}),
    s.said(s.file()),
    *map(
        s.reasoned, [s.thought("I"), s.thought(status="failed"), s.pills("a"), s.files(chunk="x"), s.files()]
    ),
    s.failed(),
    s.failed("INTERNAL_SERVER_ERROR", "Something went wrong.", reference_id="r-1", chat_id=s.CHAT_ID),
    s.failed("TOO_MANY_REQUESTS", "Wait.", retry_after_s=1.5),
    {**s.failed(), "event": "error", "route": None},
    {**s.failed(), "event": "error", "route": "whatever"},
    {**s.failed("UNAUTHORIZED"), "event": "stopThread", "route": "/chats/stop"},
    {**s.failed("NOT_FOUND"), "event": "getChat", "route": "/chats/get"},
    STOPPED,
    s.gateway(),
    {**s.opened(), "request_id": "r" * 64, "sent_by": {"id": s.OTHER_ID, "name": "Ann"}},
]


@pytest.mark.parametrize("frame", GOOD, ids=lambda frame: frame.get("event", "gateway"))
def test_a_frame_that_keeps_the_contract_passes(frame: dict[str, Any]) -> None:
    assert check_frame(frame) == []


def spoilt(frame: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with another value at a dotted path; `...` takes the key away."""
    copied = copy.deepcopy(frame)
    *way, last = path.split(".")
    place: Any = copied
    for key in way:
        place = place[int(key) if key.isdecimal() else key]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return copied


IN_MESSAGE = f"payload.messages.{s.MESSAGE_ID}"
THOUGHT = s.reasoned(s.thought("I"))
COMPLETE = s.complete(CLOSED)
FAULTS: list[tuple[dict[str, Any], str, Any, str]] = [
    (s.opened(), "event", "somethingNew", "event: 'somethingNew' is not one of"),
    (s.opened(), "send_method", "Nobody", "send_method: 'Nobody' is not one of"),
    (s.opened(), "extra", 1, "extra: not in the contract"),
    (s.opened(), "request_id", "r" * 65, "request_id: over 64 characters"),
    (s.opened(), "request_id", None, "request_id: None is not a string"),
    (s.opened(), "sent_by", {"id": "7", "name": "Ann"}, "sent_by.id: '7' is not a UUID"),
    (s.opened(), "route", "/else", "route: '/else' is not a route"),
    (s.opened(), "route", None, "route: None is not a route"),
    (s.opened(), "error", {"code": "BAD_REQUEST", "message": "No."}, "error: not allowed in initializeChat"),
    (s.opened(), "payload", None, "payload: None is not an object"),
    (s.opened(), "payload.title", None, "payload.title: None is not a string"),
    (s.opened(), "payload.id", "x", "payload.id: 'x' is not a UUID"),
    (s.opened(), "payload.created_at", "2026-01-05T10:00:00+02:00", "is not an RFC 3339 time"),
    (s.opened(), "payload.created_at", "2026-02-30T10:00:00Z", "is not an RFC 3339 time"),
    (s.opened(), "payload.public_password", "hunter2", "payload.public_password: in clear"),
    (s.opened(), "payload.message_ids", [s.MESSAGE_ID, s.OTHER_ID], "is not a key of messages"),
    (s.opened(), "payload.message_ids", [s.MESSAGE_ID, s.MESSAGE_ID], "payload.message_ids: an id twice"),
    (s.opened(), "payload.message_ids", [], "not in message_ids"),
    (s.opened(), "payload.message_ids", "none", "payload.message_ids: 'none' is not a list"),
    (s.opened(), "payload.messages", [], "payload.messages: [] is not an object"),
    (s.opened(), f"{IN_MESSAGE}.id", s.OTHER_ID, f"holds the id '{s.OTHER_ID}'"),
    (s.opened(), f"{IN_MESSAGE}.is_completed", 1, "is_completed: 1 is not true or false"),
    (s.opened(OPEN), f"{IN_MESSAGE}.response_message_ids", ["t1"], "f1: not in response_message_ids"),
    (s.opened(OPEN), f"{IN_MESSAGE}.response_messages.t1.message_chunk", "x", "a chunk in a snapshot"),
    (s.opened(OPEN), f"{IN_MESSAGE}.response_messages.t1", {"type": "poem"}, "none of the kinds"),
    (s.opened(OPEN), f"{IN_MESSAGE}.reasoning_messages.s1.file_ids", [], "m1: not in file_ids"),
    (COMPLETE, f"{IN_MESSAGE}.response_messages.t1.message", None, "message: still open in complete"),
    (COMPLETE, f"{IN_MESSAGE}.response_messages.t1.is_final_message", False, "still open in complete"),
    (COMPLETE, f"{IN_MESSAGE}.reasoning_messages.r1.status", "loading", "status: still open in complete"),
    (s.titled("Ma"), "payload.title", "March", "payload: in_progress is told by title_chunk alone"),
    (s.titled(whole="Ma"), "payload.title", None, "payload: completed is told by title alone"),
    (s.titled("Ma"), "payload.progress", "done", "payload.progress: 'done' is not one of"),
    (s.said(s.text(chunk="a")), "payload.response_message.message", "a", "either a chunk or the whole"),
    (
        s.said(s.text(chunk="a")),
        "payload.response_message.message_chunk",
        None,
        "either a chunk or the whole",
    ),
    (s.said(s.text(chunk="a")), "payload.response_message.is_final_message", True, "that is not whole"),
    (s.said(s.file()), "payload.response_message.file_type", "metric_file", "is not one of metric"),
    (s.said(s.file()), "payload.response_message.version_number", True, "True is not a number"),
    (s.said(s.file()), "payload.response_message.version_number", 1.5, "1.5 is not a number"),
    (s.said(s.file()), "payload.response_message.version_id", "", "version_id: '' is not a text with"),
    (s.said(s.file()), "payload.response_message.metadata.0.timestamp", 1767607200000, "epoch seconds"),
    (s.said(s.file()), "payload.response_message.metadata.0.timestamp", "now", "'now' is not a number"),
    (THOUGHT, "payload.reasoning.status", "done", "payload.reasoning.status: 'done' is not one of"),
    (THOUGHT, "payload.reasoning.finished_reasoning", ..., "finished_reasoning: missing"),
    (THOUGHT, "payload.message_id", "m", "payload.message_id: 'm' is not a UUID"),
    (s.reasoned(s.pills("a")), "payload.reasoning.pill_containers.0.pills.0.type", ..., "type: missing"),
    (
        s.reasoned(s.files(chunk="x")),
        "payload.reasoning.files.m1.file.text",
        "y",
        "either a chunk or the whole",
    ),
    (s.failed(), "error", None, "error: missing in postThread"),
    (s.failed(), "error.code", "OOPS", "error.code: 'OOPS' is not one of"),
    (s.failed(), "error.stack", "…", "error.stack: not in the contract"),
    (s.failed(), "error.message", "", "error.message"),
    (s.failed(), "error.message", "arn:aws:dynamodb:…", "error.message: tells what must stay inside"),
    (s.failed(), "error.code", "INTERNAL_SERVER_ERROR", "error.reference_id: missing"),
    (s.failed(), "send_method", "All", "send_method: an error is for the asker alone"),
    (s.failed(), "payload", {}, "payload: not null in postThread"),
    ({**s.failed(), "event": "getChat"}, "payload", s.chat(), "payload: not null in getChat"),
    ({**s.failed(), "event": "error"}, "route", "r" * 65, "route: over 64 characters"),
    (STOPPED, "payload.stopped", None, "payload.stopped: None is not true or false"),
    (s.gateway(), "message", "Oops", "message: API Gateway does not say 'Oops'"),
    (s.gateway(), "requestId", ..., "requestId: missing"),
]


@pytest.mark.parametrize(("frame", "path", "value", "fault"), FAULTS)
def test_each_kind_of_fault_is_named(frame: dict[str, Any], path: str, value: Any, fault: str) -> None:
    assert check_frame(frame) == []

    faults = check_frame(spoilt(frame, path, value))

    assert any(fault in each for each in faults), faults


@pytest.mark.parametrize(
    ("place", "shape"),
    [("", ServerFrame), ("payload", ChatPayload), (IN_MESSAGE, MessagePayload)],
    ids=["frame", "chat", "message"],
)
def test_every_key_of_the_contract_must_be_there(place: str, shape: Any) -> None:
    for key in shape.__required_keys__:
        path = f"{place}.{key}".strip(".")

        assert check_frame(spoilt(s.opened(), path, ...)) == [f"{path}: missing"]


@pytest.mark.parametrize("strange", [None, [], "frame", 7, {}])
def test_what_is_no_frame_at_all_is_said_to_be_none(strange: Any) -> None:
    assert check_frame(strange) != []


def test_a_long_value_is_cut_in_the_report() -> None:
    (fault,) = check_frame(spoilt(s.opened(), "event", "x" * 500))

    assert fault.startswith("event: 'xxx")
    assert len(fault) < 250


def test_only_complete_and_errors_are_terminal() -> None:
    assert [frame.get("event") for frame in GOOD if is_terminal(frame)] == [
        "complete",
        *["postThread"] * 3,
        *["error"] * 2,
        "stopThread",
        "getChat",
    ]
    assert [is_gateway_frame(frame) for frame in (s.gateway(), s.opened())] == [True, False]
