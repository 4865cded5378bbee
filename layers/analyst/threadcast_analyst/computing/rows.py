"""`RowQueries`: SQL over the rows of metrics in SQLite, each metric's rows loaded once."""

from collections.abc import Iterator
from itertools import islice
from math import isfinite

from threadcast.assets.query.engine import QueryEngine
from threadcast.domain.asset import Cell
from threadcast.ports import StopSignal
from threadcast_analyst.reading.frames import Declined
from threadcast_analyst.reading.tables import Subject

__all__ = ["RowQueries", "Stopped"]

_BATCH_ROWS = 1_000
_MAX_ROWS, _MAX_BYTES = 200_000, 20_000_000


class Stopped(Exception):
    """The stop signal was set while rows were loaded."""


class RowQueries:
    """Runs queries over the table `rows`.

    Its columns are a row's number `at`, its `day` in ISO 8601, and the metric's columns `c0`, `c1`, …: a
    measure's cells are numbers, a dimension's are texts; columns of other kinds are empty.
    """

    def __init__(self, stop: StopSignal) -> None:
        self._stop = stop
        self._engines: dict[Subject, QueryEngine] = {}

    def rows(self, subject: Subject, sql: str) -> list[list[object]]:
        """Return the rows of a statement.

        Raises `Stopped` if the stop signal is set while rows are loaded, and `Declined` if SQLite refuses:
        for a sum of integers beyond 64 bits, or too many groups.
        """
        if subject not in self._engines:
            self._engines[subject] = QueryEngine()
            columns = ["at", "day", *(f"c{at}" for at in range(len(subject.table.columns)))]
            rows = _stored(subject)
            while batch := list(islice(rows, _BATCH_ROWS)):
                if self._stop.is_set():
                    raise Stopped
                self._engines[subject].load("rows", columns, batch)
        reply = self._engines[subject].query(sql, _MAX_ROWS, _MAX_BYTES)
        rows_found = reply.get("rows")
        if reply.get("is_cut") or not isinstance(rows_found, list):
            raise Declined("The figures are too large or too many to compute here.")
        return rows_found

    def close(self) -> None:
        """Close the databases."""
        for engine in self._engines.values():
            engine.close()


def _stored(subject: Subject) -> Iterator[list[Cell]]:
    measures = {column.name for column in subject.shape.measures}
    dimensions = {column.name for column in subject.shape.dimensions}
    kinds = [name in measures if name in measures | dimensions else None for name in subject.table.columns]
    for at, (day, row) in enumerate(zip(subject.days, subject.table.rows, strict=True)):
        yield [at, None if day is None else day.isoformat(), *map(_stored_cell, row, kinds)]


def _stored_cell(cell: Cell, is_number: bool | None) -> Cell:
    if cell is None or is_number is None:
        return None
    if not is_number:
        return str(cell)
    if isinstance(cell, str) or not isfinite(cell):
        return None
    return cell if isinstance(cell, float) or -(2**63) <= cell < 2**63 else float(cell)
