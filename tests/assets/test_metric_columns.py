"""The facts of columns: types, extremes, distinct values."""

from typing import Any

import pytest

from threadcast.assets.kinds.metric_columns import ColumnFacts, column_facts
from threadcast.domain.asset import Cell, Table

DATE = {"columnType": "date"}
TEXT = {"columnType": "text"}


def facts(cells: tuple[Cell, ...], declared: dict[str, Any] | None = None) -> ColumnFacts:
    """Return the facts of one column, with the format that the definition declares."""
    formats = {} if declared is None else {"c": declared}
    definition = {"chartConfig": {"selectedChartType": "table", "columnLabelFormats": formats}}
    (found,) = column_facts(definition, Table(("c",), tuple((cell,) for cell in cells)))
    return found


@pytest.mark.parametrize(
    ("cells", "declared", "expected"),
    [
        ((3, None, 1, 3), None, ("number", "integer", 1, 3, 2)),
        ((3, 1.5), None, ("number", "float", 1.5, 3, 2)),
        ((2001, 2003), None, ("number", "integer", 2001, 2003, 2)),
        ((2001, 2003), DATE, ("date", "date", 2001, 2003, 2)),
        (("2001-02", "2001-01"), None, ("date", "date", "2001-01", "2001-02", 2)),
        (("2001-02-03T10:00:00", "2001-02-03T09:00:00Z"), None,
         ("date", "timestamp", "2001-02-03T09:00:00Z", "2001-02-03T10:00:00", 2)),
        (("2001-02", "2001-01"), TEXT, ("text", "text", None, None, 2)),
        (("b", "a", "a", None), None, ("text", "text", None, None, 2)),
        (("b", 1), None, ("text", "text", None, None, 2)),
        ((True, False, True), None, ("text", "boolean", None, None, 2)),
        ((True, 1), None, ("text", "text", None, None, 2)),
        ((None, None), None, ("text", "text", None, None, 0)),
        ((), DATE, ("date", "date", None, None, 0)),
        ((None,), {"columnType": "number"}, ("number", "float", None, None, 0)),
    ],
)  # fmt: skip
def test_a_column_has_a_type_extremes_and_a_number_of_distinct_values(
    cells: tuple[Cell, ...], declared: dict[str, Any] | None, expected: tuple[object, ...]
) -> None:
    assert facts(cells, declared) == ColumnFacts("c", *expected)  # type: ignore[arg-type]
