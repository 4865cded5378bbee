"""Queries over a context's rows: what is possible, and what is refused."""

# ruff: noqa: S608 - building queries from names is what these tests are about

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contracts.agent_contract import a_task
from tests.model_agent.agent_runs import answering
from tests.model_agent.hostile_query import QUERIES
from tests.model_agent.scripted_model import Say, in_order
from tests.samples.loaded import context_of
from threadcast.assets.query.sandbox import QueryLimits, QuerySandbox, supports_memory_limit
from threadcast.assets.query.sql_tables import DataTable, tables_of
from threadcast.domain.asset import Asset, AssetContext, AssetType, Table
from threadcast.errors import ToolRefusal

IOWA = "iowa_electricity_generation_by_source"
SHORT = QueryLimits(max_s=0.3)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def sandbox() -> Iterator[QuerySandbox]:
    made = QuerySandbox(tables_of(context_of("iowa_electricity")), lambda: False)
    yield made
    made.close()


def refusal(sandbox: QuerySandbox, sql: str) -> str:
    with pytest.raises(ToolRefusal) as caught:
        sandbox.query(sql, SHORT)
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

    result = sandbox.query(f"{sums} GROUP BY 1 ORDER BY 2", SHORT)

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
    assert sandbox.query(sql, SHORT).table.rows


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
    assert sandbox.query(f"SELECT count(*) FROM {IOWA}", SHORT).table.rows == ((51,),)


@pytest.mark.parametrize(
    "sql",
    [
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n) SELECT max(i) FROM n",
        f"SELECT count(*) FROM {IOWA} a, {IOWA} b, {IOWA} c, {IOWA} d, {IOWA} e, {IOWA} f",
        f"SELECT a.year FROM {IOWA} a, {IOWA} b, {IOWA} c, {IOWA} d, {IOWA} e ORDER BY random_name(1)",
    ],
)
def test_an_endless_query_ends_in_time(sandbox: QuerySandbox, sql: str) -> None:
    text = refusal(sandbox, sql.replace("random_name(1)", "b.net_generation * c.net_generation"))

    assert "took too long" in text


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux reports a process's memory")
@pytest.mark.parametrize("name", QUERIES)
def test_a_query_has_a_memory_limit(name: str) -> None:
    result = json.loads(python("tests.model_agent.hostile_query", name))

    assert any(words in result["refusal"] for words in ("too big", "too much memory")), result
    assert result["grown_bytes"] < 1.5 * 192 * 1024 * 1024  # the allocator and Python's own things included
    assert result["rows_after"] == 200


class TooOld(sqlite3.Connection):
    """SQLite before 3.31, which has no memory limit."""

    def execute(self, sql: str, *given: Any) -> sqlite3.Cursor:
        return super().execute("SELECT 1 WHERE 0" if "hard_heap_limit" in sql else sql, *given)


class KeepsNoCount(sqlite3.Connection):
    """SQLite that accepts the limit and does not count its memory."""

    def execute(self, sql: str, *given: Any) -> sqlite3.Cursor:
        options = "VALUES ('THREADSAFE=1'), ('DEFAULT_MEMSTATUS=0')"
        return super().execute(options if "compile_options" in sql else sql, *given)


class HoldsTooMuch(sqlite3.Connection):
    """SQLite that accepts the limit and exceeds it, without a compile option that shows this."""

    def execute(self, sql: str, *given: Any) -> sqlite3.Cursor:
        found = super().execute("SELECT 1 WHERE 0" if "compile_options" in sql else "SELECT 1")
        return found if "zeroblob" in sql or "compile_options" in sql else super().execute(sql, *given)


class TakesNoSuchBlob(sqlite3.Connection):
    """SQLite that was compiled to refuse the query that tests the limit."""

    def execute(self, sql: str, *given: Any) -> sqlite3.Cursor:
        if "zeroblob" in sql:
            raise sqlite3.DataError("string or blob too big")
        return super().execute(sql, *given)


