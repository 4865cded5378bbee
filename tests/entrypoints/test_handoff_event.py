"""Handoff payloads and the records of failed invocations."""

import json
from typing import Any

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


FORMER_RELEASE: dict[str, Any] = {
    "chat_id": "c-1",
    "message_id": "m-1",
    "user": {"id": "u-1", "name": "Zoë", "email": "", "organization_id": None, "avatar": None},
    "reached": ["L0SM9cOFvHcCIhw="],
    "in_doubt": [],
    "asker": {
        "id": "L0SM9cOFvHcCIhw=",
        "user_id": "u-1",
        "endpoint": "https://api.example.com/prod",
        "connected_at": "2026-01-05T09:00:00Z",
        "catch_up_at": None,
        "has_spoken": True,
    },
}
"""A handoff as release 0.1.0 writes it. While traffic shifts, each release may invoke the other."""


def test_a_handoff_of_the_former_release_is_read() -> None:
    assert from_payload(FORMER_RELEASE).asker is not None
    assert from_payload({**FORMER_RELEASE, "asker": None}).reached == ("L0SM9cOFvHcCIhw=",)


def test_a_handoff_has_every_field_that_the_former_release_reads_and_it_ignores_newer_ones() -> None:
    written = json.loads(to_payload(from_payload(FORMER_RELEASE)))

    assert written.keys() >= FORMER_RELEASE.keys()
    assert written["user"].keys() >= FORMER_RELEASE["user"].keys()
    assert written["asker"].keys() >= FORMER_RELEASE["asker"].keys()
    newer = {**written, "added": 1, "user": {**written["user"], "added": 1}}
    assert from_payload(newer) == from_payload(FORMER_RELEASE)


@pytest.mark.parametrize("absent", ["reached", "in_doubt", "asker"])
def test_a_field_that_an_older_release_does_not_write_takes_its_default(absent: str) -> None:
    older = {name: value for name, value in FORMER_RELEASE.items() if name != absent}

    assert from_payload(older).chat_id == "c-1"
