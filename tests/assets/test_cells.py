from collections.abc import Collection, Sequence
from typing import get_args

import pytest

from threadcast.assets.kinds.chart_config import DecimalMark
from threadcast.assets.loading.cells import (
    CellReader,
    ColumnReading,
    number_in,
    number_reader,
    read_column,
    text_in,
)

DECLARE = "In the column's columnLabelFormats, declare "


def column(
    cells: Sequence[str], declared: CellReader | None = None, null_tokens: Collection[str] = ()
) -> ColumnReading:
    """Read cells that stand in the lines from 2."""
    return read_column("c", list(enumerate(cells, 2)), declared, null_tokens)


@pytest.mark.parametrize(
    ("cells", "warning"),
    [
        (
            ["1.250", "1.410", "980"],
            (
                f"""column 'c': 1.250 is read as 1.25. {DECLARE}'decimalMark: ","' if it means 1250 """
                """or 'decimalMark: "."' if it means 1.25"""
            ),
        ),
        (
            ["1,250", "980"],
            (
                f"""column 'c' is text: '1,250' has a separator. {DECLARE}"""
                """'decimalMark: ","' if it means 1.25 or 'decimalMark: "."' if it means 1250"""
            ),
        ),
        (
            ["1,5", "980"],
            f"""column 'c' is text: '1,5' has a separator. {DECLARE}'decimalMark: ","' if it means 1.5""",
        ),
        (
            ["1.250.000", "3.500"],
            (
                f"""column 'c' is text: '1.250.000' has a separator. """
                f"""{DECLARE}'decimalMark: ","' if it means 1250000"""
            ),
        ),
    ],
    ids=["thousands or decimals", "both marks fit", "a decimal comma", "several points"],
)
def test_separators_with_two_meanings_or_none_are_warned_of(cells: list[str], warning: str) -> None:
    assert column(cells).warnings == ((2, warning),)


@pytest.mark.parametrize(
    "cells",
    [
        ["1.250", "1.5"],
        ["0.250", "1.410"],
        ["1.250", "3000"],
        ["1", "2"],
        ["007", "1,5"],
        ["2024-01-01", "2024-02-01"],
        ["A1", "12", "B2", "13"],
        ["", ""],
    ],
)
def test_columns_with_one_meaning_are_not_warned_of(cells: list[str]) -> None:
    assert column(cells).warnings == ()


@pytest.mark.parametrize("mark", get_args(DecimalMark))
def test_a_declared_decimal_mark_leaves_nothing_to_warn_of(mark: DecimalMark) -> None:
    assert column(["1.250", "980"], number_reader(mark)).warnings == ()


@pytest.mark.parametrize(
    ("mark", "cell", "value"),
    [
        (",", "1.250", 1250),
        (",", "-1.250.000,75", -1250000.75),
        (",", "1,250", 1.25),
        (",", "12", 12),
        (".", "1,250", 1250),
        (".", "+1,250.5", 1250.5),
        (".", "1.250", 1.25),
        (".", "1e3", 1000.0),
    ],
)
def test_numbers_are_read_by_their_decimal_mark(mark: DecimalMark, cell: str, value: float) -> None:
    assert number_reader(mark)(cell) == value


@pytest.mark.parametrize(
    ("mark", "cell"), [(",", "1.25"), (",", "1.2500"), (",", "1,2,3"), (".", "12,34"), (".", "1.2,500")]
)
def test_a_separator_at_the_wrong_place_is_a_fault(mark: DecimalMark, cell: str) -> None:
    ((line, fault),) = column(["5", cell], number_reader(mark)).faults

    assert (line, fault.split(":")[0], f"'{cell}' is not a number" in fault) == (3, "column 'c'", True)


@pytest.mark.parametrize(
    ("cells", "warning"),
    [
        (
            ["30", "nan", "41"],
            (
                "column 'c' is text because of 1 of its 3 cells: 'nan' in line 3; "
                "load with --null=nan if that means a missing value"
            ),
        ),
        (
            ["1", "n/a", "2", "3 kg", "4", "n/a", "5", "6", "n/a", "n/a", "7", "8", "9"],
            (
                "column 'c' is text because of 5 of its 13 cells: 'n/a' in lines 3, 7, 10 and 1 more, "
                "'3 kg' in line 5; load with --null=n/a if that means a missing value"
            ),
        ),
        (
            ["true", "false", "?"],
            (
                "column 'c' is text because of 1 of its 3 cells: '?' in line 4; "
                "load with --null='?' if that means a missing value"
            ),
        ),
        (["1", "2", "3 kg"], "column 'c' is text because of 1 of its 3 cells: '3 kg' in line 4"),
    ],
    ids=["numbers", "several texts", "booleans", "no missing value"],
)
def test_a_column_that_a_few_cells_make_text_is_warned_of(cells: list[str], warning: str) -> None:
    ((_, found),) = column(cells).warnings

    assert found == warning


@pytest.mark.parametrize(
    ("cells", "declared", "values"),
    [
        (["1", "NA", "-", "2"], None, [1, None, None, 2]),
        (["true", "NA"], None, [True, None]),
        (["1", "NA"], number_in, [1, None]),
        (["DE", "NA"], None, ["DE", "NA"]),
        (["1", "NA"], text_in, ["1", "NA"]),
        (["NA", "-"], None, ["NA", "-"]),
    ],
    ids=["numbers", "booleans", "declared numbers", "texts", "declared texts", "nothing else"],
)
def test_null_tokens_are_missing_values_except_in_texts(
    cells: list[str], declared: CellReader | None, values: list[object]
) -> None:
    assert column(cells, declared, ["NA", "-"]) == ColumnReading(values)  # type: ignore[arg-type]


def test_a_wrong_cell_without_digits_may_be_a_null_token() -> None:
    assert [fault.rpartition("; ")[2] for _, fault in column(["n/a", "1,350"], number_in).faults] == [
        "load with --null=n/a if that means a missing value",
        (
            "column 'c': '1,350' is not a number: digits and a decimal point only, as 1234.5, "
            "and nothing if it is missing"
        ),
    ]


@pytest.mark.parametrize("cell", ["9" * 400 + ".5", "9" * 10_000])
def test_a_number_beyond_a_float_is_a_fault(cell: str) -> None:
    with pytest.raises(ValueError, match="has more digits than a number keeps"):
        number_in(cell)


@pytest.mark.parametrize(
    "cell",
    ["1" * 1_000_000 + "x", "1." + "1" * 1_000_000 + "x", "0" * 1_000_000 + "x", "-" * 1_000_000],
    ids=["digits", "decimals", "zeros", "signs"],
)
def test_a_long_cell_is_read_in_linear_time(cell: str) -> None:
    """Reading it by backtracking takes longer than the time limit of a test."""
    assert column([cell, "5"]).values == [cell, "5"]
