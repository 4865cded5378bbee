"""Queries over a context's rows: what is possible, and what is refused."""

# ruff: noqa: S608 - building queries from names is what these tests are about

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.assets.query.hostile_query import QUERIES
from tests.samples.loaded import context_of
from threadcast.assets.query.sandbox import QueryLimits, QuerySandbox
from threadcast.assets.query.sql_tables import DataTable, tables_of
from threadcast.domain.asset import Table
from threadcast.errors import ToolRefusal

IOWA = "iowa_electricity_generation_by_source"
LIMITS = QueryLimits(max_s=60)
ROOT = Path(__file__).parents[3]


@pytest.fixture
def sandbox() -> Iterator[QuerySandbox]:
    made = QuerySandbox(tables_of(context_of("iowa_electricity")), lambda: False)
    yield made
    made.close()


def refusal(sandbox: QuerySandbox, sql: str) -> str:
    with pytest.raises(ToolRefusal) as caught:
        sandbox.query(sql, LIMITS)
    return caught.value.text


def python(*module: str) -> str:
    """Return what a module prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    return done.stdout.strip()


def a_table(table: Table, name: str = "odd") -> DataTable:
    asset = context_of("iowa_electricity").asset
    return DataTable(name, asset, table.columns, table)


def test_a_select_returns_rows_with_column_names(sandbox: QuerySandbox) -> None:
    sums = f"SELECT source, sum(net_generation) AS total FROM {IOWA} WHERE year = '2017-01-01'"

    result = sandbox.query(f"{sums} GROUP BY 1 ORDER BY 2", LIMITS)

    assert result.table == Table(
        ("source", "total"), (("Nuclear Energy", 5214), ("Renewables", 21933), ("Fossil Fuels", 29329))
    )
    assert not result.is_cut


@pytest.mark.parametrize(
    "sql",
    [
        f"WITH t AS (SELECT * FROM {IOWA}) SELECT count(*) FROM t",
        f"SELECT year, lag(net_generation) OVER (PARTITION BY source ORDER BY year) FROM {IOWA}",
        f"SELECT strftime('%Y', year), avg(net_generation), group_concat(source) FROM {IOWA} GROUP BY 1",
        f"SELECT a.year FROM {IOWA} a JOIN {IOWA} b ON a.year = b.year WHERE a.source LIKE 'Fossil%'",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT i FROM n",
        f"SELECT count(*) FROM (SELECT DISTINCT source FROM {IOWA})",
        f"SELECT CASE WHEN net_generation > 5 THEN 'a' END, cast(year AS text) FROM {IOWA}",
        f"SELECT source FROM {IOWA} UNION SELECT source FROM {IOWA} EXCEPT SELECT 'x' ORDER BY 1",
        "VALUES (1), (2)",
    ],
)
def test_analytical_queries_work(sandbox: QuerySandbox, sql: str) -> None:
    assert sandbox.query(sql, LIMITS).table.rows


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("ATTACH DATABASE '/etc/passwd' AS other", "ATTACH"),
        ("ATTACH DATABASE 'file:/tmp/x?mode=rwc' AS other", "ATTACH"),
        ("PRAGMA table_list", "PRAGMA"),
        ("PRAGMA writable_schema = ON", "PRAGMA"),
        ("SELECT * FROM pragma_database_list", "refused"),
        ("SELECT * FROM sqlite_master", "sqlite_master"),
        ("SELECT count(*) FROM sqlite_schema", "sqlite_"),
        ("SELECT load_extension('evil')", "load_extension"),
        ("SELECT readfile('/etc/passwd')", "readfile"),
        ("SELECT writefile('/tmp/x', 'y')", "writefile"),
        ("SELECT randomblob(1000000000)", "randomblob"),
        ("SELECT zeroblob(1000000000)", "zeroblob"),
        ("SELECT printf('%.1000000000c', 'x')", "printf"),
        ("SELECT sqlite_version()", "sqlite_version"),
        ("SELECT fts3_tokenizer('simple')", "fts3_tokenizer"),
        (f"DELETE FROM {IOWA}", "only a single SELECT"),
        (f"UPDATE {IOWA} SET year = 1", "only a single SELECT"),
        (f"INSERT INTO {IOWA} VALUES (1, 2, 3)", "only a single SELECT"),
        (f"DROP TABLE {IOWA}", "only a single SELECT"),
        ("CREATE TABLE x (y)", "only a single SELECT"),
        ("CREATE TEMP TABLE x AS SELECT 1", "only a single SELECT"),
        ("CREATE VIRTUAL TABLE x USING fts5(y)", "only a single SELECT"),
        ("BEGIN", "transactions"),
        ("SAVEPOINT x", "transactions"),
        ("VACUUM INTO '/tmp/x.db'", ""),
        ("SELECT 1; SELECT 2", "one statement"),
        ("", "no rows"),
        ("-- nothing", "no rows"),
    ],
)
def test_statements_other_than_queries_over_the_tables_are_refused(
    sandbox: QuerySandbox, sql: str, word: str
) -> None:
    assert word.lower() in refusal(sandbox, sql).lower()
    assert sandbox.query(f"SELECT count(*) FROM {IOWA}", LIMITS).table.rows == ((51,),)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux reports a process's memory")
@pytest.mark.parametrize("name", QUERIES)
def test_a_query_has_a_memory_limit(name: str) -> None:
    result = json.loads(python("tests.assets.query.hostile_query", name))

    assert any(words in result["refusal"] for words in ("too big", "too much memory")), result
    assert result["peak_bytes"] < 1.5 * 192 * 1024 * 1024  # the allocator and the interpreter included
    assert result["rows_after"] == 200


def test_rows_beyond_the_limit_are_cut_and_flagged(sandbox: QuerySandbox) -> None:
    result = sandbox.query(f"SELECT * FROM {IOWA}", QueryLimits(60, max_rows=50))

    assert (len(result.table.rows), result.is_cut) == (50, True)
    assert not sandbox.query(f"SELECT * FROM {IOWA}", QueryLimits(60, max_rows=51)).is_cut


def test_bytes_beyond_the_limit_are_cut_and_flagged(sandbox: QuerySandbox) -> None:
    result = sandbox.query(f"SELECT * FROM {IOWA}", QueryLimits(60, max_bytes=200))

    assert 0 < len(result.table.rows) < 10
    assert result.is_cut


@pytest.mark.parametrize(
    ("sql", "hint"),
    [
        ("SELECT * FROM iowa", f"no such table: iowa. The tables are: {IOWA}(year, source, net_generation)"),
        (f"SELECT amount FROM {IOWA}", "no such column: amount"),
        ("SELEC 1", "syntax error"),
        (f"SELECT median(net_generation) FROM {IOWA}", "median"),
    ],
)
def test_an_error_message_helps_to_correct_the_query(sandbox: QuerySandbox, sql: str, hint: str) -> None:
    assert hint in refusal(sandbox, sql)


def test_unusual_cells_are_stored_in_a_form_that_sqlite_supports() -> None:
    odd = a_table(Table(("a", "b"), ((2**70, True), (None, "x'\";--"), (1.5, "é"))))
    with closing(QuerySandbox((odd,), lambda: False)) as sandbox:
        assert sandbox.query("SELECT * FROM odd", LIMITS).table.rows == (
            (2.0**70, 1),
            (None, "x'\";--"),
            (1.5, "é"),
        )
        assert sandbox.query("SELECT 1e308 * 10, x'00ff'", LIMITS).table.rows == ((None, "00ff"),)


def test_a_long_text_is_cut_to_the_query_limit() -> None:
    with closing(QuerySandbox((a_table(Table(("a",), (("é" * 50_000,),))),), lambda: False)) as sandbox:
        assert sandbox.query("SELECT length(a) FROM odd", LIMITS).table.rows == ((5_000,),)


def test_only_visible_metrics_are_tables() -> None:
    whole, part = context_of("work_and_power"), context_of("work_and_power", 1)

    assert len(tables_of(whole)) == len(whole.parts)
    assert [table.name for table in tables_of(part)] == [table.name for table in tables_of(whole)][:-1]
    assert tables_of(None) == ()
