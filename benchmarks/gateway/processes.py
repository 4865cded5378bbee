"""What a process and all that it started take: memory, and on Linux processor time."""

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

__all__ = ["Memory", "cpu_s", "family", "memory"]


class Memory(NamedTuple):
    """Of a whole tree; pages that processes share count for each of them."""

    processes: int
    megabytes: int

    def __str__(self) -> str:
        return f"{self.megabytes} MB in {self.processes} processes"


def memory(pid: int) -> Memory:
    """Add up what the tree holds now."""
    resident = _table("rss")
    tree = family(pid)
    return Memory(len(tree), round(sum(resident.get(each, 0) for each in tree) / 1024))


def family(pid: int) -> set[int]:
    """Give a process's id and those of its descendants."""
    parents = _table("ppid")
    found: set[int] = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def cpu_s(pid: int) -> float | None:
    """Give the processor time that one process took so far; None where nothing tells it in fine steps."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _table(column: str) -> dict[int, int]:
    listing = subprocess.run(  # noqa: S603 - ps and fixed words
        ["/bin/ps", "-Ao", f"pid=,{column}="], check=True, capture_output=True, text=True
    ).stdout
    return {int(pid): int(value) for pid, value in (line.split() for line in listing.splitlines())}
