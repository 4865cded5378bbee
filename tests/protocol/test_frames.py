"""The frame of every event, of every answer and of every error."""

import json
from dataclasses import replace
from typing import get_args

import pytest

from tests.delivery.simulation import ALICE, CHAT_ID, MESSAGE_ID, opened_view
from tests.protocol.sample_turn_events import (
    EVENTS,
    FAILED,
    FILE,
    FILES_STEP,
    PILLS_STEP,
    TEXT_STEP,
    TO,
    view_of_messages,
)
from tests.protocol.schema_validation import frame_errors
from threadcast.domain.access import Grant, Principal, Role
from threadcast.domain.address import Address
from threadcast.domain.message import Outcome
from threadcast.domain.streamed_parts import AnswerEnd, TitleEnd
from threadcast.domain.turn_events import ChatOpened, TurnCompleted, TurnEvent, TurnFailed
from threadcast.errors import BadRequest, ClientFault, Conflict, NotFound, TooManyRequests, Unauthorized
from threadcast.protocol.chat_payload import chat_payload
from threadcast.protocol.envelope import read_envelope
from threadcast.protocol.frame_encoder import encode
from threadcast.protocol.frames import (
    error_frame,
    fault_body,
    internal_error,
    turn_frame,
)
from threadcast.protocol.routes import CHATS_GET, CHATS_STOP, TABLE
from threadcast.turns.stop_thread import StopAnswer
from threadcast_client import check_frame


def test_every_kind_of_event_is_among_the_samples() -> None:
    assert {type(event) for event, _, _ in EVENTS} == set(get_args(TurnEvent))


@pytest.mark.parametrize(("event", "name", "progress"), EVENTS)
def test_every_event_has_a_frame_that_keeps_the_contract(
    event: TurnEvent, name: str, progress: str | None
) -> None:
    frame = turn_frame(event, TO)

    assert (frame["event"], (frame["payload"] or {}).get("progress")) == (name, progress)
    assert (frame["route"], frame.get("request_id")) == ("/chats/post", "r-1")
    assert frame_errors(frame) == []
    if not isinstance(event, TurnCompleted | AnswerEnd):  # an open message; a text sent in deltas
        assert check_frame(frame) == []


@pytest.mark.parametrize("event", [event for event, _, _ in EVENTS])
def test_a_frame_has_no_request_id_where_the_request_had_none(event: TurnEvent) -> None:
    frame = turn_frame(event, replace(TO, request_id=None))

    assert list(frame) == ["route", "event", "payload", "sent_by", "error", "send_method"]
    assert frame_errors(frame) == []


def test_a_frame_is_compact_json_with_its_keys_in_order() -> None:
    encoded = encode(turn_frame(TitleEnd("Wärme"), TO))

    assert encoded.decode() == (
        '{"route":"/chats/post","event":"generatingTitle",'
        f'"payload":{{"title":"Wärme","title_chunk":null,"chat_id":"{CHAT_ID}","message_id":"{MESSAGE_ID}",'
        '"progress":"completed"},"sent_by":null,"error":null,"send_method":"All","request_id":"r-1"}'
    )


def test_a_progress_frame_requires_an_open_turn() -> None:
    with pytest.raises(ValueError, match="no turn is opened"):
        turn_frame(TitleEnd("Wind"), Address("/chats/post"))


def test_only_initialize_chat_names_the_sender() -> None:
    senders = [turn_frame(event, TO)["sent_by"] for event, _, _ in EVENTS]

    assert senders == [{"id": ALICE.id, "name": "Alice"}, *[None] * (len(EVENTS) - 1)]


def test_a_chat_with_every_part_and_grant_keeps_the_contract() -> None:
    view = opened_view()
    message = replace(
        view.messages[1],
        reasoning=(TEXT_STEP, replace(PILLS_STEP, id="p-1"), replace(FILES_STEP, id="f-1")),
        responses=(FILE,),
        outcome=Outcome("stopped"),
    )
    grants = (
        Grant(Principal("user", "44444444-4444-4444-8444-444444444445"), Role.CAN_EDIT),
        Grant(Principal("org", "55555555-5555-4555-8555-555555555555"), Role.CAN_VIEW),
    )

    frame = CHATS_GET.reply(replace(view, messages=(message,), grants=grants), TO)

    assert frame_errors(frame) == []
    assert check_frame(frame | {"route": "/chats/get"}) == []
    assert (frame["event"], frame["send_method"]) == ("getChat", "SenderOnly")
    assert frame["payload"]["workspace_sharing"] == "can_view"
    assert [grant["permission"] for grant in frame["payload"]["individual_permissions"]] == ["can_edit"]


