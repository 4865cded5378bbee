"""Many streams at once: `python benchmarks/load/run.py`, prints what was lost (nothing) and how late it came.

500 streams in one process over a fake `@connections` that takes 15 ms a post; then 25 turns of 25 users at
once through real Lambda processes and sockets. Every connection's fold is held against its `complete`.
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
QUESTION = "How did it change between 2012 and 2014?"
PATIENCE_S = 240


def main() -> int:
    """Run both; 1 if anything was lost."""
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
    """Print how it went; every way in which a stream broke the law."""
    result = streams_at_once(streams, tokens=100, per_s=10.0)
    print(f"{streams} streams in one process: {result.tokens} tokens in {result.took_s:.1f} s,")
    print(f"  {result.posts} posts ({result.posts / result.took_s:.0f}/s), CPU {result.cpu_s:.1f} s,")
    print(f"  last token late by {spread(result.lags_ms, 'ms')}")
    print(f"  faults: {len(result.faults)}")
    return result.faults


async def over_sockets(stack: Stack, turns: int) -> list[str]:
    """The same for whole turns, each by a user of their own."""
    people = [stack.new_person() for _ in range(turns)]
    began_s = time.perf_counter()
    told = await asyncio.gather(*map(ask, people))
    took_s = time.perf_counter() - began_s
    faults = [fault for _, _, found in told for fault in found]
    frames = sum(count for _, count, _ in told)
    print(f"{turns} turns over sockets and processes, all begun at once: {frames} frames in {took_s:.1f} s,")
    print(f"  a turn took {spread([each for each, _, _ in told], 's')}, faults: {len(faults)}")
    return faults


async def ask(person: Person) -> tuple[float, int, list[str]]:
    """One turn: how long it took, its frames, and what was wrong with them."""
    async with person.connect(timeout_s=PATIENCE_S) as tab:
        began_s = time.perf_counter()
        frames = await (await tab.post(QUESTION, **DASHBOARD)).all_frames()
        return time.perf_counter() - began_s, len(frames), violations(frames)


def spread(values: Sequence[float], unit: str) -> str:
    """Median, 99th percentile and maximum."""
    cuts = quantiles(values, n=100, method="inclusive")
    return f"{cuts[49]:.1f} {unit} (median), {cuts[98]:.1f} (p99), {max(values):.1f} (max)"


if __name__ == "__main__":
    sys.exit(main())
