"""Handoff payloads and the records of failed invocations."""

import json

import pytest

from threadcast.domain.user import User
from threadcast.entrypoints.handoff_event import from_failure, from_payload, to_payload
from threadcast.errors import UnknownEvent
from threadcast.ports import Handoff

HANDOFF = Handoff(
    chat_id="c-1",
    message_id="m-1",
    user=User("u-1", "Zoë", "zoe@example.com", "acme", "https://example.com/zoe.png"),
    reached=("L0SM9cOFvHcCIhw=", "L0SNAdOFvHcCIxw="),
)


def test_a_handoff_read_from_a_payload_equals_the_handoff_written_to_it() -> None:
    assert from_payload(json.loads(to_payload(HANDOFF))) == HANDOFF


def test_a_failure_record_contains_the_handoff() -> None:
    record = {
        "version": "1.0",
        "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": 1},
        "requestPayload": json.loads(to_payload(HANDOFF)),
        "responsePayload": {"errorMessage": "Task timed out after 900.00 seconds"},
    }

    assert from_failure(record) == HANDOFF


def test_the_error_for_another_payload_does_not_repeat_its_content() -> None:
    with pytest.raises(UnknownEvent) as caught:
        from_payload({"chat_id": 7, "user": {"name": "secret name"}, "asker": None})

    assert str(caught.value) == ("not a turn's handoff: wrong or missing chat_id, message_id, user")


def test_a_failure_record_without_a_handoff_is_an_unknown_event() -> None:
    with pytest.raises(UnknownEvent, match="not a turn's handoff"):
        from_failure({"version": "1.0"})
