from datetime import UTC, datetime
from pathlib import Path

import pytest

from threadcast.asset_files import FolderReading, read_folder
from threadcast.asset_rows import read_table
from threadcast.domain.asset import AssetType, Table
from threadcast.errors import DefinitionFault

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
METRIC_ID = "aaaaaaaa-0000-4000-8000-000000000001"
METRIC = f"""
id: {METRIC_ID}
type: metric_file
name: Sales
description: What was sold.
timeFrame: 2024
sql: SELECT 1
chartConfig:
  selectedChartType: line
  barAndLineAxis: {{x: [day], y: [sales]}}
data: sales.csv
""".replace("timeFrame: 2024", "timeFrame: '2024'")
DASHBOARD = """
id: aaaaaaaa-0000-4000-8000-000000000002
type: dashboard
name: All of it
rows: [{items: [{id: aaaaaaaa-0000-4000-8000-000000000001}]}]
"""
ROWS = "day,sales\n2024-01-01,5\n"


def folder_with(folder: Path, **files: str) -> Path:
    """A folder of files; `__` in a name stands for the dot before its ending."""
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def read(folder: Path, stored_ids: tuple[str, ...] = ()) -> FolderReading:
    return read_folder(folder, "owner", NOON, stored_ids)


def faults(folder: Path) -> list[str]:
    return [str(fault).removeprefix(f"{folder}/") for fault in read(folder).faults]


def test_a_folder_of_files_becomes_assets_with_their_rows(tmp_path: Path) -> None:
    folder_with(tmp_path, a__yaml=DASHBOARD, b__yml=METRIC, sales__csv=ROWS, notes__txt="nothing")

    reading = read(tmp_path)

    assert reading.faults == ()
    dashboard, metric = reading.files
    assert (dashboard.asset.type, dashboard.table) == (AssetType.DASHBOARD_FILE, None)
    assert (metric.asset.id, metric.asset.name, metric.asset.owner_id) == (METRIC_ID, "Sales", "owner")
    assert (metric.asset.created_at, metric.asset.updated_at, metric.asset.version_number) == (NOON, NOON, 1)
    assert metric.asset.definition["chartConfig"]["barAndLineAxis"] == {"x": ["day"], "y": ["sales"]}
    assert metric.table == Table(("day", "sales"), (("2024-01-01", 5),))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (METRIC.replace("aaaaaaaa-", ""), "'id' must be a UUID, not '0000-4000-8000-000000000001'"),
        (
            METRIC.replace("metric_file", "collection"),
            "'type' is 'collection'; it must be one of metric_file, dashboard_file, report_file",
        ),
        (
            METRIC.replace("metric_file", "dataset"),
            "'type' is 'dataset'; it must be one of metric_file, dashboard_file, report_file",
        ),
        (METRIC.replace("name: Sales", "name:"), "'name' must be a text that is not empty (it is missing)"),
        (
            METRIC.replace("sales.csv", "../sales.csv"),
            "'data' must name a file of the same folder, not '../sales.csv'",
        ),
        (
            METRIC.replace("[sales]", "[profit]"),
            "'chartConfig' names the column 'profit', but the rows have day, sales",
        ),
        ("- a\n- b\n", "it must be a mapping of keys to values"),
        ("", "it must be a mapping of keys to values"),
        ("a: [1, 2\n", "line 2: expected ',' or ']', but got '<stream end>'"),
        ("a: &x [1]\nb: *x\n", "aliases are not allowed"),
        (
            "a: !!python/object:os.system {}\n",
            (
                "line 1: could not determine a constructor for the tag "
                "'tag:yaml.org,2002:python/object:os.system'"
            ),
        ),
        ("a: .nan\n", "nan is not a number that can be stored"),
        ("1: x\n", "the key 1 must be a text; put it in quotes"),
        ("a: !!binary aGVsbG8=\n", "a bytes cannot be stored"),
        ("a: 2024-13-45\n", "it is no YAML: month must be in 1..12"),
        (f"a: {'x' * 200_000}\n", "it is larger than 200,000 bytes"),
    ],
)
def test_a_faulty_file_is_named_with_its_reason(tmp_path: Path, text: str, reason: str) -> None:
    folder_with(tmp_path, metric__yaml=text, sales__csv=ROWS)

    assert faults(tmp_path) == [f"metric.yaml: {reason}"]


