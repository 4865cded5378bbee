"""Measures whole turns: `python benchmarks/turns/run.py`, prints two tables.

Latency of prompt-less turns on the local stack, over WebSockets and processes (contract: 300 ms at the 99th
percentile); and what each flow asks of DynamoDB, in requests and billed units, over an in-process emulator.
"""

import argparse
import asyncio
import os
import platform
import time
import uuid
from statistics import quantiles

from flows import requests_per_flow

from tests.e2e.local_stack import Stack, running_stack, sample

ASSET = {"asset_id": sample("iowa_electricity").asset.id, "asset_type": "metric_file"}
PARAMETERS = {"TurnsPerMinute": "60000", "TurnBurst": "1000"}
WARM_UP = 20
EMPTY_EVERY = 20


def main() -> None:
    """Run both measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=200)
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}\n")
    with running_stack(PARAMETERS) as stack:
        latency(asyncio.run(prompt_less(stack, options.turns)), options.turns)
    flow_table()


async def prompt_less(stack: Stack, turns: int) -> dict[str, list[float]]:
    """Return milliseconds from a request to its first and last frame, of warm functions and a small table."""
    person = stack.new_person()
    took: dict[str, list[float]] = {"initializeChat": [], "complete": []}
    async with person.connect() as connection:
        for number in range(WARM_UP + turns):
            if number % EMPTY_EVERY == 0:
                stack.empty()
            began_s = time.perf_counter()
            turn = await connection.post(**ASSET, request_id=str(uuid.uuid4()))
            async for frame in turn:
                if number >= WARM_UP and frame["event"] in took:
                    took[frame["event"]].append((time.perf_counter() - began_s) * 1000)
    return took


def latency(took: dict[str, list[float]], turns: int) -> None:
    """Print the first table."""
    print(f"prompt-less, {turns} warm turns     median ms   p99 ms   max ms")
    for event, each in took.items():
        cuts = quantiles(each, n=100, method="inclusive")
        print(f"  until {event:22} {cuts[49]:11.1f} {cuts[98]:8.1f} {max(each):8.1f}")
    print()


def flow_table() -> None:
    """Print the second table."""
    print("DynamoDB per flow         requests  write calls  read units  write units   requests by kind")
    for flow, used in requests_per_flow().items():
        kinds = ", ".join(f"{name} {count}" for name, count in sorted(used.calls.items()))
        print(
            f"  {flow:22} {sum(used.calls.values()):9} {used.write_calls:12} {used.reads:11.1f}"
            f" {used.writes:12}   {kinds}"
        )


if __name__ == "__main__":
    main()
