"""The query process answers as the engine does in this process; limits on the engine's memory."""

# ruff: noqa: S608 - building queries from names is what these tests are about

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assets.query.test_sandbox import a_table, python
from tests.samples.loaded import context_of
from threadcast.assets.query.engine import TOO_MUCH_MEMORY, QueryEngine
from threadcast.assets.query.row_batches import row_batches
from threadcast.assets.query.sandbox import QueryLimits, QuerySandbox
from threadcast.assets.query.sql_tables import DataTable, tables_of
from threadcast.domain.asset import Asset, AssetContext, AssetType, Cell, Table
from threadcast.errors import ToolRefusal

LIMITS = QueryLimits(max_s=60, max_rows=40, max_bytes=2_000)

cells = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=20)


@st.composite
def tables(draw: st.DrawFn) -> DataTable:
    columns = tuple(f"c{number}" for number in range(draw(st.integers(1, 4))))
    rows = draw(st.lists(st.tuples(*[cells] * len(columns)), max_size=60))
    return a_table(Table(columns, tuple(rows)), "t")


columns = st.sampled_from(["c0", "c1", "*", "count(*)", "sum(c0)", "group_concat(c0)", "hex(c0)", "c0 / 0.0"])
clauses = st.sampled_from(
    ["", "WHERE c0 > 1", "WHERE c0 IS NULL", "GROUP BY c0", "ORDER BY c0 LIMIT 3", "GARBAGE"]
)
queries = st.builds(lambda column, clause: f"SELECT {column} FROM t {clause}", columns, clauses)


def fill(engine: QueryEngine, *tables: DataTable) -> None:
    for batch in chain.from_iterable(map(row_batches, tables)):
        engine.load(batch["table"], batch["columns"], batch["rows"])


def in_process(table: DataTable, sql: str) -> dict[str, Any]:
    with closing(QueryEngine()) as engine:
        fill(engine, table)
        return dict(engine.query(sql, LIMITS.max_rows, LIMITS.max_bytes))


def in_another(sandbox: QuerySandbox, sql: str) -> dict[str, Any]:
    try:
        result = sandbox.query(sql, LIMITS)
    except ToolRefusal as refusal:
        return {"refusal": refusal.text}
    rows = [list(row) for row in result.table.rows]
    return {"columns": list(result.table.columns), "rows": rows, "is_cut": result.is_cut}


@settings(max_examples=20)
@given(tables(), st.lists(queries, min_size=1, max_size=8))
def test_the_process_answers_as_the_engine_does_in_this_process(table: DataTable, asked: list[str]) -> None:
    with closing(QuerySandbox((table,), lambda: False)) as sandbox:
        for sql in asked:
            assert in_another(sandbox, sql) == in_process(table, sql), sql


def test_many_rows_arrive_in_order_and_a_large_result_returns_whole() -> None:
    rows: tuple[tuple[Cell, ...], ...] = tuple((number, "é" * 50) for number in range(4_321))
    with closing(QuerySandbox((a_table(Table(("n", "s"), rows)),), lambda: False)) as sandbox:
        result = sandbox.query("SELECT * FROM odd", QueryLimits(60, 5_000, 1_000_000))

    assert result.table.rows == rows


def test_a_query_with_a_lone_surrogate_is_refused() -> None:
    with closing(QuerySandbox((a_table(Table(("a",), ())),), lambda: False)) as sandbox:
        assert "surrogates not allowed" in in_another(sandbox, "SELECT '\ud800'")["refusal"]


class TooOld(sqlite3.Connection):
    """SQLite before 3.31, which has no memory limit."""

    def execute(self, sql: str, *given: Any) -> sqlite3.Cursor:
        return super().execute(
            "SELECT 1" if "hard_heap_limit" in sql or "zeroblob" in sql else sql, *given[:0]
        )


class TakesNoSuchBlob(sqlite3.Connection):
    """SQLite that was compiled to refuse the query that tests the limit."""

    def execute(self, sql: str, *given: Any) -> sqlite3.Cursor:
        if "zeroblob" in sql:
            raise sqlite3.DataError("string or blob too big")
        return super().execute(sql, *given)


@pytest.fixture
def engine() -> Iterator[QueryEngine]:
    with closing(QueryEngine()) as made:
        yield made


def test_sqlite_enforces_its_limit(engine: QueryEngine) -> None:
    assert engine.enforces_heap_limit()


@pytest.mark.parametrize("kind", [TooOld, TakesNoSuchBlob])
def test_an_sqlite_without_a_memory_limit_is_detected(
    kind: type[sqlite3.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **named: connect(*args, factory=kind, **named))

    with closing(QueryEngine()) as engine:
        assert not engine.enforces_heap_limit()


def test_the_kernel_limits_an_sqlite_that_does_not_count_its_memory() -> None:
    done = json.loads(python("tests.assets.query.uncounted_query"))

    if done is None:
        pytest.skip("this Python has an SQLite that cannot be configured")
    enforces_heap_limit, limits_addresses, refusal = done
    assert not enforces_heap_limit
    assert refusal == (TOO_MUCH_MEMORY if limits_addresses else None)


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

    with closing(QueryEngine()) as engine:
        fill(engine, *tables)
        for table in tables:
            named = ", ".join(f'"{column}"' for column in table.columns)
            assert engine.query(f"SELECT {named} FROM {table.name}", 1, 1_000)["rows"]
