"""Every error: invalid requests, missing permissions, tokens, limits."""

from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.invalid_requests import BAD_BODIES, BAD_GETS, BAD_POSTS, BAD_STOPS, SEVERAL_FAULTS
from tests.e2e.invariants import Frame, violations
from tests.verification.exchanges import finish, metric
from tests.verification.target import Target
from threadcast_client import HandshakeRefused, check_frame

MAX_CONNECTIONS = 100
"""The largest value of the parameter ConnectionsPerUser."""
MAX_TURNS = 1000

pytestmark = pytest.mark.timeout(1200)


@pytest.mark.parametrize(
    ("route", "cases"),
    [
        ("/chats/post", BAD_POSTS),
        ("postThread", SEVERAL_FAULTS),
        ("/chats/stop", BAD_STOPS),
        ("/chats/get", BAD_GETS),
    ],
)
async def test_every_bad_request_is_refused_with_its_message(
    target: Target, route: str, cases: list[tuple[Any, str]]
) -> None:
    received = []
    async with target.connect() as connection:
        for payload, _ in cases:
            received += await finish(target, connection, payload, route)

    assert [frame["error"] for frame in received] == [
        {"code": "BAD_REQUEST", "message": message} for _, message in cases
    ]
    assert [fault for frame in received for fault in check_frame(frame)] == []


async def test_a_body_without_a_known_route_is_answered_by_an_error_frame(target: Target) -> None:
    async with target.connect() as connection:
        for place, (body, _, _) in enumerate(BAD_BODIES):
            await connection.send(body)
            await connection.frame(lambda _: True, since=place)
        received = connection.frames

    assert [fault for frame in received for fault in check_frame(frame)] == []
    assert {frame["error"]["code"] for frame in received} <= {"BAD_REQUEST", "TOO_MANY_REQUESTS"}


async def test_a_chat_of_another_user_and_a_missing_one_get_the_same_errors(target: Target) -> None:
    async with target.connect() as connection:
        hidden = await _errors_about(target, connection, target.foreign_chat.id)
        missing = await _errors_about(target, connection, str(uuid4()))

    assert hidden == missing == [{"code": "NOT_FOUND", "message": "Chat not found"}] * 4


async def _errors_about(target: Target, connection: Any, chat_id: str) -> list[Frame]:
    message_id = str(uuid4())
    requests = [
        ("/chats/post", {"prompt": "Why?", "chat_id": chat_id}),
        ("/chats/post", {"prompt": "Why?", "chat_id": chat_id, "message_id": message_id}),
        ("/chats/stop", {"id": chat_id, "message_id": message_id}),
        ("/chats/get", {"id": chat_id}),
    ]
    answers = [await finish(target, connection, payload, route) for route, payload in requests]
    return [frames[-1]["error"] for frames in answers]


async def test_an_asset_of_another_user_a_mistyped_and_a_missing_one_get_the_same_error(
    target: Target,
) -> None:
    mistyped = target.assets.by_name["iowa_electricity"].id
    payloads = [
        {"asset_id": target.assets.hidden.id, "asset_type": "metric_file"},
        {"asset_id": target.assets.hidden.id, "asset_type": "metric_file", "prompt": "Why?"},
        {"asset_id": mistyped, "asset_type": "dashboard_file"},
        {"asset_id": str(uuid4()), "asset_type": "metric_file"},
    ]

    async with target.connect() as connection:
        answers = [await finish(target, connection, payload) for payload in payloads]

    assert [frames[-1]["error"] for frames in answers] == [
        {"code": "NOT_FOUND", "message": "Asset not found"}
    ] * 4


async def test_a_missing_malformed_or_forged_token_is_refused(target: Target) -> None:
    header, payload, signature = target.token.split(".")
    forged = f"{header}.{payload}.{signature[::-1]}"
    for token in ("", "not.a.token", forged, f"{header}.{payload}."):
        with pytest.raises(HandshakeRefused) as refused:
            await target.connect(token).open()

        assert refused.value.status in {401, 403}


async def test_turns_beyond_the_quota_are_refused_with_a_time_to_wait(target: Target) -> None:
    refused: Frame | None = None
    async with target.connect() as connection:
        for _ in range(MAX_TURNS):
            turn = await connection.request("/chats/post", metric(target), request_id=target.request_id())
            frames = await turn.all_frames()
            refused = frames[-1]["error"]
            if refused is not None:
                break
        accepted = await finish(target, connection, metric(target))

    assert refused is not None
    assert refused["code"] == "TOO_MANY_REQUESTS"
    assert refused["retry_after_s"] > 0
    assert violations(accepted) == []


async def test_a_connection_beyond_the_limit_is_refused_with_429(target: Target) -> None:
    status = None
    async with AsyncExitStack() as opened:
        for _ in range(MAX_CONNECTIONS + 1):
            try:
                await opened.enter_async_context(target.connect())
            except HandshakeRefused as refused:
                status = refused.status
                break

    assert status == 429
