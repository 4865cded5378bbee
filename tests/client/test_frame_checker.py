"""`check_frame` accepts valid frames and reports each kind of fault."""

import copy
from typing import Any

import pytest

from tests.client import sample_frames as s
from threadcast_client.protocol.frame_checker import check_frame
from threadcast_client.protocol.frames import ServerFrame, is_gateway_frame, is_terminal
from threadcast_client.protocol.generated_types import ChatPayload, MessagePayload

STOPPED = s.frame("stopThread", {"id": s.CHAT_ID, "message_id": s.MESSAGE_ID, "stopped": True})
REASONING = (s.reasoning_text(message="Done.", status="completed"), s.pills("a"), s.files(text="x"))
OPEN = s.message(s.text("so far"), s.file(), reasoning=REASONING)
CLOSED = s.message(s.text("all"), s.file(), reasoning=REASONING[:2], is_completed=True)
VALID_FRAMES = [
    s.initialize_chat(),
    s.initialize_chat(OPEN, s.message(question=None, message_id=s.OTHER_ID)),
    s.frame("getChat", s.chat(OPEN)),
    s.complete(CLOSED, title="March"),
    s.title_frame("Ma"),
    s.title_frame(whole="March"),
    s.response_frame(s.text(chunk="It")),
    s.response_frame(s.text("It fell.")),
    s.response_frame({**s.text("It"), "is_final_message": False}),
    s.response_frame(s.file()),
    *map(
        s.reasoning_frame,
        [
            s.reasoning_text("I"),
            s.reasoning_text(status="failed"),
            s.pills("a"),
            s.files(chunk="x"),
            s.files(),
        ],
    ),
    s.error_frame(),
    s.error_frame("INTERNAL_SERVER_ERROR", "Something went wrong.", reference_id="r-1", chat_id=s.CHAT_ID),
    s.error_frame("TOO_MANY_REQUESTS", "Wait.", retry_after_s=1.5),
    {**s.error_frame(), "event": "error", "route": None},
    {**s.error_frame(), "event": "error", "route": "unknown"},
    {**s.error_frame("UNAUTHORIZED"), "event": "stopThread", "route": "/chats/stop"},
    {**s.error_frame("NOT_FOUND"), "event": "getChat", "route": "/chats/get"},
    STOPPED,
    s.gateway_frame(),
    {**s.initialize_chat(), "request_id": "r" * 64, "sent_by": {"id": s.OTHER_ID, "name": "Ann"}},
]


@pytest.mark.parametrize("frame", VALID_FRAMES, ids=lambda frame: frame.get("event", "gateway"))
def test_a_valid_frame_has_no_faults(frame: dict[str, Any]) -> None:
    assert check_frame(frame) == []


