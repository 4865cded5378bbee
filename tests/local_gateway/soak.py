"""The soak test: clients connect, send, abort and reconnect while functions crash and time out.

    python -m tests.local_gateway.soak SECONDS CLIENTS     the long form, e.g. 180 300

Afterwards no connection, task, extra process or file descriptor may remain.
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

_REPLY_TIMEOUT_S = 60.0
_SETTLE_TIMEOUT_S = 30.0
_ACTIONS = {"post": "silent", "sleep": "shortTimeout"}
"""Routes other than the default. Only the function of `shortTimeout` has a short timeout: a successful
invocation may take seconds on a machine that is overloaded with crashing and restarting processes."""


async def _run_client(session: aiohttp.ClientSession, url: str, ends: float, seen: Counter[str]) -> None:
    """Run one client until the end: connect, take a few random actions, disconnect in a random way."""
    rng = random.Random(id(seen) ^ id(asyncio.current_task()))  # noqa: S311 - no secret
    while time.monotonic() < ends:
        with contextlib.suppress(aiohttp.ClientError, ConnectionError):
            async with session.ws_connect(url) as socket:
                seen["connected"] += 1
                for _ in range(rng.randrange(1, 12)):
                    if not await _act(socket, rng, seen):
                        break


async def _act(socket: aiohttp.ClientWebSocketResponse, rng: random.Random, seen: Counter[str]) -> bool:
    """Take one random action; return False when the connection is closed."""
    kind = rng.choices(
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
    message = {"do": kind, "seconds": 30, "text": "posted", "action": _ACTIONS.get(kind)}
    await socket.send_str(json.dumps(message))
    answer = await asyncio.wait_for(socket.receive(), _REPLY_TIMEOUT_S)
    if answer.type is not aiohttp.WSMsgType.TEXT:
        return False
    failed = "Internal server error" in answer.data
    # An invocation does not fail because of others: it has its process to itself.
    assert failed == (kind in {"raise", "exit", "sleep"}), (kind, answer.data)
    return True


async def _run_clients(url: str, seconds: float, clients: int) -> Counter[str]:
    seen: Counter[str] = Counter()
    ends = time.monotonic() + seconds
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(*(_run_client(session, url, ends, seen) for _ in range(clients)))
    return seen


def soak(gateway: Gateway, seconds: float, clients: int) -> Counter[str]:
    """Run the clients, then wait until their resources are released; return the count of each action.

    Raises:
        AssertionError: a reply is wrong, or a resource leaks.

    """
    asyncio.run(_run_clients(gateway.websocket_url, 1, 2))  # resources of the first clients are not leaks
    while gateway.starting_count:
        time.sleep(0.1)
    before = _resources(gateway)
    seen = asyncio.run(_run_clients(gateway.websocket_url, seconds, clients))
    deadline = time.monotonic() + _SETTLE_TIMEOUT_S
    while (left := _leaks(gateway, before)) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not left, left
    return seen


def _resources(gateway: Gateway) -> dict[str, int]:
    gc.collect()
    processes = sum(len(gateway.process_ids(name)) for name in gateway.stack.functions)
    # A process uses three descriptors: its output's pipe, its listener and its connection.
    descriptors = len(list(Path("/dev/fd").iterdir())) - 3 * processes
    return {
        "connections": len(gateway.connection_ids),
        "tasks": gateway.task_count,
        "descriptors": descriptors,
    }


def _leaks(gateway: Gateway, before: dict[str, int]) -> dict[str, int]:
    now = _resources(gateway)
    return {name: now[name] - before[name] for name in before if now[name] > before[name]}


def main(seconds: float, clients: int) -> None:
    """Run the long form and print the count of each action."""
    template = Path(__file__).with_name("stacks") / "behaviour" / "template.yaml"
    with running_gateway(template) as gateway:
        seen = soak(gateway, seconds, clients)
        processes = [pid for name in gateway.stack.functions for pid in gateway.process_ids(name)]
    left = [pid for pid in processes if _is_alive(pid)]
    assert not left, left
    sys.stdout.write(f"{dict(seen)}\nprocesses at the end, all ended: {len(processes)}\nnothing leaked\n")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
