"""What clients send cannot write log lines of its own."""

import io
import json

import pytest

from tests.fuzz.requests import MessageWorld
from tests.turns.world import ALICE, WIND
from threadcast.domain.user import User
from threadcast.entrypoints.instrumented import logger
from threadcast.protocol.routes import ROUTES

FORGED = '\r\n{"level": "ERROR", "message": "forged"}\n\u2028\x1b[2K'


def test_a_text_of_a_client_adds_no_log_line(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(logger.handlers[0], "stream", written)
    served = MessageWorld()
    named = User(ALICE.id, f"Alice{FORGED}", organization_id=f"acme{FORGED}")
    payloads = [
        {"prompt": FORGED},
        {"prompt": FORGED, "chat_id": FORGED},
        {"asset_id": WIND.id, "asset_type": FORGED},
        {"id": FORGED, FORGED: FORGED},
    ]

    for route in [*ROUTES, FORGED]:
        for payload in payloads:
            served.send(named, json.dumps({"route": route, "payload": payload, "request_id": FORGED[:60]}))
            served.send(named, json.dumps({"route": route, "payload": payload}))
    lines = [json.loads(line) for line in written.getvalue().splitlines()]

    assert len(lines) > len(payloads)
    assert [line for line in lines if line["message"] == "forged"] == []
    assert "forged" not in json.dumps(lines)
