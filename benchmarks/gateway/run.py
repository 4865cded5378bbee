"""Compares the local gateway with serverless-offline: `python benchmarks/gateway/run.py [OPTIONS]`.

OPTIONS are the gateway's, e.g. `--runtime awslambdaric-native`. npm installs serverless-offline into
`.bench/` beside this file; without npm it is skipped. A run takes six minutes.

Server and load generator are separate processes on one machine, as during development. The two servers
alternate, so that other load on the machine affects both. The result is the median of the rounds, and
the ratio of each pair.
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

from process_tree import Memory, cpu_s, memory, process_tree
from servers import RunningServer, Server, gateway, serverless_offline

HERE = Path(__file__).parent
_ROUNDS = 3
_SECONDS = 5
_IDLE = 10_000

GATEWAY, PEER = "local_gateway", "serverless-offline"


def main() -> None:
    """Measure everything and print it as a table."""
    compared = serverless_offline()
    servers: dict[str, Server] = {GATEWAY: gateway, **({} if compared is None else {PEER: compared})}
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}; ", end="")
    print(f"each value is the median of {_ROUNDS} rounds")
    print(f"{'':40}{GATEWAY:>34}{PEER if compared else '':>34}  ratio           load average")
    _row("start-up to first message, s", servers, start_up)
    for connections in (1, 10, 50):
        _row(f"echoes/s, {connections} connections", servers, echoing(connections))
    _row("second message while the first runs, ms", servers, second)
    _row("@connections frames/s of one handler", servers, flood)
    with gateway() as served:
        print(f"{f'{_IDLE} idle connections':40}{idle(served):>34}")


def _row(title: str, servers: Mapping[str, Server], measure: "Measure") -> None:
    """Measure the servers alternately and print their results."""
    measured: dict[str, list[tuple[float, str]]] = {name: [] for name in servers}
    for _ in range(_ROUNDS):
        for name, server in servers.items():
            with server() as served:
                measured[name].append(measure(served))
    cells = [_cell(results) for results in measured.values()]
    ratio = ""
    if len(measured) > 1:
        pairs = zip(measured[GATEWAY], measured[PEER], strict=True)
        ratios = sorted(gateway / peer for (gateway, _), (peer, _) in pairs)
        ratio = f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})"
    row = "".join(f"{cell:>34}" for cell in cells)
    print(f"{title:40}{row}  {ratio:16}{os.getloadavg()[0]:.1f}", flush=True)


def _cell(results: Sequence[tuple[float, str]]) -> str:
    value = statistics.median(value for value, _ in results)
    notes = next(note for each, note in sorted(results)[len(results) // 2 :] if each == value)
    return f"{value:g}{notes}"


Measure = Any
"""A function of RunningServer that returns the value and a note."""


def start_up(served: RunningServer) -> tuple[float, str]:
    """Measure the time from the process's start to the first echo, the client's start included."""
    _load("echoes", served.url, 1, 0)
    return round(time.perf_counter() - served.began, 2), ""


def echoing(connections: int) -> Measure:
    """Measure echoes; the note has the processor time of one echo and the tree's memory."""

    def measure(served: RunningServer) -> tuple[float, str]:
        _load("echoes", served.url, connections, 0)
        before = _cpu(served.pid)
        result = _load("echoes", served.url, connections, _SECONDS)
        held = memory(served.pid)
        costs = _costs(before, _cpu(served.pid), served.pid, result["echoes_in_all"])
        return result["echoes_per_s"], f" ({costs}{_short(held)})"

    return measure


def second(served: RunningServer) -> tuple[float, str]:
    """Measure a message that is sent while its connection's first one runs."""
    return _load("second", served.url)["median_ms"], ""


def flood(served: RunningServer) -> tuple[float, str]:
    """Measure the frames that one handler posts with boto3."""
    return _load("flood", served.url, 1500)["frames_per_s"], ""


def idle(served: RunningServer) -> str:
    """Measure the memory of idle connections."""
    client = subprocess.Popen(  # noqa: S603 - this benchmark's script
        [sys.executable, str(HERE / "load_client.py"), "idle", served.url, str(_IDLE)],
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
    """Run the load generator in its own process."""
    finished = subprocess.run(  # noqa: S603 - this benchmark's script
        [sys.executable, str(HERE / "load_client.py"), *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    if finished.returncode:
        raise SystemExit(f"the load generator failed: {finished.stderr[-2000:]}")
    result: dict[str, float] = json.loads(finished.stdout)
    return result


def _cpu(pid: int) -> dict[int, float]:
    return {each: used for each in process_tree(pid) if (used := cpu_s(each)) is not None}


def _costs(before: Mapping[int, float], after: Mapping[int, float], pid: int, echoes: float) -> str:
    """Return the processor time of one echo in the server and in its functions, in microseconds."""
    spent = {each: (used - before.get(each, 0.0)) / echoes * 1e6 for each, used in after.items()}
    if pid not in spent:
        return ""
    return f"{spent.pop(pid):.0f}+{sum(spent.values()):.0f} µs, "


def _short(held: Memory) -> str:
    return f"{held.megabytes} MB/{held.processes}p"


if __name__ == "__main__":
    main()
