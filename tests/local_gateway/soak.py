"""The soak: clients that connect, talk, abort and return while functions crash and time out.

    python -m tests.local_gateway.soak SECONDS CLIENTS     the long form, e.g. 180 300

Afterwards nothing may be left: no connection, no task, no process too many, no file descriptor.
"""

import asyncio
import contextlib
import gc
import json
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

import aiohttp

from local_gateway import Gateway, running_gateway

__all__ = ["main", "soak"]

_PATIENCE_S = 60.0
_CALM_DOWN_S = 30.0
_ACTIONS = {"post": "silent", "sleep": "hasty"}
"""Routes other than the default. Only the function behind `hasty` has a short time-out: a healthy call may
take seconds on a machine that is overloaded with crashing and restarting processes."""


async def _talk(session: aiohttp.ClientSession, url: str, ends: float, seen: Counter[str]) -> None:
    """Be one client until the end: connect, do a few random things, leave in a random way."""
    dice = random.Random(id(seen) ^ id(asyncio.current_task()))  # noqa: S311 - no secret
    while time.monotonic() < ends:
        with contextlib.suppress(aiohttp.ClientError, ConnectionError):
            async with session.ws_connect(url) as socket:
                seen["connected"] += 1
                for _ in range(dice.randrange(1, 12)):
                    if not await _act(socket, dice, seen):
                        break


async def _act(socket: aiohttp.ClientWebSocketResponse, dice: random.Random, seen: Counter[str]) -> bool:
    """Do one thing; False when the connection is over."""
    kind = dice.choices(
        ["echo", "raise", "exit", "sleep", "post", "abort", "violate"], [60, 10, 4, 1, 10, 4, 2]
    )[0]
    seen[kind] += 1
    if kind == "abort":
        transport = socket._response.connection.transport  # type: ignore[union-attr]
        transport.abort()  # type: ignore[union-attr]
        return False
    if kind == "violate":
        await socket.send_bytes(b"\x00")
        return False
    wish = {"do": kind, "seconds": 30, "text": "posted", "action": _ACTIONS.get(kind)}
    await socket.send_str(json.dumps(wish))
    answer = await asyncio.wait_for(socket.receive(), _PATIENCE_S)
    if answer.type is not aiohttp.WSMsgType.TEXT:
        return False
    failed = "Internal server error" in answer.data
    # A healthy call never fails, whatever happens to others: no other call uses its process meanwhile.
    assert failed == (kind in {"raise", "exit", "sleep"}), (kind, answer.data)
    return True


async def _crowd(url: str, seconds: float, clients: int) -> Counter[str]:
    seen: Counter[str] = Counter()
    ends = time.monotonic() + seconds
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(*(_talk(session, url, ends, seen) for _ in range(clients)))
    return seen


def soak(gateway: Gateway, seconds: float, clients: int) -> Counter[str]:
    """Run the crowd, then wait until the gateway is as it was; returns how often each thing was done.

    Raises:
        AssertionError: something was answered wrongly, or something leaked.

    """
    asyncio.run(_crowd(gateway.websocket_url, 1, 2))  # what starts with the first clients is no leak
    before = _held(gateway)
    seen = asyncio.run(_crowd(gateway.websocket_url, seconds, clients))
    deadline = time.monotonic() + _CALM_DOWN_S
    while (left := _leaks(gateway, before)) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not left, left
    return seen


def _held(gateway: Gateway) -> dict[str, int]:
    gc.collect()
    processes = sum(len(gateway.process_ids(name)) for name in gateway.stack.functions)
    # A process holds its output's pipe, its listener and its connection.
    descriptors = len(list(Path("/dev/fd").iterdir())) - 3 * processes
    return {
        "connections": len(gateway.connection_ids),
        "tasks": gateway.task_count,
        "descriptors": descriptors,
    }


def _leaks(gateway: Gateway, before: dict[str, int]) -> dict[str, int]:
    now = _held(gateway)
    return {name: now[name] - before[name] for name in before if now[name] > before[name]}


def main(seconds: float, clients: int) -> None:
    """Run the long form and print what was done."""
    template = Path(__file__).with_name("stacks") / "behaviour" / "template.yaml"
    with running_gateway(template) as gateway:
        seen = soak(gateway, seconds, clients)
        processes = [pid for name in gateway.stack.functions for pid in gateway.process_ids(name)]
    left = [pid for pid in processes if _is_alive(pid)]
    assert not left, left
    sys.stdout.write(f"{dict(seen)}\nprocesses at the end, all gone now: {len(processes)}\nnothing leaked\n")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
