"""Queries over a context's rows: in memory, read-only, with bounds on time, memory, rows and bytes."""

import math
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

from threadcast.assets.query.sql_tables import DataTable
from threadcast.assets.query.sqlite_authorizer import Authorizer
from threadcast.domain.asset import Cell, Table
from threadcast.domain.text import clean
from threadcast.domain.token_budget import clipped
from threadcast.errors import ToolRefusal

__all__ = ["QueryLimits", "QueryResult", "QuerySandbox", "can_bound_memory"]

_HEAP_BYTES = 192 * 1024 * 1024
"""For all of SQLite in this process; there is no bound per connection."""

_COUNTS_NOTHING = "DEFAULT_MEMSTATUS=0"
"""How SQLite was compiled where it takes a limit on its memory, but keeps no count to hold it to. A host can
have it so at run time too, which no option tells."""

_STEPS_BETWEEN_LOOKS = 2_000
_MAX_ERROR_TOKENS = 1_000

_MAX_TEXT = 20_000
"""Bytes of a text and of a row. Some functions take its square of time, and nothing ends them half-way."""

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
    """How long a query may take, and how much it may bring."""

    max_s: float = 2.0
    max_rows: int = 200
    max_bytes: int = 24_000


@dataclass(frozen=True, slots=True)
class QueryResult:
    """Rows with their columns' names; `is_cut` if there were more."""

    table: Table
    is_cut: bool


class QuerySandbox:
    """One in-memory database for one turn, filled when first asked; safe for several threads.

    `is_over` is asked while a query runs: once it says yes, the query ends.
    """

    def __init__(
        self,
        tables: Sequence[DataTable],
        is_over: Callable[[], bool],
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tables = tables
        self._is_over = is_over
        self._now_s = now_s
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        self._authorizer = Authorizer([table.name for table in tables])
        self._until_s = 0.0

    def query(self, sql: str, limits: QueryLimits) -> QueryResult:
        """The rows of a SELECT; raises `ToolRefusal` with what to do better."""
        with self._lock, self._told():
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
        """Forget the rows."""
        with self._lock:
            if self._database is not None:
                self._database.close()
                self._database = None

    def _opened(self) -> sqlite3.Connection:
        if self._database is None:
            database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
            if not _bound_memory(database):
                database.close()
                raise ToolRefusal("Queries are not available here.")
            database.execute("PRAGMA temp_store = MEMORY")
            for table in self._tables:
                _load(database, table)
            for limit, value in _LIMITS.items():
                database.setlimit(limit, value)
            database.set_progress_handler(self._has_had_its_time, _STEPS_BETWEEN_LOOKS)
            database.set_authorizer(self._authorizer)
            self._database = database
        return self._database

    def _has_had_its_time(self) -> bool:
        return self._now_s() > self._until_s or self._is_over()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """SQLite's errors in words that help the model; they name nothing but its own query and tables."""
        try:
            yield
        except MemoryError:
            raise ToolRefusal("The query needs too much memory. Filter or aggregate more.") from None
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise ToolRefusal("The query took too long and was ended. Make it simpler.") from None
            raise ToolRefusal(self._words(error)) from None
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise ToolRefusal(self._words(error)) from None

    def _words(self, error: Exception) -> str:
        if self._authorizer.reason is not None:
            return f"Refused: {self._authorizer.reason}."
        tables = "; ".join(f"{table.name}({', '.join(table.columns)})" for table in self._tables)
        return clipped(f"SQL error: {error}. The tables are: {tables or 'none'}.", _MAX_ERROR_TOKENS)


def can_bound_memory() -> bool:
    """Whether this SQLite can, seen by its refusing what goes beyond: it takes 3.31 or newer, and its count.

    Nothing else is a bound. A statement of a few lines can name itself into one of gigabytes, and while that
    is compiled, SQLite calls nothing that could end it.
    """
    with closing(sqlite3.connect(":memory:")) as database:
        return _bound_memory(database)


def _bound_memory(database: sqlite3.Connection) -> bool:
    limit = database.execute(f"PRAGMA hard_heap_limit = {_HEAP_BYTES}").fetchone()
    options = {name for (name,) in database.execute("PRAGMA compile_options")}
    takes_it = limit is not None and 0 < limit[0] <= _HEAP_BYTES
    return takes_it and _COUNTS_NOTHING not in options and _is_refused_more(database)


def _is_refused_more(database: sqlite3.Connection) -> bool:
    """Ask for a little more than there may be. Refused, it costs nothing; else it is given back at once."""
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
    """Texts are whole characters, cut to what a query may handle; integers beyond 64 bits are floats."""
    match cell:
        case str():
            sound = clean(cell)
            return sound.encode()[:max_bytes].decode(errors="ignore") if len(sound) * 4 > max_bytes else sound
        case int() if not -(2**63) <= cell < 2**63:
            return float(cell)
        case _:
            return cell


def _taken(cursor: sqlite3.Cursor, limits: QueryLimits) -> tuple[tuple[tuple[Cell, ...], ...], bool]:
    """As many rows as the limits allow, and whether there were more."""
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
