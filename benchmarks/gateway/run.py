"""Measures the local gateway: `python benchmarks/gateway/run.py`, two minutes, prints a table.

Gateway and load run as processes of their own on the same machine, as they do for whoever develops.
"""

import json
import os
import platform
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def main() -> None:
    """Run every measurement against one gateway."""
    began = time.perf_counter()
    gateway = subprocess.Popen(
        [sys.executable, "-m", "local_gateway", "--template", str(HERE / "echo" / "template.yaml"), "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        url = next(match.group() for line in gateway.stdout if (match := re.search(r"ws://\S+", line)))
        load("echoes", url, 1, 0)
        started = time.perf_counter() - began
        rows = [("start-up to first message", f"{started:.2f} s, the client's own start included", "")]
        for connections in (1, 10, 50):
            result = load("echoes", url, connections, 5)
            rows.append((f"echoes, {connections} connections", text(result), tree(gateway.pid)))
        rows.append(("second message while the first runs", text(load("second", url)), ""))
        rows.append(("@connections frames from one handler (boto3)", text(load("flood", url, 3000)), ""))
        rows.append(idle(url, gateway.pid, 10_000))
    finally:
        gateway.send_signal(signal.SIGTERM)
        gateway.wait()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    for row in rows:
        print(f"{row[0]:46} {row[1]:60} {row[2]}")


def load(*arguments: object) -> dict[str, float]:
    """Run the load in its own process."""
    output = subprocess.run(
        [sys.executable, str(HERE / "load.py"), *map(str, arguments)], check=True, capture_output=True, text=True
    ).stdout
    return json.loads(output)


def idle(url: str, pid: int, connections: int) -> tuple[str, str, str]:
    """Hold many connections and look at the memory."""
    client = subprocess.Popen(
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
    listing = subprocess.run(["ps", "-Ao", "pid=,ppid=,rss="], check=True, capture_output=True, text=True).stdout
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
