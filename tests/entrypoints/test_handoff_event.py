import json

import pytest

from threadcast.domain.user import User
from threadcast.entrypoints.handoff_event import from_failure, from_payload, to_payload
from threadcast.errors import UnknownEvent
from threadcast.ports import Handoff

HANDOVER = Handoff(
    chat_id="c-1",
    message_id="m-1",
    user=User("u-1", "Zoë", "zoe@example.com", "acme", "https://example.com/zoe.png"),
    reached=("L0SM9cOFvHcCIhw=", "L0SNAdOFvHcCIxw="),
)


def test_a_handoff_survives_the_journey() -> None:
    assert from_payload(json.loads(to_payload(HANDOVER))) == HANDOVER


def test_a_failures_record_holds_the_handoff() -> None:
    record = {
        "version": "1.0",
        "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": 1},
        "requestPayload": json.loads(to_payload(HANDOVER)),
        "responsePayload": {"errorMessage": "Task timed out after 900.00 seconds"},
    }

    assert from_failure(record) == HANDOVER


def test_something_else_is_refused_without_repeating_it() -> None:
    with pytest.raises(UnknownEvent) as caught:
        from_payload({"chat_id": 7, "user": {"name": "secret name"}, "asker": None})

    assert str(caught.value) == ("not a turn's handoff: wrong or missing chat_id, message_id, user")


def test_a_failures_record_without_a_handoff_is_refused() -> None:
    with pytest.raises(UnknownEvent, match="not a turn's handoff"):
        from_failure({"version": "1.0"})
