"""Bad input gets one error frame, writes nothing, and harms neither the socket nor the next message."""

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
NOBODYS = "9f4b1b6e-7d1c-4c39-9a8e-0d8f3a0c5b11"


def refusal(route: str | None, event: str, message: str, request_id: str | None = None) -> Frame:
    """The whole frame that tells a bad request."""
    frame = {
        "route": route,
        "event": event,
        "payload": None,
        "sent_by": None,
        "error": {"code": "BAD_REQUEST", "message": message},
        "send_method": "SenderOnly",
    }
    return frame if request_id is None else {**frame, "request_id": request_id}


async def answers(tab: Connection, route: str, payloads: Sequence[Any]) -> list[Frame]:
    """Send every payload, each under the number of its place as request id; the answers in that order."""
    turns = [
        await tab.request(route, payload, request_id=str(place)) for place, payload in enumerate(payloads)
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
async def test_every_bad_request_is_refused_in_its_own_words_and_writes_nothing(
    stack: Stack, alice: Person, route: str, event: str, cases: list[tuple[Any, str]]
) -> None:
    before = stack.items()

    async with alice.connect() as tab:
        told = await answers(tab, route, [payload for payload, _ in cases])
        stored = stack.items()
        next_one = await (await tab.post(asset_id=IOWA, asset_type="metric_file")).all_frames()
        heard = tab.frames

    assert told == [refusal(route, event, message, str(place)) for place, (_, message) in enumerate(cases)]
    assert [fault for frame in told for fault in check_frame(frame)] == []
    assert stored == before
    assert violations(next_one) == []
    assert len(heard) == len(cases) + len(next_one)


async def test_a_body_that_names_no_route_is_answered_by_an_error_frame_never_by_silence(
    stack: Stack, alice: Person
) -> None:
    before = stack.items()

    async with alice.connect() as tab:
        for place, (body, _, _) in enumerate(BAD_BODIES):
            await tab.send(body)
            await tab.frame(lambda _: True, since=place)
        heard, stored = tab.frames, stack.items()
        next_one = await (await tab.post(asset_id=IOWA, asset_type="metric_file")).all_frames()

    assert heard == [refusal(route, "error", message) for _, route, message in BAD_BODIES]
    assert [fault for frame in heard for fault in check_frame(frame)] == []
    assert stored == before
    assert violations(next_one) == []


@pytest.mark.parametrize("request_id", ["x" * 65, 7, {"id": 1}, ["x"]])
async def test_a_request_id_that_is_no_short_string_is_refused(alice: Person, request_id: Any) -> None:
    async with alice.connect() as tab:
        turn = await tab.request("/chats/post", {"prompt": "Why?"}, request_id=request_id)
        frame = await tab.frame(lambda _: True)

    message = "request_id must be a string of at most 64 characters"
    assert frame == refusal("/chats/post", "postThread", message)
    assert turn.frames == []


async def test_a_missing_thing_is_told_before_the_rate(alice: Person) -> None:
    async with alice.connect() as tab:
        code = "ok"
        while code == "ok":
            frames = await (await tab.post(asset_id=IOWA, asset_type="metric_file")).all_frames()
            code = (frames[-1]["error"] or {"code": "ok"})["code"]
        missing = await (await tab.post("Why?", chat_id=NOBODYS)).all_frames()
        no_asset = await (await tab.post(asset_id=NOBODYS, asset_type="metric_file")).all_frames()

    assert code == "TOO_MANY_REQUESTS"
    assert [frames[-1]["error"]["code"] for frames in (missing, no_asset)] == ["NOT_FOUND", "NOT_FOUND"]


async def test_json_that_is_nested_too_deep_is_told_to_be_none(alice: Person) -> None:
    async with alice.connect() as tab:
        await tab.send("[" * 2_000)
        frame = await tab.frame(lambda _: True, timeout_s=2)

    assert frame == refusal(None, "error", "The message is not JSON")
