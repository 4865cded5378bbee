"""Measures queries over rows: `python benchmarks/queries/run.py`, prints two tables.

The first compares the query process with the same engine in this process, which cannot be ended. The second
has what only the process has: its start, its memory, and the time from a stop to the end of a query that is
busy within one row.
"""

import argparse
import os
import platform
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from statistics import median

from tests.assets.query.long_queries import LONG_QUERIES
from threadcast.assets.query.engine import QueryEngine
from threadcast.assets.query.engine_process import EngineProcess
from threadcast.assets.query.row_batches import row_batches
from threadcast.assets.query.sandbox import QueryLimits, QuerySandbox
from threadcast.assets.query.sql_tables import DataTable
from threadcast.domain.asset import Asset, AssetType, Table
from threadcast.errors import ToolRefusal

LIMITS = QueryLimits(max_s=600, max_rows=5_000, max_bytes=1_000_000)
SOURCES = ("Fossil Fuels", "Nuclear Energy", "Renewables")
QUERIES = {
    "one row": "SELECT 1",
    "group by": "SELECT source, sum(value), avg(ratio) FROM t GROUP BY 1",
    "window": "SELECT day, sum(value) OVER (PARTITION BY source ORDER BY day) FROM t LIMIT 200",
    "5,000 rows": "SELECT * FROM t LIMIT 5000",
}


def a_table(rows: int) -> DataTable:
    """Return a table of five columns."""
    now = datetime.now(UTC)
    cells = tuple(
        (f"2026-{at % 12 + 1:02}-{at % 28 + 1:02}", SOURCES[at % 3], at, at / 7, None) for at in range(rows)
    )
    columns = ("day", "source", "value", "ratio", "note")
    return DataTable(
        "t", Asset("a", AssetType.METRIC_FILE, "t", {}, "u", now, now), columns, Table(columns, cells)
    )


def filled_engine(table: DataTable) -> QueryEngine:
    """Return an engine in this process that has the rows."""
    engine = QueryEngine()
    for batch in row_batches(table):
        engine.load(batch["table"], batch["columns"], batch["rows"])
    return engine


def milliseconds(runs: int, *works: Callable[[], object]) -> list[float]:
    """Return the median duration of each work; the works alternate, so that each has the same load."""
    took: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for each, work in zip(took, works, strict=True):
            began_s = time.perf_counter()
            work()
            each.append((time.perf_counter() - began_s) * 1000)
    return list(map(median, took))


def first_query(table: DataTable) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return a turn's first query, with rows that are not loaded yet, in this process and in another."""

    def here() -> None:
        with closing(filled_engine(table)) as engine:
            engine.query(QUERIES["one row"], LIMITS.max_rows, LIMITS.max_bytes)

    def there() -> None:
        with closing(QuerySandbox((table,), lambda: False)) as sandbox:
            sandbox.query(QUERIES["one row"], LIMITS)

    return here, there


def compare(rows: int, runs: int) -> None:
    """Print the lines of one table's size."""
    table = a_table(rows)
    print_line(f"{rows:,} rows, first query", milliseconds(runs, *first_query(table)))
    with (
        closing(filled_engine(table)) as engine,
        closing(QuerySandbox((table,), lambda: False)) as sandbox,
    ):
        for name, sql in QUERIES.items():
            here = lambda sql=sql: engine.query(sql, LIMITS.max_rows, LIMITS.max_bytes)  # noqa: E731 - short
            there = lambda sql=sql: sandbox.query(sql, LIMITS)  # noqa: E731 - the same
            print_line(f"{rows:,} rows, then {name}", milliseconds(runs, here, there))


def print_line(name: str, ms: list[float]) -> None:
    """Print the durations here and there, and their ratio."""
    here, there = ms
    print(f"  {name:32} {here:10.2f} {there:10.2f} {there / here:8.1f}")


def start(runs: int) -> None:
    """Print how long the process takes to its first reply, without rows."""

    def begin() -> None:
        process = EngineProcess()
        process.exchange({}, lambda: False)
        process.kill()

    (ms,) = milliseconds(runs, begin)
    print(f"  start, first reply and end      {ms:10.1f} ms")


def stop(runs: int) -> None:
    """Print how long a query that is busy within one row takes to end after a stop."""
    took = []
    for _ in range(runs):
        stopped, at_s = threading.Event(), [0.0]

        def set_stop(stopped: threading.Event = stopped, at_s: list[float] = at_s) -> None:
            at_s[0] = time.perf_counter()
            stopped.set()

        with closing(QuerySandbox((a_table(100),), stopped.is_set)) as sandbox:
            sandbox.query("SELECT 1", LIMITS)
            threading.Timer(0.1, set_stop).start()
            try:
                sandbox.query(LONG_QUERIES["within one row"], LIMITS)
            except ToolRefusal:
                took.append((time.perf_counter() - at_s[0]) * 1000)
    print(f"  from a stop to the end          {median(took):10.1f} ms, at most {max(took):.1f}")


def memory(rows: int) -> None:
    """Print the resident memory of an idle process with its rows; only Linux reports it."""
    process = EngineProcess()
    for request in chain([{}], row_batches(a_table(rows)) if rows else ()):
        process.exchange(request, lambda: False)
    status = Path(f"/proc/{process.pid}/status")
    if status.exists():
        (kilobytes,) = (line.split()[1] for line in status.read_text().splitlines() if "VmRSS" in line)
        print(f"  resident with {rows:7,} rows      {int(kilobytes) / 1024:10.1f} MB")
    process.kill()


def main() -> None:
    """Run all measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    runs = parser.parse_args().runs
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}\n")
    print(f"median of {runs}, ms                 in-process   process    ratio")
    for rows in (100, 10_000):
        compare(rows, runs)
    print("\nthe process")
    start(runs)
    stop(runs)
    for rows in (0, 10_000, 100_000):
        memory(rows)


if __name__ == "__main__":
    main()
