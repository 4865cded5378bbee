"""Whatever a store, an agent or a runner raises: no frame has a word of it."""

import json
from typing import Any

import pytest

from tests.fakes import ScriptedAgent
from tests.fuzz.requests import MessageWorld
from tests.security.leaks import leaks
from tests.turns.world import ALICE, WIND
from threadcast.errors import AgentError, StoreError
from threadcast.protocol.frames import INTERNAL_ERROR_MESSAGE
from threadcast_client import check_frame

SAFE_SENTENCE = "The model is busy."  # an `AgentError` is worded for users
MARK = "arn:aws:dynamodb:us-east-1:123456789012:table/threadcast-prod"

MESSAGES: list[tuple[str, dict[str, Any]]] = [
    ("/chats/post", {"asset_id": WIND.id, "asset_type": "metric_file"}),
    ("/chats/post", {"prompt": "Why?", "asset_id": WIND.id, "asset_type": "metric_file"}),
    ("/chats/stop", {"id": "{alices_chat}", "message_id": "{alices_message}"}),
    ("/chats/get", {"id": "{alices_chat}"}),
]
CALLS = [
    *(("chats", method) for method in ("load", "request_stop", "find_request")),
    *(("turns", method) for method in ("open", "claim", "decide")),
    *(("assets", method) for method in ("find", "rows")),
    *(("connections", method) for method in ("presence", "charge_message")),
]


class Failing:
    """A port one of whose methods raises."""

    def __init__(self, port: Any, method: str, error: Exception) -> None:
        self._port = port
        self._method = method
        self._error = error
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        return self._fail if name == self._method else getattr(self._port, name)

    def _fail(self, *_: object, **__: object) -> None:
        self.calls += 1
        raise self._error


def frames_of_all_messages(served: MessageWorld) -> list[dict[str, Any]]:
    return [
        frame
        for route, payload in MESSAGES
        for frame in served.send(ALICE, served.body(json.dumps({"route": route, "payload": payload})))[1]
    ]


def assert_nothing_leaks(frames: list[dict[str, Any]]) -> None:
    assert MARK not in json.dumps(frames)
    assert "Traceback" not in json.dumps(frames)
    assert [fault for frame in frames for fault in check_frame(frame)] == []
    assert [leak for frame in frames for leak in leaks(frame, frozenset({SAFE_SENTENCE}))] == []


@pytest.mark.parametrize(
    "error", [LookupError(MARK), StoreError(MARK)], ids=lambda error: type(error).__name__
)
@pytest.mark.parametrize(("port", "method"), CALLS)
def test_no_frame_has_the_text_of_a_failure(port: str, method: str, error: Exception) -> None:
    served = MessageWorld()
    use_cases: Any = served.world.use_cases
    failing = Failing(getattr(use_cases, port), method, error)
    served.world.change(**{port: failing})

    frames = frames_of_all_messages(served)

    assert failing.calls > 0
    assert_nothing_leaks(frames)


@pytest.mark.parametrize("error", [RuntimeError(MARK), AgentError(SAFE_SENTENCE), KeyError(MARK)])
def test_no_frame_has_the_text_of_an_agents_failure(error: Exception) -> None:
    served = MessageWorld()
    served.world.change(agent=lambda: ScriptedAgent(error))

    frames = frames_of_all_messages(served)

    assert any(frame["error"] is not None for frame in frames)
    assert_nothing_leaks(frames)


@pytest.mark.parametrize(
    "error",
    [
        {"code": "NOT_FOUND", "message": f"Not in {MARK}"},
        {"code": "NOT_FOUND", "message": "StoreUnavailable"},
        {"code": "CONFLICT", "message": "see turns/opening/target.py"},
        {"code": "CONFLICT", "message": "No item CHAT#5f1d"},
        {"code": "INTERNAL_SERVER_ERROR", "message": "No such item"},
        {"code": "NOT_FOUND", "message": "Chat not found", "trace": []},
    ],
)
def test_an_error_with_something_of_the_inside_is_a_leak(error: dict[str, Any]) -> None:
    assert [*leaks({"event": "error", "error": error})]


def test_an_ordinary_error_and_a_frame_of_api_gateway_are_no_leaks() -> None:
    ordinary = {"code": "INTERNAL_SERVER_ERROR", "message": INTERNAL_ERROR_MESSAGE, "reference_id": "r"}

    assert [*leaks({"event": "error", "error": ordinary})] == []
    assert [*leaks({"message": "Internal server error", "connectionId": "c=", "requestId": "r="})] == []
