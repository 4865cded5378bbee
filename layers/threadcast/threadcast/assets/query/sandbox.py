"""`QuerySandbox`: read-only queries over a context's rows, with limits on time, memory, rows and bytes."""

import math
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

from threadcast.assets.query.sql_tables import DataTable
from threadcast.assets.query.sqlite_authorizer import QueryAuthorizer
from threadcast.domain.asset import Cell, Table
from threadcast.domain.text import clean
from threadcast.domain.token_budget import clipped
from threadcast.errors import ToolRefusal

__all__ = ["QueryLimits", "QueryResult", "QuerySandbox", "supports_memory_limit"]

_HEAP_BYTES = 192 * 1024 * 1024
"""For all of SQLite in this process; there is no limit per connection."""

_NO_MEMORY_COUNT = "DEFAULT_MEMSTATUS=0"
"""The compile option of an SQLite that accepts a memory limit but does not count its memory, so that the
limit has no effect. A host process can configure the same at run time, which no option shows."""

_STEPS_BETWEEN_CHECKS = 2_000
_MAX_ERROR_TOKENS = 1_000

_MAX_TEXT = 20_000
"""Bytes of a text and of a row. Some functions take quadratic time, and cannot be interrupted."""

_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: _MAX_TEXT,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 20_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 60,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """Limits on a query's duration and on its result."""

    max_s: float = 2.0
    max_rows: int = 200
    max_bytes: int = 24_000


@dataclass(frozen=True, slots=True)
class QueryResult:
    """Rows with their column names; `is_cut` if there were more."""

    table: Table
    is_cut: bool


class QuerySandbox:
    """One in-memory database for one turn, filled at the first query; thread-safe.

    A running query calls `is_cancelled` regularly, and ends when it returns true.
    """

    def __init__(
        self,
        tables: Sequence[DataTable],
        is_cancelled: Callable[[], bool],
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tables = tables
        self._is_cancelled = is_cancelled
        self._now_s = now_s
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        self._authorizer = QueryAuthorizer([table.name for table in tables])
        self._until_s = 0.0

    def query(self, sql: str, limits: QueryLimits) -> QueryResult:
        """Return the rows of a SELECT; raises `ToolRefusal` with advice for the model."""
        with self._lock, self._errors_translated():
            database = self._opened()
            self._authorizer.reason = None
            self._until_s = self._now_s() + limits.max_s
            cursor = database.execute(sql)
            if cursor.description is None:
                raise ToolRefusal("The query returns no rows: it must be a single SELECT.")
            columns = tuple(str(found[0]) for found in cursor.description)
            rows, is_cut = _taken(cursor, limits)
            return QueryResult(Table(columns, rows), is_cut)

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            if self._database is not None:
                self._database.close()
                self._database = None

    def _opened(self) -> sqlite3.Connection:
        if self._database is None:
            database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
            if not _set_memory_limit(database):
                database.close()
                raise ToolRefusal("Queries are not available here.")
            database.execute("PRAGMA temp_store = MEMORY")
            for table in self._tables:
                _load(database, table)
            for limit, value in _LIMITS.items():
                database.setlimit(limit, value)
            database.set_progress_handler(self._must_end, _STEPS_BETWEEN_CHECKS)
            database.set_authorizer(self._authorizer)
            self._database = database
        return self._database

    def _must_end(self) -> bool:
        return self._now_s() > self._until_s or self._is_cancelled()

    @contextmanager
    def _errors_translated(self) -> Iterator[None]:
        """Raise SQLite's errors as `ToolRefusal`; the texts contain only the model's query and its tables."""
        try:
            yield
        except MemoryError:
            raise ToolRefusal("The query needs too much memory. Filter or aggregate more.") from None
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise ToolRefusal("The query took too long and was ended. Make it simpler.") from None
            raise ToolRefusal(self._message(error)) from None
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise ToolRefusal(self._message(error)) from None

    def _message(self, error: Exception) -> str:
        if self._authorizer.reason is not None:
            return f"Refused: {self._authorizer.reason}."
        tables = "; ".join(f"{table.name}({', '.join(table.columns)})" for table in self._tables)
        return clipped(f"SQL error: {error}. The tables are: {tables or 'none'}.", _MAX_ERROR_TOKENS)


def supports_memory_limit() -> bool:
    """Return whether this SQLite enforces a memory limit: it takes 3.31 or newer, and counted memory.

    No other limit is effective. A statement of a few lines can expand to gigabytes while it is compiled, and
    during compilation SQLite calls no handler that could end it.
    """
    with closing(sqlite3.connect(":memory:")) as database:
        return _set_memory_limit(database)


def _set_memory_limit(database: sqlite3.Connection) -> bool:
    limit = database.execute(f"PRAGMA hard_heap_limit = {_HEAP_BYTES}").fetchone()
    options = {name for (name,) in database.execute("PRAGMA compile_options")}
    accepts_limit = limit is not None and 0 < limit[0] <= _HEAP_BYTES
    return accepts_limit and _NO_MEMORY_COUNT not in options and _enforces_memory_limit(database)


def _enforces_memory_limit(database: sqlite3.Connection) -> bool:
    """Return whether SQLite refuses one byte more than the limit; an allocation is freed at once."""
    try:
        database.execute("SELECT length(CAST(zeroblob(?) AS TEXT))", (_HEAP_BYTES + 1,)).fetchone()
    except MemoryError:
        return True
    except sqlite3.Error:
        return False
    return False


def _load(database: sqlite3.Connection, table: DataTable) -> None:
    columns = ", ".join(f'"{name}"' for name in table.columns)
    marks = ", ".join("?" for _ in table.columns)
    database.execute(f'CREATE TABLE "{table.name}" ({columns})')
    room = _MAX_TEXT // 2 // len(table.columns)
    rows = (tuple(_storable(cell, room) for cell in row) for row in table.table.rows)
    database.execute("BEGIN")
    database.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', rows)  # noqa: S608 - names made by `tables`
    database.execute("COMMIT")


def _storable(cell: Cell, max_bytes: int) -> Cell:
    """Return the cell in a form that SQLite can store: texts cut to `max_bytes`, long integers as floats."""
    match cell:
        case str():
            sound = clean(cell)
            return sound.encode()[:max_bytes].decode(errors="ignore") if len(sound) * 4 > max_bytes else sound
        case int() if not -(2**63) <= cell < 2**63:
            return float(cell)
        case _:
            return cell


def _taken(cursor: sqlite3.Cursor, limits: QueryLimits) -> tuple[tuple[tuple[Cell, ...], ...], bool]:
    """Return as many rows as the limits allow, and whether there were more."""
    rows: list[tuple[Cell, ...]] = []
    room = limits.max_bytes
    for found in cursor:
        row = tuple(map(_cell, found))
        room -= sum(len(str(cell)) + 3 for cell in row)
        if len(rows) >= limits.max_rows or room < 0:
            return tuple(rows), True
        rows.append(row)
    return tuple(rows), False


def _cell(value: object) -> Cell:
    match value:
        case bytes():
            return value.hex()
        case float() if not math.isfinite(value):
            return None
        case str() | int() | float() | None:
            return value
        case _:
            return str(value)
