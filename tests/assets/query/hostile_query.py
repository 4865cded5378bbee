"""Runs one query without bounds on memory in a process of its own, and prints the result as JSON.

python -m tests.assets.query.hostile_query <name>
"""

# ruff: noqa: S608, T201 - queries made of names; a script prints

import json
import resource
import sys
from contextlib import closing
from datetime import UTC, datetime

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
    """Run the query; `peak_bytes` is the peak memory of its process."""
    asset = Asset("a", AssetType.METRIC_FILE, "t", {}, "u", datetime.now(UTC), datetime.now(UTC))
    rows = Table(("x",), tuple((number,) for number in range(ROWS)))
    with closing(QuerySandbox((DataTable("t", asset, ("x",), rows),), lambda: False)) as sandbox:
        try:
            sandbox.query(QUERIES[name], QueryLimits(max_s=60))
            refusal = None
        except ToolRefusal as refused:
            refusal = refused.text
        ((rows_after,),) = sandbox.query("SELECT count(*) FROM t", QueryLimits(max_s=60)).table.rows
    peak_bytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024  # it has ended
    print(json.dumps({"refusal": refusal, "peak_bytes": peak_bytes, "rows_after": rows_after}))


if __name__ == "__main__":
    main(sys.argv[1])