@pytest.mark.parametrize("kind", [TooOld, KeepsNoCount, HoldsTooMuch, TakesNoSuchBlob])
def test_without_a_memory_limit_there_are_no_queries(
    kind: type[sqlite3.Connection], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    connect = sqlite3.connect
    assert supports_memory_limit()
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **named: connect(*args, factory=kind, **named))
    context = context_of("iowa_electricity")

    with closing(QuerySandbox(tables_of(context), lambda: False)) as sandbox:
        assert refusal(sandbox, "SELECT 1") == "Queries are not available here."
    with answering("bedrock", in_order([Say("Yes.")])) as setup:
        setup.answer(a_task(context=context, wants_title=False))

        assert setup.model.requests[0].tools == ("describe_asset",)
    assert "no_queries" in caplog.messages


def test_an_sqlite_that_does_not_enforce_its_memory_limit_is_detected() -> None:
    done = python("tests.model_agent.uncounted_query")

    if done == "unknown":
        pytest.skip("this Python has an SQLite that cannot be configured")
    assert done == "False"


def test_rows_beyond_the_limit_are_cut_and_flagged(sandbox: QuerySandbox) -> None:
    result = sandbox.query(f"SELECT * FROM {IOWA}", QueryLimits(max_rows=50))

    assert (len(result.table.rows), result.is_cut) == (50, True)
    assert not sandbox.query(f"SELECT * FROM {IOWA}", QueryLimits(max_rows=51)).is_cut


def test_bytes_beyond_the_limit_are_cut_and_flagged(sandbox: QuerySandbox) -> None:
    result = sandbox.query(f"SELECT * FROM {IOWA}", QueryLimits(max_bytes=200))

    assert 0 < len(result.table.rows) < 10
    assert result.is_cut


def test_a_stop_ends_a_running_query() -> None:
    stop = threading.Event()
    threading.Timer(0.05, stop.set).start()

    with (
        closing(QuerySandbox(tables_of(context_of("iowa_electricity")), stop.is_set)) as sandbox,
        pytest.raises(ToolRefusal, match="took too long"),
    ):
        sandbox.query(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
            QueryLimits(max_s=60),
        )


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
        assert sandbox.query("SELECT * FROM odd", SHORT).table.rows == (
            (2.0**70, 1),
            (None, "x'\";--"),
            (1.5, "é"),
        )
        assert sandbox.query("SELECT 1e308 * 10, x'00ff'", SHORT).table.rows == ((None, "00ff"),)


def test_a_long_text_is_cut_to_the_query_limit() -> None:
    with closing(QuerySandbox((a_table(Table(("a",), (("é" * 50_000,),))),), lambda: False)) as sandbox:
        assert sandbox.query("SELECT length(a) FROM odd", SHORT).table.rows == ((5_000,),)


def test_only_visible_metrics_are_tables() -> None:
    whole, part = context_of("work_and_power"), context_of("work_and_power", 1)

    assert len(tables_of(whole)) == len(whole.parts)
    assert [table.name for table in tables_of(part)] == [table.name for table in tables_of(whole)][:-1]
    assert tables_of(None) == ()


names = st.text(max_size=12) | st.sampled_from(["sqlite_x", "1", "select", "Üb", 'a"b', "A", "a", "\x00", ""])


@given(st.lists(st.tuples(names, st.lists(names, min_size=1, max_size=4)), min_size=1, max_size=4))
def test_any_names_of_assets_and_columns_are_valid_in_sql(found: list[tuple[str, list[str]]]) -> None:
    asset = context_of("iowa_electricity").asset
    parts = tuple(
        AssetContext(
            Asset("x", AssetType.METRIC_FILE, name, {}, "o", asset.created_at, asset.updated_at),
            Table(tuple(columns), (tuple(1 for _ in columns),)),
        )
        for name, columns in found
    )
    tables = tables_of(AssetContext(asset, parts=parts))

    with closing(QuerySandbox(tables, lambda: False)) as sandbox:
        for table in tables:
            named = ", ".join(f'"{column}"' for column in table.columns)
            assert sandbox.query(f"SELECT {named} FROM {table.name}", SHORT).table.rows
