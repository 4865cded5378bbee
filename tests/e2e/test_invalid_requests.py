"""An invalid message gets one error frame, writes nothing, and affects no later message."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.e2e.invalid_requests import (
    BAD_BODIES,
    BAD_GETS,
    BAD_POSTS,
    BAD_STOPS,
    SEVERAL_FAULTS,
)
from tests.e2e.invariants import Frame, violations
from tests.e2e.local_stack import Person, Stack, sample
from threadcast_client import Connection, check_frame

IOWA = sample("iowa_electricity").asset.id
UNUSED_ID = "9f4b1b6e-7d1c-4c39-9a8e-0d8f3a0c5b11"


def refusal(route: str | None, event: str, message: str, request_id: str | None = None) -> Frame:
    """Return the whole error frame of a bad request."""
    frame = {
        "route": route,
        "event": event,
        "payload": None,
        "sent_by": None,
        "error": {"code": "BAD_REQUEST", "message": message},
        "send_method": "SenderOnly",
    }
    return frame if request_id is None else {**frame, "request_id": request_id}


async def answers(connection: Connection, route: str, payloads: Sequence[Any]) -> list[Frame]:
    """Send every payload with its index as request id, and return the answers in that order."""
    turns = [
        await connection.request(route, payload, request_id=str(index))
        for index, payload in enumerate(payloads)
    ]
    return [frame for turn in turns for frame in await turn.all_frames()]


@pytest.mark.parametrize(
    ("route", "event", "cases"),
    [
        ("/chats/post", "postThread", BAD_POSTS),
        ("postThread", "postThread", SEVERAL_FAULTS),
        ("/chats/stop", "stopThread", BAD_STOPS),
        ("stopThread", "stopThread", BAD_STOPS),
        ("/chats/get", "getChat", BAD_GETS),
    ],
)
async def test_every_bad_request_is_refused_with_its_message_and_writes_nothing(
    stack: Stack, alice: Person, route: str, event: str, cases: list[tuple[Any, str]]
) -> None:
    before = stack.items()

    async with alice.connect() as connection:
        received = await answers(connection, route, [payload for payload, _ in cases])
        stored = stack.items()
        next_one = await (await connection.post(asset_id=IOWA, asset_type="metric_file")).all_frames()
        all_frames = connection.frames

    assert received == [
        refusal(route, event, message, str(index)) for index, (_, message) in enumerate(cases)
    ]
    assert [fault for frame in received for fault in check_frame(frame)] == []
    assert stored == before
    assert violations(next_one) == []
    assert len(all_frames) == len(cases) + len(next_one)


async def test_a_body_without_a_known_route_is_answered_by_an_error_frame(
    stack: Stack, alice: Person
) -> None:
    before = stack.items()

    async with alice.connect() as connection:
        for place, (body, _, _) in enumerate(BAD_BODIES):
            await connection.send(body)
            await connection.frame(lambda _: True, since=place)
        received, stored = connection.frames, stack.items()
        next_one = await (await connection.post(asset_id=IOWA, asset_type="metric_file")).all_frames()

    assert received == [refusal(route, "error", message) for _, route, message in BAD_BODIES]
    assert [fault for frame in received for fault in check_frame(frame)] == []
    assert stored == before
    assert violations(next_one) == []


@pytest.mark.parametrize("request_id", ["x" * 65, 7, {"id": 1}, ["x"]])
async def test_a_request_id_that_is_not_a_short_string_is_refused(alice: Person, request_id: Any) -> None:
    async with alice.connect() as connection:
        turn = await connection.request("/chats/post", {"prompt": "Why?"}, request_id=request_id)
        frame = await connection.frame(lambda _: True)

    message = "request_id must be a string of at most 64 characters"
    assert frame == refusal("/chats/post", "postThread", message)
    assert turn.frames == []


async def test_not_found_takes_precedence_over_the_rate_limit(alice: Person) -> None:
    async with alice.connect() as connection:
        code = "ok"
        while code == "ok":
            frames = await (await connection.post(asset_id=IOWA, asset_type="metric_file")).all_frames()
            code = (frames[-1]["error"] or {"code": "ok"})["code"]
        missing = await (await connection.post("Why?", chat_id=UNUSED_ID)).all_frames()
        no_asset = await (await connection.post(asset_id=UNUSED_ID, asset_type="metric_file")).all_frames()

    assert code == "TOO_MANY_REQUESTS"
    assert [frames[-1]["error"]["code"] for frames in (missing, no_asset)] == ["NOT_FOUND", "NOT_FOUND"]


async def test_json_that_is_nested_too_deep_is_refused(alice: Person) -> None:
    async with alice.connect() as connection:
        await connection.send("[" * 16_000)  # deeper than any supported Python reads
        frame = await connection.frame(lambda _: True, timeout_s=30)

    assert frame == refusal(None, "error", "The message is nested too deeply")
