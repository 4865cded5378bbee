"""Measures many concurrent streams: `python benchmarks/load/run.py` prints losses (none) and delays.

500 streams in one process over a fake `@connections` that takes 15 ms a post; then 25 turns of 25 users at
once through Lambda processes and WebSockets. Every connection's fold is compared with its `complete`.
"""

import argparse
import asyncio
import os
import platform
import sys
import time
from collections.abc import Sequence
from statistics import quantiles

from many import streams_at_once

from tests.e2e.invariants import violations
from tests.e2e.local_stack import Person, Stack, running_stack, sample

DASHBOARD = {"asset_id": sample("work_and_power").asset.id, "asset_type": "dashboard_file"}
QUESTION = "What was construction employment each month?"
TIMEOUT_S = 240


def main() -> int:
    """Run both measurements; return 1 if a frame was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=500)
    parser.add_argument("--turns", type=int, default=25)
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}\n")
    faults = in_one_process(options.streams)
    with running_stack({"AnalystPaceMs": "50"}) as stack:
        faults += asyncio.run(over_sockets(stack, options.turns))
    print(*faults[:20], sep="\n")
    return 1 if faults else 0


def in_one_process(streams: int) -> list[str]:
    """Print the results; return every violation of an invariant."""
    result = streams_at_once(streams, tokens=100, per_s=10.0)
    print(f"{streams} streams in one process: {result.tokens} tokens in {result.took_s:.1f} s,")
    print(f"  {result.posts} posts ({result.posts / result.took_s:.0f}/s), CPU {result.cpu_s:.1f} s,")
    print(f"  last token late by {spread(result.lags_ms, 'ms')}")
    print(f"  faults: {len(result.faults)}")
    return result.faults


async def over_sockets(stack: Stack, turns: int) -> list[str]:
    """Print the results of whole turns, one for each user; return every violation."""
    people = [stack.new_person() for _ in range(turns)]
    began_s = time.perf_counter()
    results = await asyncio.gather(*map(ask, people))
    took_s = time.perf_counter() - began_s
    faults = [fault for _, _, found in results for fault in found]
    frames = sum(count for _, count, _ in results)
    print(f"{turns} turns over sockets and processes, all begun at once: {frames} frames in {took_s:.1f} s,")
    print(f"  a turn took {spread([each for each, _, _ in results], 's')}, faults: {len(faults)}")
    return faults


async def ask(person: Person) -> tuple[float, int, list[str]]:
    """Run one turn; return its duration, its number of frames, and their violations."""
    async with person.connect(timeout_s=TIMEOUT_S) as connection:
        began_s = time.perf_counter()
        frames = await (await connection.post(QUESTION, **DASHBOARD)).all_frames()
        return time.perf_counter() - began_s, len(frames), violations(frames)


def spread(values: Sequence[float], unit: str) -> str:
    """Return median, 99th percentile and maximum as text."""
    cuts = quantiles(values, n=100, method="inclusive")
    return f"{cuts[49]:.1f} {unit} (median), {cuts[98]:.1f} (p99), {max(values):.1f} (max)"


if __name__ == "__main__":
    sys.exit(main())
