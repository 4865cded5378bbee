"""`QueryEngine`: an in-memory SQLite database that answers SELECTs with rows or a refusal.

It runs in the query process, whose start is mostly imports: this module and those that it imports use little
of the standard library (no `typing`, no `dataclasses`).
"""

import math
import sqlite3
from collections.abc import Iterable, Sequence

from threadcast.assets.query.sqlite_authorizer import QueryAuthorizer
from threadcast.domain.text import clipped

__all__ = ["MAX_HEAP_BYTES", "MAX_TEXT_BYTES", "TOO_MUCH_MEMORY", "QueryEngine"]

MAX_HEAP_BYTES = 192 * 1024 * 1024
"""What SQLite may allocate in the process, the rows included."""

MAX_TEXT_BYTES = 20_000
"""Bytes of a text and of a row."""

TOO_MUCH_MEMORY = "The query needs too much memory. Filter or aggregate more."
_NO_ROWS = "The query returns no rows: it must be a single SELECT."
_MAX_ERROR_TOKENS = 1_000

_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: MAX_TEXT_BYTES,
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


class QueryEngine:
    """Tables are loaded first; the first query makes the database read-only.

    A query has no limit on its time: the process that contains the engine can be killed.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect(":memory:", isolation_level=None)
        self._database.execute(f"PRAGMA hard_heap_limit = {MAX_HEAP_BYTES}")
        self._database.execute("PRAGMA temp_store = MEMORY")
        self._tables: dict[str, Sequence[str]] = {}
        self._authorizer: QueryAuthorizer | None = None

    def enforces_heap_limit(self) -> bool:
        """Return whether SQLite refuses one byte more than its limit; an allocation is freed at once.

        SQLite before 3.31 has no limit, and one that does not count its memory has a limit without effect.
        """
        try:
            self._database.execute(
                "SELECT length(CAST(zeroblob(?) AS TEXT))", (MAX_HEAP_BYTES + 1,)
            ).fetchone()
        except MemoryError:
            return True
        except sqlite3.Error:
            return False
        return False

    def load(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Append rows to a table, and create it if it is new; raises `MemoryError`."""
        if name not in self._tables:
            named = ", ".join(f'"{column}"' for column in columns)
            self._database.execute(f'CREATE TABLE "{name}" ({named})')
            self._tables[name] = columns
        marks = ", ".join("?" for _ in columns)
        self._database.execute("BEGIN")
        self._database.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)  # noqa: S608 - names made by `sql_tables`
        self._database.execute("COMMIT")

    def query(self, sql: str, max_rows: int, max_bytes: int) -> dict[str, object]:
        """Return `columns`, `rows` and `is_cut` of a SELECT, or `refusal`, a text for the model.

        The text of a refusal contains only the query and the names of its tables.
        """
        authorizer = self._sealed()
        authorizer.reason = None
        try:
            cursor = self._database.execute(sql)
            if cursor.description is None:
                return {"refusal": _NO_ROWS}
            rows, is_cut = _taken(cursor, max_rows, max_bytes)
            return {
                "columns": [str(found[0]) for found in cursor.description],
                "rows": rows,
                "is_cut": is_cut,
            }
        except MemoryError:
            return {"refusal": TOO_MUCH_MEMORY}
        except (sqlite3.Error, sqlite3.Warning, UnicodeError) as error:
            return {"refusal": self._message(error, authorizer)}

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _sealed(self) -> QueryAuthorizer:
        """Return the authorizer; the first call sets it and the limits, which loading could exceed."""
        if self._authorizer is None:
            for limit, value in _LIMITS.items():
                self._database.setlimit(limit, value)
            self._authorizer = QueryAuthorizer(list(self._tables))
            self._database.set_authorizer(self._authorizer)
        return self._authorizer

    def _message(self, error: Exception, authorizer: QueryAuthorizer) -> str:
        if authorizer.reason is not None:
            return f"Refused: {authorizer.reason}."
        tables = "; ".join(f"{name}({', '.join(columns)})" for name, columns in self._tables.items())
        return clipped(f"SQL error: {error}. The tables are: {tables or 'none'}.", _MAX_ERROR_TOKENS)


def _taken(cursor: sqlite3.Cursor, max_rows: int, max_bytes: int) -> tuple[list[list[object]], bool]:
    """Return as many rows as the limits allow, and whether there were more."""
    rows: list[list[object]] = []
    room = max_bytes
    for found in cursor:
        row = [_cell(value) for value in found]
        room -= sum(len(str(cell)) + 3 for cell in row)
        if len(rows) >= max_rows or room < 0:
            return rows, True
        rows.append(row)
    return rows, False


def _cell(value: object) -> object:
    """Return the value of a cell as JSON can carry it."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
