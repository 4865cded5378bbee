"""Runs one query without bounds on memory in a process of its own, and prints the result as JSON.

python -m tests.model_agent.hostile_query <name>
"""

# ruff: noqa: S608, T201 - queries made of names; a script prints

import json
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from threadcast.assets.query.sandbox import QueryLimits, QuerySandbox
from threadcast.assets.query.sql_tables import DataTable
from threadcast.domain.asset import Asset, AssetType, Table
from threadcast.errors import ToolRefusal

__all__ = ["QUERIES"]

ROWS = 200
GROWS = f"hex(hex(hex(hex(hex('{'x' * 300}')))))"
"""9,600 characters."""


def _chain(first: str, each: str) -> str:
    """Return a query with a hundred tables, each derived from the previous one."""
    parts = [f"a0 AS ({first})", *(f"a{at} AS ({each.format(former=at - 1)})" for at in range(1, 100))]
    return f"WITH {', '.join(parts)} SELECT x FROM a99"


QUERIES = {
    "a text": f"SELECT {'hex(' * 20}{GROWS}{')' * 20}",
    "a blob": f"SELECT CAST({GROWS} || {GROWS} || {GROWS} AS BLOB)",
    "a gathering": f"SELECT group_concat(a.x || {GROWS}) FROM t a, t b",
    "waiting rows": f"WITH RECURSIVE n(i, s) AS (SELECT 1, {GROWS} UNION ALL "
    "SELECT i + 1, i || substr(s, 9) FROM n, t) SELECT count(*) FROM n",
    "rows made beforehand": f"WITH m AS MATERIALIZED (SELECT a.x, {GROWS} AS s FROM t a, t b, t c) "
    "SELECT count(*) FROM m p, m q WHERE p.s < q.s",
    "a statement that repeats itself": _chain(
        "SELECT 1 AS x", "SELECT (SELECT x FROM a{former}) + (SELECT x FROM a{former}) AS x"
    ),
    "a term that repeats itself": _chain("SELECT x FROM t", "SELECT x + x AS x FROM a{former}"),
}


def main(name: str) -> None:
    """Run the query; `grown_bytes` is the growth of the process's peak memory."""
    asset = Asset("a", AssetType.METRIC_FILE, "t", {}, "u", datetime.now(UTC), datetime.now(UTC))
    rows = Table(("x",), tuple((number,) for number in range(ROWS)))
    with closing(QuerySandbox((DataTable("t", asset, ("x",), rows),), lambda: False)) as sandbox:
        sandbox.query("SELECT 1", QueryLimits())
        before = _bytes("VmRSS")
        try:
            sandbox.query(QUERIES[name], QueryLimits(max_s=60))
            refusal = None
        except ToolRefusal as refused:
            refusal = refused.text
        grown = _bytes("VmHWM") - before
        ((rows_after,),) = sandbox.query("SELECT count(*) FROM t", QueryLimits()).table.rows
    print(json.dumps({"refusal": refusal, "grown_bytes": grown, "rows_after": rows_after}))


def _bytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    main(sys.argv[1])
