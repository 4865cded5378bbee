"""`QuerySandbox`: read-only queries over a context's rows, with limits on time, memory, rows and bytes."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from threadcast.assets.query.engine_process import EngineProcess
from threadcast.assets.query.row_batches import row_batches
from threadcast.assets.query.sql_tables import DataTable
from threadcast.domain.asset import Table
from threadcast.errors import ToolRefusal

__all__ = ["QueryLimits", "QueryResult", "QuerySandbox"]

_log = logging.getLogger(__name__)

_START_S = 30.0
"""For the start of the process and each batch of rows; generous, because a busy machine starts it late."""

_CHECK_S = 1.0
"""For a process that is expected to be idle; one that does not answer in time is replaced."""

_TOO_LONG = "The query took too long and was ended. Make it simpler."
_ENDED = "The query needs too much time or memory and was ended. Make it simpler."
_NOT_AVAILABLE = "Queries are not available here."


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
    """Runs the queries of one turn in one process, started and filled at the first query; thread-safe.

    SQLite can be busy for minutes within one row or while it compiles a statement, and calls no handler
    then. So the process is killed when a query takes too long, when `is_cancelled` returns true while one
    runs (it is called every 20 ms), and by `close`. The next query starts another one.
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
        self._process: EngineProcess | None = None
        self._is_closed = False

    def query(self, sql: str, limits: QueryLimits) -> QueryResult:
        """Return the rows of a SELECT; raises `ToolRefusal` with advice for the model."""
        request = {
            "sql": sql,
            "max_rows": limits.max_rows,
            "max_bytes": limits.max_bytes,
            "max_s": limits.max_s,
        }
        with self._lock:
            if self._must_end():
                raise ToolRefusal(_TOO_LONG)
            try:
                reply = self._exchange(self._ready_process(), request, limits.max_s)
            except TimeoutError:
                raise ToolRefusal(_TOO_LONG) from None
            except EOFError:
                raise ToolRefusal(_ENDED) from None
        rows = tuple(tuple(row) for row in reply["rows"])
        return QueryResult(Table(tuple(reply["columns"]), rows), reply["is_cut"])

    def close(self) -> None:
        """End a running query and the process; later queries are refused."""
        self._is_closed = True
        with self._lock:
            if self._process is not None:
                self._process.kill()
                self._process = None

    def _ready_process(self) -> EngineProcess:
        """Return a process that has the rows: the one of the last query, or else a new one."""
        if self._process is None or not self._is_responsive(self._process):
            self._process = None
            self._process = self._loaded_process()
        return self._process

    def _is_responsive(self, process: EngineProcess) -> bool:
        """Return whether an idle process answers: it may have been killed, or be frozen."""
        try:
            self._exchange(process, {}, _CHECK_S)
        except (TimeoutError, EOFError):
            return False
        return True

    def _loaded_process(self) -> EngineProcess:
        try:
            process = EngineProcess()
        except OSError as error:
            _log.warning("query_process_not_started", extra={"fault": type(error).__qualname__})
            raise ToolRefusal(_NOT_AVAILABLE) from None
        try:
            for request in chain([{}], *map(row_batches, self._tables)):
                self._exchange(process, request, _START_S)
        except EOFError:
            raise ToolRefusal(_NOT_AVAILABLE) from None
        except BaseException:
            process.kill()  # some of its rows are missing
            raise
        return process

    def _must_end(self) -> bool:
        return self._is_closed or self._is_cancelled()

    def _exchange(
        self, process: EngineProcess, request: Mapping[str, Any], max_s: float
    ) -> Mapping[str, Any]:
        """Return the reply; raises `ToolRefusal` for a refusal, else as `EngineProcess.exchange`."""
        until_s = self._now_s() + max_s
        try:
            reply = process.exchange(request, lambda: self._must_end() or self._now_s() > until_s)
        except EOFError:
            _log.warning("query_process_ended", extra={"exit_code": process.exit_code})
            raise
        if "refusal" in reply:
            raise ToolRefusal(reply["refusal"])
        return reply
