"""A metric's rows, as parts that fit into frames."""

import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

from threadcast.assets.kinds.metric_columns import ColumnFacts
from threadcast.domain.asset import Asset, Cell, Table

__all__ = ["MetricRows", "RowsPart", "rows_of"]

_SEPARATOR_BYTES = 1


@dataclass(frozen=True, slots=True)
class MetricRows:
    """A metric with those of its rows that are sent; `row_count` counts all that are stored.

    `sizes[n]` is how many bytes the first n rows take as JSON.
    """

    asset: Asset
    columns: tuple[ColumnFacts, ...]
    rows: tuple[Mapping[str, Cell], ...]
    sizes: tuple[int, ...]
    row_count: int

    @property
    def size_bytes(self) -> int:
        """How many bytes all of the rows take."""
        return self.sizes[-1]

    def fitting(self, offset: int, max_bytes: int) -> int:
        """Return how many rows from `offset` on fit; one at least, if there is one."""
        fitting = bisect_right(self.sizes, self.sizes[offset] + max_bytes) - 1 - offset
        return min(max(fitting, 1), len(self.rows) - offset)


@dataclass(slots=True)
class RowsPart:
    """The rows of one frame, from `offset` on. Making the frame sets `count`, to as many as fit.

    `is_last` ends the answer, even if rows are left.
    """

    metric: MetricRows
    offset: int
    is_last: bool = False
    count: int = field(default=0, init=False)

    @property
    def end(self) -> int:
        """The offset of the next part."""
        return self.offset + self.count

    @property
    def is_complete(self) -> bool:
        """Whether no frame follows."""
        return self.is_last or self.end >= len(self.metric.rows)


def rows_of(
    asset: Asset, columns: tuple[ColumnFacts, ...], table: Table | None, max_bytes: int
) -> MetricRows:
    """Return a metric with its first rows, of about `max_bytes` as JSON."""
    found = () if table is None else table.rows
    names = () if table is None else table.columns
    rows: list[Mapping[str, Cell]] = []
    sizes = [0]
    for cells in found:
        if sizes[-1] >= max_bytes:
            break
        row = dict(zip(names, cells, strict=True))
        rows.append(row)
        sizes.append(sizes[-1] + _json_bytes(row) + _SEPARATOR_BYTES)
    return MetricRows(asset, columns, tuple(rows), tuple(sizes), len(found))


def _json_bytes(row: Mapping[str, Cell]) -> int:
    return len(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode())