def test_one_faulty_file_does_not_hide_the_others(tmp_path: Path) -> None:
    folder_with(tmp_path, a__yaml="- a", b__yaml="- b", c__yaml=METRIC, sales__csv=ROWS)

    reading = read(tmp_path)

    assert [file.path.name for file in reading.files] == ["c.yaml"]
    assert [Path(fault.source).name for fault in reading.faults] == ["a.yaml", "b.yaml"]


def test_an_id_used_twice_is_a_fault(tmp_path: Path) -> None:
    folder_with(tmp_path, a__yaml=METRIC, b__yaml=METRIC, sales__csv=ROWS)

    assert faults(tmp_path) == ["b.yaml: a.yaml has the same id"]


def test_a_part_that_is_nowhere_is_a_fault(tmp_path: Path) -> None:
    folder_with(tmp_path, a__yaml=DASHBOARD)

    assert faults(tmp_path) == [
        f"a.yaml: it refers to {METRIC_ID}, which is neither in this folder nor stored"
    ]


def test_a_part_that_is_stored_already_is_fine(tmp_path: Path) -> None:
    folder_with(tmp_path, a__yaml=DASHBOARD)

    assert read(tmp_path, stored_ids=(METRIC_ID,)).faults == ()


def test_dates_in_a_definition_become_texts(tmp_path: Path) -> None:
    folder_with(tmp_path, a__yaml=METRIC + "since: 2024-01-31\n", sales__csv=ROWS)

    (file,) = read(tmp_path).files

    assert file.asset.definition["since"] == "2024-01-31"


@pytest.mark.parametrize(
    ("folder", "reason"), [("missing", "there is no such folder"), (".", "it holds no .yaml file")]
)
def test_a_folder_without_definitions_is_a_fault(tmp_path: Path, folder: str, reason: str) -> None:
    assert [fault.reason for fault in read(tmp_path / folder).faults] == [reason]


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        (["1", "-20", "+3"], (1, -20, 3)),
        (["1", "2.5", "1e3"], (1.0, 2.5, 1000.0)),
        (["1", "", "3"], (1, None, 3)),
        (["007", "12"], ("007", "12")),
        (["1_000", "2"], ("1_000", "2")),
        (["nan", "1"], ("nan", "1")),
        (["TRUE", "false"], (True, False)),
        (["2024-01-01", "2024-02-01"], ("2024-01-01", "2024-02-01")),
        (['"a, b"', " c "], ("a, b", "c")),
        (["12345678901234567890"], ("12345678901234567890",)),
    ],
)
def test_cells_get_the_type_that_their_column_has(
    tmp_path: Path, column: list[str], cells: tuple[object]
) -> None:
    folder_with(tmp_path, rows__csv="\n".join(["key,value", *(f"k,{cell}" for cell in column)]))

    table = read_table(tmp_path / "rows.csv")

    found = tuple(row[1] for row in table.rows)
    assert (found, [type(cell) for cell in found]) == (cells, [type(cell) for cell in cells])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "it is empty; the first line must name the columns"),
        (b"a,,c\n", "column 2 has no name"),
        (b"a,b,a\n", "two columns are called 'a'"),
        (b"a,b\n1,2\n\n3\n", "line 4 has 1 cells, the header has 2"),
        (b'a,b\n1,"2\n', "line 2: unexpected end of data"),
        (b"a,b\n\xff,2\n", "it is not UTF-8"),
    ],
)
def test_a_faulty_csv_file_is_refused_with_its_line(tmp_path: Path, text: bytes, reason: str) -> None:
    (tmp_path / "rows.csv").write_bytes(text)

    with pytest.raises(DefinitionFault) as fault:
        read_table(tmp_path / "rows.csv")

    assert fault.value.reason == reason


def test_a_missing_csv_file_is_a_fault_of_its_own(tmp_path: Path) -> None:
    folder_with(tmp_path, a__yaml=METRIC)

    assert faults(tmp_path) == ["sales.csv: it cannot be read: No such file or directory"]


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_bytes(b"\xef\xbb\xbfa\r\n1\r\n")

    assert read_table(tmp_path / "rows.csv") == Table(("a",), ((1,),))


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    folder_with(tmp_path, rows__csv="a,b\n")

    assert read_table(tmp_path / "rows.csv") == Table(("a", "b"), ())
