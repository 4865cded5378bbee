"""Requests that wait where the user's quota refuses them, as a client does."""

import asyncio
import time
from typing import Any

from tests.e2e.invariants import Frame
from tests.verification.target import Target
from threadcast_client import Connection, Turn

__all__ = ["QUESTION", "begin", "finish", "metric"]

QUESTION = "What was the total net generation in 2017?"
_ATTEMPTS = 40


def metric(target: Target) -> dict[str, str]:
    """Return the payload that starts a chat on a metric."""
    return {"asset_id": target.assets.by_name["iowa_electricity"].id, "asset_type": "metric_file"}


async def begin(
    target: Target, connection: Connection, payload: Any, route: str = "/chats/post"
) -> tuple[Turn, Frame]:
    """Send a request until the quota accepts it; return the turn and its first frame."""
    for _ in range(_ATTEMPTS):
        began = time.monotonic()
        turn = await connection.request(route, payload, request_id=target.request_id())
        first = await anext(turn)
        error = first["error"] or {}
        if error.get("code") != "TOO_MANY_REQUESTS":
            if isinstance(payload, dict) and payload.get("prompt") and not error:
                target.first_frames_s.append(time.monotonic() - began)
            return turn, first
        await asyncio.sleep(error["retry_after_s"])
    raise AssertionError("the quota refused every attempt")


async def finish(
    target: Target, connection: Connection, payload: Any, route: str = "/chats/post"
) -> list[Frame]:
    """Send a request until the quota accepts it; return all frames of its answer."""
    turn, _ = await begin(target, connection, payload, route)
    return await turn.all_frames()
