"""The memory and (on Linux) processor time of a process and its descendants."""

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

__all__ = ["Memory", "cpu_s", "memory", "process_tree"]


class Memory(NamedTuple):
    """Memory of a process tree; shared pages count once per process."""

    processes: int
    megabytes: int

    def __str__(self) -> str:
        return f"{self.megabytes} MB in {self.processes} processes"


def memory(pid: int) -> Memory:
    """Return the current memory of a process tree."""
    resident = _table("rss")
    tree = process_tree(pid)
    return Memory(len(tree), round(sum(resident.get(each, 0) for each in tree) / 1024))


def process_tree(pid: int) -> set[int]:
    """Return the ids of a process and its descendants."""
    parents = _table("ppid")
    found: set[int] = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def cpu_s(pid: int) -> float | None:
    """Return a process's processor time; None without /proc."""
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