def with_value(frame: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy with another value at a dotted path; `...` removes the key."""
    copied = copy.deepcopy(frame)
    *parents, last = path.split(".")
    target: Any = copied
    for key in parents:
        target = target[int(key) if key.isdecimal() else key]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return copied


IN_MESSAGE = f"payload.messages.{s.MESSAGE_ID}"
REASONING_TEXT = s.reasoning_frame(s.reasoning_text("I"))
COMPLETE = s.complete(CLOSED)
FAULTS: list[tuple[dict[str, Any], str, Any, str]] = [
    (s.initialize_chat(), "event", "somethingNew", "event: 'somethingNew' is not one of"),
    (s.initialize_chat(), "send_method", "Nobody", "send_method: 'Nobody' is not one of"),
    (s.initialize_chat(), "extra", 1, "extra: not in the contract"),
    (s.initialize_chat(), "request_id", "r" * 65, "request_id: over 64 characters"),
    (s.initialize_chat(), "request_id", None, "request_id: None is not a string"),
    (s.initialize_chat(), "sent_by", {"id": "7", "name": "Ann"}, "sent_by.id: '7' is not a UUID"),
    (s.initialize_chat(), "route", "/else", "route: '/else' is not a route"),
    (s.initialize_chat(), "route", None, "route: None is not a route"),
    (
        s.initialize_chat(),
        "error",
        {"code": "BAD_REQUEST", "message": "No."},
        "error: not allowed in initializeChat",
    ),
    (s.initialize_chat(), "payload", None, "payload: None is not an object"),
    (s.initialize_chat(), "payload.title", None, "payload.title: None is not a string"),
    (s.initialize_chat(), "payload.id", "x", "payload.id: 'x' is not a UUID"),
    (s.initialize_chat(), "payload.created_at", "2026-01-05T10:00:00+02:00", "is not an RFC 3339 time"),
    (s.initialize_chat(), "payload.created_at", "2026-02-30T10:00:00Z", "is not an RFC 3339 time"),
    (s.initialize_chat(), "payload.public_password", "hunter2", "payload.public_password: not masked"),
    (s.initialize_chat(), "payload.message_ids", [s.MESSAGE_ID, s.OTHER_ID], "is not a key of messages"),
    (
        s.initialize_chat(),
        "payload.message_ids",
        [s.MESSAGE_ID, s.MESSAGE_ID],
        "payload.message_ids: contains an id twice",
    ),
    (s.initialize_chat(), "payload.message_ids", [], "not in message_ids"),
    (s.initialize_chat(), "payload.message_ids", "none", "payload.message_ids: 'none' is not a list"),
    (s.initialize_chat(), "payload.messages", [], "payload.messages: [] is not an object"),
    (s.initialize_chat(), f"{IN_MESSAGE}.id", s.OTHER_ID, f"has the id '{s.OTHER_ID}'"),
    (s.initialize_chat(), f"{IN_MESSAGE}.is_completed", 1, "is_completed: 1 is not true or false"),
    (
        s.initialize_chat(OPEN),
        f"{IN_MESSAGE}.response_message_ids",
        ["t1"],
        "f1: not in response_message_ids",
    ),
    (
        s.initialize_chat(OPEN),
        f"{IN_MESSAGE}.response_messages.t1.message_chunk",
        "x",
        "a chunk in a snapshot",
    ),
    (
        s.initialize_chat(OPEN),
        f"{IN_MESSAGE}.response_messages.t1",
        {"type": "poem"},
        "has no type that the contract allows",
    ),
    (s.initialize_chat(OPEN), f"{IN_MESSAGE}.reasoning_messages.s1.file_ids", [], "m1: not in file_ids"),
    (COMPLETE, f"{IN_MESSAGE}.response_messages.t1.message", None, "message: still open in complete"),
    (COMPLETE, f"{IN_MESSAGE}.response_messages.t1.is_final_message", False, "still open in complete"),
    (COMPLETE, f"{IN_MESSAGE}.reasoning_messages.r1.status", "loading", "status: still open in complete"),
    (
        s.title_frame("Ma"),
        "payload.title",
        "March",
        "payload: in_progress must carry title_chunk and not title",
    ),
    (
        s.title_frame(whole="Ma"),
        "payload.title",
        None,
        "payload: completed must carry title and not title_chunk",
    ),
    (s.title_frame("Ma"), "payload.progress", "done", "payload.progress: 'done' is not one of"),
    (
        s.response_frame(s.text(chunk="a")),
        "payload.response_message.message",
        "a",
        "either a chunk or the whole",
    ),
    (
        s.response_frame(s.text(chunk="a")),
        "payload.response_message.message_chunk",
        None,
        "either a chunk or the whole",
    ),
    (
        s.response_frame(s.text(chunk="a")),
        "payload.response_message.is_final_message",
        True,
        "a final message must carry the whole message",
    ),
    (s.response_frame(s.file()), "payload.response_message.file_type", "metric_file", "is not one of metric"),
    (s.response_frame(s.file()), "payload.response_message.version_number", True, "True is not a number"),
    (s.response_frame(s.file()), "payload.response_message.version_number", 1.5, "1.5 is not a number"),
    (
        s.response_frame(s.file()),
        "payload.response_message.version_id",
        "",
        "version_id: '' is not a non-empty string",
    ),
    (
        s.response_frame(s.file()),
        "payload.response_message.metadata.0.timestamp",
        1767607200000,
        "epoch seconds",
    ),
    (
        s.response_frame(s.file()),
        "payload.response_message.metadata.0.timestamp",
        "now",
        "'now' is not a number",
    ),
    (REASONING_TEXT, "payload.reasoning.status", "done", "payload.reasoning.status: 'done' is not one of"),
    (REASONING_TEXT, "payload.reasoning.finished_reasoning", ..., "finished_reasoning: missing"),
    (REASONING_TEXT, "payload.message_id", "m", "payload.message_id: 'm' is not a UUID"),
    (
        s.reasoning_frame(s.pills("a")),
        "payload.reasoning.pill_containers.0.pills.0.type",
        ...,
        "type: missing",
    ),
    (
        s.reasoning_frame(s.files(chunk="x")),
        "payload.reasoning.files.m1.file.text",
        "y",
        "either a chunk or the whole",
    ),
    (s.error_frame(), "error", None, "error: missing in postThread"),
    (s.error_frame(), "error.code", "OOPS", "error.code: 'OOPS' is not one of"),
    (s.error_frame(), "error.stack", "…", "error.stack: not in the contract"),
    (s.error_frame(), "error.message", "", "error.message"),
    (s.error_frame(), "error.message", "arn:aws:dynamodb:…", "error.message: contains internal details"),
    (s.error_frame(), "error.code", "INTERNAL_SERVER_ERROR", "error.reference_id: missing"),
    (s.error_frame(), "send_method", "All", "send_method: must be SenderOnly in a frame with an error"),
    (s.error_frame(), "payload", {}, "payload: not null in postThread"),
    ({**s.error_frame(), "event": "getChat"}, "payload", s.chat(), "payload: not null in getChat"),
    ({**s.error_frame(), "event": "error"}, "route", "r" * 65, "route: over 64 characters"),
    (STOPPED, "payload.stopped", None, "payload.stopped: None is not true or false"),
    (s.gateway_frame(), "message", "Oops", "message: API Gateway does not send 'Oops'"),
    (s.gateway_frame(), "requestId", ..., "requestId: missing"),
]


@pytest.mark.parametrize(("frame", "path", "value", "fault"), FAULTS)
def test_each_kind_of_fault_is_reported_with_its_path(
    frame: dict[str, Any], path: str, value: Any, fault: str
) -> None:
    assert check_frame(frame) == []

    faults = check_frame(with_value(frame, path, value))

    assert any(fault in each for each in faults), faults


@pytest.mark.parametrize(
    ("parent", "expected"),
    [("", ServerFrame), ("payload", ChatPayload), (IN_MESSAGE, MessagePayload)],
    ids=["frame", "chat", "message"],
)
def test_every_key_of_the_contract_is_required(parent: str, expected: Any) -> None:
    for key in expected.__required_keys__:
        path = f"{parent}.{key}".strip(".")

        assert check_frame(with_value(s.initialize_chat(), path, ...)) == [f"{path}: missing"]


@pytest.mark.parametrize("value", [None, [], "frame", 7, {}])
def test_a_value_that_is_not_a_frame_has_faults(value: Any) -> None:
    assert check_frame(value) != []


def test_a_long_value_is_shortened_in_the_report() -> None:
    (fault,) = check_frame(with_value(s.initialize_chat(), "event", "x" * 5_000))

    assert fault.startswith("event: 'xxx")
    assert "x" * 100 not in fault


def test_only_complete_and_errors_are_terminal() -> None:
    assert [frame.get("event") for frame in VALID_FRAMES if is_terminal(frame)] == [
        "complete",
        *["postThread"] * 3,
        *["error"] * 2,
        "stopThread",
        "getChat",
    ]
    assert [is_gateway_frame(frame) for frame in (s.gateway_frame(), s.initialize_chat())] == [True, False]
