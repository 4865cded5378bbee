"""`QueryAuthorizer`: allows a query to read its tables and to call pure functions, nothing else."""

import sqlite3
from collections.abc import Collection

__all__ = ["QueryAuthorizer"]

_FUNCTIONS = frozenset(
    # One word per function, for readability.
    """
    abs avg ceil ceiling coalesce concat concat_ws count cume_dist date datetime degrees dense_rank exp
    first_value floor glob group_concat hex ifnull iif instr json_array json_array_length json_extract
    json_group_array json_group_object json_object json_type json_valid julianday lag last_value lead length
    like ln log log10 log2 lower ltrim max median min mod nth_value ntile nullif octet_length percent_rank
    percentile pi pow power quote radians rank replace round row_number rtrim sign sqrt strftime
    string_agg substr substring sum time timediff total trim trunc typeof unhex unicode unixepoch upper acos
    acosh asin asinh atan atan2 atanh cos cosh sin sinh tan tanh char -> ->>
    """.split()  # noqa: SIM905 - the same
)
"""Pure functions: no files, no extensions, nothing about the engine. Functions whose arguments alone can make
a call take minutes are excluded too: `printf('%.1000000000c', 'x')`."""

_REFUSED = {
    sqlite3.SQLITE_ATTACH: "ATTACH is not available: there are no other databases",
    sqlite3.SQLITE_DETACH: "DETACH is not available",
    sqlite3.SQLITE_PRAGMA: "PRAGMA is not available; the system prompt lists every table and column",
    sqlite3.SQLITE_TRANSACTION: "transactions are not available",
    sqlite3.SQLITE_SAVEPOINT: "transactions are not available",
}


class QueryAuthorizer:
    """SQLite's authorizer callback; `reason` describes the first denied action of the last query."""

    def __init__(self, tables: Collection[str]) -> None:
        self._tables = {name.lower() for name in tables}
        self.reason: str | None = None

    def __call__(
        self, action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None
    ) -> int:
        """Return SQLITE_OK or SQLITE_DENY for one action of a statement, while it is compiled."""
        refusal = self._refusal(action, first or "", second or "")
        if refusal is None:
            return sqlite3.SQLITE_OK
        self.reason = self.reason or refusal
        return sqlite3.SQLITE_DENY

    def _refusal(self, action: int, first: str, second: str) -> str | None:
        match action:
            case sqlite3.SQLITE_SELECT | sqlite3.SQLITE_RECURSIVE:
                return None
            case sqlite3.SQLITE_READ:
                return self._unreadable(first.lower(), column=second)
            case sqlite3.SQLITE_FUNCTION:
                name = second.lower()
                return None if name in _FUNCTIONS else f"the function {name}() is not available"
            case _:
                return _REFUSED.get(
                    action, "only a single SELECT is allowed: the data can be read, not changed"
                )

    def _unreadable(self, table: str, column: str) -> str | None:
        """Return a refusal, or None; a read without a column only mentions a table or a subquery."""
        if table in self._tables or (not column and not table.startswith(("sqlite_", "pragma_"))):
            return None
        return f"there is no table {table}; these exist: {', '.join(sorted(self._tables))}"