@pytest.mark.parametrize("stopped", [True, False])
def test_a_stop_is_answered_with_whether_a_turn_was_running(*, stopped: bool) -> None:
    frame = CHATS_STOP.reply(StopAnswer(CHAT_ID, MESSAGE_ID, stopped), Address("/chats/stop"))

    assert frame["payload"] == {"id": CHAT_ID, "message_id": MESSAGE_ID, "stopped": stopped}
    assert frame_errors(frame) == check_frame(frame) == []


def test_a_failed_turn_has_an_error_with_its_reference_and_its_ids() -> None:
    frame = turn_frame(TurnFailed(FAILED), TO)

    assert frame["send_method"] == "SenderOnly"
    assert frame["error"] == {
        "code": "INTERNAL_SERVER_ERROR",
        "message": "It broke.",
        "reference_id": "ref-1",
        "chat_id": CHAT_ID,
        "message_id": MESSAGE_ID,
    }


@pytest.mark.parametrize(
    ("fault", "body"),
    [
        (BadRequest("No."), {"code": "BAD_REQUEST", "message": "No."}),
        (Unauthorized("No."), {"code": "UNAUTHORIZED", "message": "No."}),
        (NotFound("Chat"), {"code": "NOT_FOUND", "message": "Chat not found"}),
        (
            Conflict(CHAT_ID),
            {
                "code": "CONFLICT",
                "message": "Another message of this chat is still being answered",
                "chat_id": CHAT_ID,
            },
        ),
        (
            TooManyRequests("Slow.", 2.04),
            {"code": "TOO_MANY_REQUESTS", "message": "Slow.", "retry_after_s": 2.0},
        ),
    ],
)
def test_every_refused_request_has_an_error(fault: ClientFault, body: dict[str, object]) -> None:
    frame = error_frame("postThread", Address("postThread"), fault_body(fault))

    assert frame["error"] == body
    assert frame_errors(frame) == check_frame(frame) == []


@pytest.mark.parametrize(
    ("body", "event"),
    [
        *[(json.dumps({"route": route.names[0]}), route.error_event) for route in TABLE],
        ("", "error"),
        (json.dumps({"route": "r" * 70}), "error"),
    ],
)
def test_an_error_has_the_event_that_its_route_answers_with(body: str, event: str) -> None:
    envelope = read_envelope(body)

    frame = error_frame(envelope.error_event, Address(envelope.name), fault_body(BadRequest("No.")))

    assert (frame["event"], frame["payload"]) == (event, None)
    assert frame_errors(frame) == check_frame(frame) == []


def test_an_internal_error_holds_only_a_fixed_sentence_and_its_reference() -> None:
    frame = error_frame("error", Address(None), internal_error("ref-1"))

    assert frame["event"] == "error"
    assert frame["error"] == {
        "code": "INTERNAL_SERVER_ERROR",
        "message": "Something went wrong on our side. Please try again.",
        "reference_id": "ref-1",
    }
    assert frame_errors(frame) == []


@pytest.mark.parametrize("count", [1, 5, 40, 400])
@pytest.mark.parametrize("max_bytes", [131_072, 32_768])
def test_a_chat_of_any_length_fits_into_a_frame(count: int, max_bytes: int) -> None:
    event = ChatOpened(view_of_messages(count, 2_000, 3_000))

    frame = turn_frame(event, TO, max_bytes)

    assert len(encode(frame)) <= max_bytes
    assert frame_errors(frame) == check_frame(frame) == []
    assert frame["payload"] is not None
    assert list(frame["payload"]["messages"]) == frame["payload"]["message_ids"]


def test_old_reasoning_is_left_out_before_whole_messages_and_never_the_newest() -> None:
    view = view_of_messages(10, 10_000, 8_000)

    payload = chat_payload(view, 131_072)

    steps = [len(payload["messages"][id_]["reasoning_message_ids"]) for id_ in payload["message_ids"]]
    assert len(steps) == 10
    assert steps == sorted(steps)
    assert steps[0] == 0
    assert steps[-1] == 1
