"""Measures the local gateway: `python benchmarks/gateway/run.py [OPTIONS]`, two minutes, prints a table.

OPTIONS go to the gateway, e.g. `--runtime awslambdaric-native`.

Gateway and load run as processes of their own on the same machine, as they do for whoever develops.
"""

import contextlib
import json
import os
import platform
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def main() -> None:
    """Run every measurement; only the ones in one `with` share a gateway."""
    rows = []
    with gateway() as (url, _, began):
        load("echoes", url, 1, 0)
        took = time.perf_counter() - began
        rows.append(("start-up to first message", f"{took:.2f} s, the client's own start included", ""))
    for connections in (1, 10, 50):
        with gateway() as (url, pid, _):
            result = load("echoes", url, connections, 5)
            rows.append((f"echoes, {connections} connections", text(result), tree(pid)))
    with gateway() as (url, pid, _):
        rows.append(("second message while the first runs", text(load("second", url)), ""))
        rows.append(("@connections frames from one handler (boto3)", text(load("flood", url, 3000)), ""))
    with gateway() as (url, pid, _):
        rows.append(idle(url, pid, 10_000))
    load_average = os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}, ", end="")
    print(f"load average {load_average:.1f} at the end (2 is this benchmark alone)")
    for row in rows:
        print(f"{row[0]:46} {row[1]:60} {row[2]}")


@contextlib.contextmanager
def gateway() -> Iterator[tuple[str, int, float]]:
    """Run a gateway; gives its address, its process id, and when its start began."""
    began = time.perf_counter()
    template = str(HERE / "echo" / "template.yaml")
    process = subprocess.Popen(  # noqa: S603 - our own processes
        [sys.executable, "-m", "local_gateway", "--template", template, "--port", "0", *sys.argv[1:]],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield (
            next(found.group() for line in process.stdout if (found := re.search(r"ws://\S+", line))),
            process.pid,
            began,
        )
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate()


def load(*arguments: object) -> dict[str, float]:
    """Run the load in its own process."""
    output = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(HERE / "load.py"), *map(str, arguments)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return json.loads(output)


def idle(url: str, pid: int, connections: int) -> tuple[str, str, str]:
    """Hold many connections and look at the memory."""
    client = subprocess.Popen(  # noqa: S603 - our own processes
        [sys.executable, str(HERE / "load.py"), "idle", url, str(connections)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    result = json.loads(client.stdout.readline())
    memory = tree(pid)
    client.kill()
    client.communicate()
    return (f"idle connections, {connections}", text(result), memory)


def tree(pid: int) -> str:
    """Give the memory of a process and all its descendants; shared pages count for each."""
    listing = subprocess.run(
        ["/bin/ps", "-Ao", "pid=,ppid=,rss="], check=True, capture_output=True, text=True
    ).stdout
    rows = [tuple(map(int, line.split())) for line in listing.splitlines()]
    family, grown = {pid}, True
    while grown:
        more = {child for child, parent, _ in rows if parent in family} - family
        family |= more
        grown = bool(more)
    resident = sum(rss for child, _, rss in rows if child in family) / 1024
    return f"{len(family)} processes, {resident:.0f} MB"


def text(result: dict[str, float]) -> str:
    """Write a result in one line."""
    return ", ".join(f"{key} {value}" for key, value in result.items())


if __name__ == "__main__":
    main()
