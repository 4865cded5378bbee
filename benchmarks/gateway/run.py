"""Measures the local gateway beside serverless-offline: `python benchmarks/gateway/run.py [OPTIONS]`.

OPTIONS go to the gateway, e.g. `--runtime awslambdaric-native`. serverless-offline is installed by npm,
into `.bench/` beside this file; without npm it is left out. The whole takes six minutes.

Server and load run as processes of their own on one machine, as they do for whoever develops. The two
servers take turns, so that whatever else the machine does meets both; what counts is the median of the
turns, and the ratio of each pair.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from processes import Memory, cpu_s, family, memory
from served import Served, Server, gateway, serverless_offline

HERE = Path(__file__).parent
_TURNS = 3
_SECONDS = 5
_IDLE = 10_000

OURS, THEIRS = "local_gateway", "serverless-offline"


def main() -> None:
    """Measure everything and print it as a table."""
    compared = serverless_offline()
    servers: dict[str, Server] = {OURS: gateway, **({} if compared is None else {THEIRS: compared})}
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}; ", end="")
    print(f"each figure is the median of {_TURNS} turns")
    print(f"{'':40}{OURS:>34}{THEIRS if compared else '':>34}  ours / theirs   load average")
    _row("start-up to first message, s", servers, start_up)
    for connections in (1, 10, 50):
        _row(f"echoes/s, {connections} connections", servers, echoing(connections))
    _row("second message while the first runs, ms", servers, second)
    _row("@connections frames/s of one handler", servers, flood)
    with gateway() as served:
        print(f"{f'{_IDLE} idle connections':40}{idle(served):>34}")


def _row(title: str, servers: Mapping[str, Server], measure: "Measure") -> None:
    """Let the servers take turns, and print what came of it."""
    taken: dict[str, list[tuple[float, str]]] = {name: [] for name in servers}
    for _ in range(_TURNS):
        for name, server in servers.items():
            with server() as served:
                taken[name].append(measure(served))
    cells = [_cell(results) for results in taken.values()]
    ratio = ""
    if len(taken) > 1:
        pairs = zip(taken[OURS], taken[THEIRS], strict=True)
        ratios = sorted(ours / theirs for (ours, _), (theirs, _) in pairs)
        ratio = f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})"
    row = "".join(f"{cell:>34}" for cell in cells)
    print(f"{title:40}{row}  {ratio:16}{os.getloadavg()[0]:.1f}", flush=True)


def _cell(results: Sequence[tuple[float, str]]) -> str:
    value = statistics.median(value for value, _ in results)
    notes = next(note for each, note in sorted(results)[len(results) // 2 :] if each == value)
    return f"{value:g}{notes}"


Measure = Any
"""A function of Served that gives the figure, and what to say beside it."""


def start_up(served: Served) -> tuple[float, str]:
    """Time from the start of the process to the first echo, the client's own start included."""
    _load("echoes", served.url, 1, 0)
    return round(time.perf_counter() - served.began, 2), ""


def echoing(connections: int) -> Measure:
    """Count echoes; beside them the tree's memory, and where the processor time of one echo went."""

    def measure(served: Served) -> tuple[float, str]:
        _load("echoes", served.url, connections, 0)
        before = _cpu(served.pid)
        result = _load("echoes", served.url, connections, _SECONDS)
        held = memory(served.pid)
        costs = _costs(before, _cpu(served.pid), served.pid, result["echoes_in_all"])
        return result["echoes_per_s"], f" ({costs}{_short(held)})"

    return measure


def second(served: Served) -> tuple[float, str]:
    """Time a message that is sent while its connection's first one is at work."""
    return _load("second", served.url)["median_ms"], ""


def flood(served: Served) -> tuple[float, str]:
    """Count the frames that one handler posts with boto3."""
    return _load("flood", served.url, 1500)["frames_per_s"], ""


def idle(served: Served) -> str:
    """Hold many connections and look at the memory."""
    client = subprocess.Popen(  # noqa: S603 - our own processes
        [sys.executable, str(HERE / "load.py"), "idle", served.url, str(_IDLE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert client.stdout is not None  # noqa: S101 - for the type checker
    opened = json.loads(client.stdout.readline())
    held = memory(served.pid)
    client.kill()
    client.communicate()
    return f"{_short(held)}, opened in {opened['opened_in_s']} s"


def _load(*arguments: object) -> dict[str, float]:
    """Run the load in its own process."""
    finished = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(HERE / "load.py"), *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    if finished.returncode:
        raise SystemExit(f"the load failed: {finished.stderr[-2000:]}")
    result: dict[str, float] = json.loads(finished.stdout)
    return result


def _cpu(pid: int) -> dict[int, float]:
    return {each: used for each in family(pid) if (used := cpu_s(each)) is not None}


def _costs(before: Mapping[int, float], after: Mapping[int, float], pid: int, echoes: float) -> str:
    """Say what one echo took of the server's process and of its functions', in microseconds."""
    spent = {each: (used - before.get(each, 0.0)) / echoes * 1e6 for each, used in after.items()}
    if pid not in spent:
        return ""
    return f"{spent.pop(pid):.0f}+{sum(spent.values()):.0f} µs, "


def _short(held: Memory) -> str:
    return f"{held.megabytes} MB/{held.processes}p"


if __name__ == "__main__":
    main()
