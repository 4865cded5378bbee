import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.asset_types import STARTABLE
from threadcast.assets.loading.files import FolderReading, read_folder
from threadcast.domain.asset import AssetType, Table

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
QUOTE_IT = "put it in quotes if it is a text"
ROWS = "day,sales\n2024-01-01,5\n"
NOTHING: Mapping[str, AssetType] = {}


def folder_with(folder: Path, **files: str) -> Path:
    """A folder of files; `__` in a name stands for the dot before its ending."""
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def read(folder: Path, stored: Mapping[str, AssetType] = NOTHING) -> FolderReading:
    return read_folder(folder, "owner", NOON, stored)


def faults(folder: Path, stored: Mapping[str, AssetType] = NOTHING) -> list[str]:
    return [str(fault).removeprefix(f"{folder}/") for fault in read(folder, stored).faults]


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
    ("text", "fault"),
    [
        (
            METRIC.replace("aaaaaaaa-", ""),
            ", line 2: 'id' must be a UUID, not '0000-4000-8000-000000000001'",
        ),
        (METRIC.replace(f"id: {METRIC_ID}\n", ""), ": 'id' must be a UUID, not None"),
        (
            METRIC.replace("metric_file", "collection"),
            f", line 3: 'type' must be one of {STARTABLE}, not 'collection'",
        ),
        (
            METRIC.replace("metric_file", "[a]"),
            f", line 3: 'type' must be one of {STARTABLE}, not ['a']",
        ),
        (
            METRIC.replace("name: Sales", "name:"),
            ", line 4: 'name' must be a text that is not empty, but it has no value",
        ),
        (
            METRIC.replace("sales.csv", "../sales.csv"),
            ", line 11: 'data' must name a file of the same folder, not '../sales.csv'",
        ),
        (METRIC.replace("data: sales.csv", ""), ": 'data' is missing: it names the CSV file of the rows"),
        (
            METRIC.replace("data: sales.csv", "data:"),
            ", line 11: 'data' is missing: it names the CSV file of the rows",
        ),
        (
            METRIC.replace("[sales]", "[profit]"),
            ", line 10: the column 'profit' is not among those of the rows: day, sales",
        ),
        (
            METRIC + "columnTypes: {}\n",
            (
                ", line 12: 'columnTypes' is not known; "
                "known are name, description, timeFrame, sql, chartConfig, id, type, data, derivedFrom"
            ),
        ),
        (METRIC + "name: Profits\n", ", line 12: the key 'name' stands here again"),
        ("- a\n- b\n", ": it must be a mapping of keys to values"),
        ("", ": it must be a mapping of keys to values"),
        ("a: [1, 2\n", ", line 2: expected ',' or ']', but got '<stream end>'"),
        ("a: &x [1]\nb: *x\n", ", line 2: aliases are not allowed"),
        (
            "a: !!python/object:os.system {}\n",
            (
                ", line 1: could not determine a constructor for the tag "
                "'tag:yaml.org,2002:python/object:os.system'"
            ),
        ),
        ("a: 2024-13-45\n", ", line 1: '2024-13-45' is no timestamp; put it in quotes if it is a text"),
        (f"a: {'x' * 200_000}\n", ": it has 200,004 bytes; at most 200,000 are read"),
        ("[" * 5_000, ": it is nested too deeply"),
        ("a: 1\nb: \x1f\n", ", line 2: the character U+001F can't stand in YAML"),
        ("a: 1\n---\nb: 2\n", ", line 2: but found another document"),
        (METRIC + "x-weight: .nan\n", ", line 12: nan is not a number that can be stored"),
        (METRIC + "x-n: 1.0e+400\n", ", line 12: inf is not a number that can be stored"),
        (METRIC + f"x-n: {2**64}\n", f", line 12: '{2**64}' has too many digits; {QUOTE_IT}"),
        (METRIC + "x-n: 0x" + "f" * 99 + "\n", f", line 12: '0x{'f' * 38}' has too many digits; {QUOTE_IT}"),
        (METRIC + f"x-n: {'9' * 5000}\n", f", line 12: '{'9' * 40}' has too many digits; {QUOTE_IT}"),
        (METRIC + f"x-n: 1{':10' * 300}.5\n", f", line 12: '1{':10' * 13}' has too many digits; {QUOTE_IT}"),
        (METRIC + f"x-n: 1{':10' * 30}\n", f", line 12: '1{':10' * 13}' has too many digits; {QUOTE_IT}"),
        (METRIC + "x-n: !!float 1:2:x\n", f", line 12: '1:2:x' is no float; {QUOTE_IT}"),
        (METRIC + "x-n: !!int ''\n", f", line 12: '' is no int; {QUOTE_IT}"),
        (METRIC + "x-n: !!bool maybe\n", f", line 12: 'maybe' is no bool; {QUOTE_IT}"),
        (METRIC + "x-n: !!timestamp soon\n", f", line 12: 'soon' is no timestamp; {QUOTE_IT}"),
        (METRIC + 'x-t: "\\UFFFFFFFF"\n', ", line 12: an escape in quotation marks is no character"),
        (METRIC + 'x-t: "\\U00110000"\n', ", line 12: an escape in quotation marks is no character"),
        (METRIC + 'x-t: "\\uD800"\n', ", line 12: the text holds one half of a character, as \\ud800"),
        (METRIC + "x-map: {a: [{1: x}]}\n", ", line 12: the key 1 must be a text; put it in quotes"),
        (METRIC + "x-bytes: !!binary aGVsbG8=\n", ", line 12: a bytes cannot be stored"),
    ],
)
def test_a_faulty_file_is_named_with_its_line_and_reason(tmp_path: Path, text: str, fault: str) -> None:
    folder_with(tmp_path, metric__yaml=text, sales__csv=ROWS)

    assert faults(tmp_path) == [f"metric.yaml{fault}"]


def test_a_file_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "metric.yaml").write_bytes(b"id: x\nname: Caf\xe9\n")

    (found,) = faults(tmp_path)
    assert found.startswith(
        "metric.yaml, line 2: it is not UTF-8. If 'Café' is right here, it is WINDOWS-1252"
    )


def test_all_faults_of_a_folder_are_found_at_once(tmp_path: Path) -> None:
    folder_with(
        tmp_path,
        a__yaml=METRIC.replace("line", "sunburst").replace("name: Sales", "title: Sales"),
        b__yaml=METRIC.replace("000001", "000003").replace("sales.csv", "b.csv"),
        c__yaml=DASHBOARD.replace("rows:", "lines:"),
        sales__csv=ROWS,
        b__csv='day,sales\n2024-01-01,5,6\n2024-01-02,"1,234"\n',
    )

    assert faults(tmp_path) == [
        "a.yaml: 'name' is missing",
        (
            "a.yaml, line 4: 'title' is not known; "
            "known are name, description, timeFrame, sql, chartConfig, id, type, data, derivedFrom"
        ),
        (
            "a.yaml, line 9: 'chartConfig.selectedChartType' must be one of "
            "line, bar, combo, pie, scatter, metric, table, not 'sunburst'"
        ),
        "b.csv, line 2: the row has 3 cells, the header has 2",
        (
            "b.csv, line 3: column 'sales': '1,234' is not a number: "
            "digits and a decimal point only, as 1234.5, and nothing if it is missing"
        ),
        "c.yaml: 'rows' is missing",
        "c.yaml, line 5: 'lines' is not known; known are name, rows, id, type, description",
    ]


@pytest.mark.parametrize(
    ("formats", "cells", "fault"),
    [
        ("sales: {columnType: number}", "2024-01-01,abc", "column 'sales': 'abc' is not a number: "),
        ("sales: {style: currency}", "2024-01-01,€5", "column 'sales': '€5' is not a number: "),
        ("sales: {style: percent}", "2024-01-01,5 %", "column 'sales': '5 %' is not a number: "),
        ("", "2024-01-01,nan", "column 'sales': 'nan' is not a number: "),
        (
            "sales: {columnType: number}",
            "2024-01-01,1234567890123456789",
            "column 'sales': '1234567890123456789' has more digits than a number keeps; ",
        ),
        (
            "day: {columnType: date}",
            "13/02/2024,5",
            "column 'day': '13/02/2024' is not a date of the calendar",
        ),
        ("day: {style: date}", "2024-02-30,5", "column 'day': '2024-02-30' is not a date of the calendar"),
        ("day: {style: date}", "2024-02-03 noon,5", "column 'day': '2024-02-03 noon' is not a date"),
    ],
)
def test_a_cell_must_have_its_columns_declared_type(
    tmp_path: Path, formats: str, cells: str, fault: str
) -> None:
    declared = METRIC.replace("chartConfig:", f"chartConfig:\n  columnLabelFormats: {{{formats}}}")
    folder_with(tmp_path, a__yaml=declared, sales__csv=f"day,sales\n\n{cells}\n")

    (found,) = faults(tmp_path)

    assert found.startswith(f"sales.csv, line 3: {fault}")


def test_cells_are_checked_against_the_types_that_a_faulty_definition_declares(tmp_path: Path) -> None:
    config = """chartConfig:
  selectedChartType: sunburst
  barAndLineAxis: {x: day, y: [sales, 7]}
  columnLabelFormats: {day: {columnType: date, stile: x}, shop: number, sales: {columnType: [1]}}
"""
    definition = METRIC[: METRIC.index("chartConfig:")] + config + "data: sales.csv\n"
    folder_with(tmp_path, a__yaml=definition, sales__csv="day,sales\n13/02/2024,abc\n")

    found = faults(tmp_path)

    assert [fault.split(" is not a")[0] for fault in found if fault.startswith("sales.csv")] == [
        "sales.csv, line 2: column 'day': '13/02/2024'",
        "sales.csv, line 2: column 'sales': 'abc'",
    ]
    assert "a.yaml, line 11: the column 'shop' is not among those of the rows: day, sales" in found


@pytest.mark.parametrize("config", ["", "chartConfig: 7", "chartConfig: [a]", "chartConfig: {}"])
def test_a_definition_without_a_chart_has_only_that_fault(tmp_path: Path, config: str) -> None:
    definition = METRIC[: METRIC.index("chartConfig:")] + config + "\ndata: sales.csv\n"
    folder_with(tmp_path, a__yaml=definition, sales__csv=ROWS)

    (fault,) = faults(tmp_path)

    assert "'chartConfig" in fault


def test_missing_values_are_valid_for_every_type(tmp_path: Path) -> None:
    formats = "day: {columnType: date}, sales: {columnType: number}, shop: {columnType: text}"
    declared = METRIC.replace("chartConfig:", f"chartConfig:\n  columnLabelFormats: {{{formats}}}")
    rows = "day,sales,shop\n2024-01-01,,007\n,1.5,8\n2024-01,2,\n"
    folder_with(tmp_path, a__yaml=declared, sales__csv=rows)

    reading = read(tmp_path)

    assert reading.faults == ()
    assert reading.files[0].table == Table(
        ("day", "sales", "shop"), (("2024-01-01", None, "007"), (None, 1.5, "8"), ("2024-01", 2.0, None))
    )


def test_missing_columns_and_wrong_cells_are_reported_together(tmp_path: Path) -> None:
    definition = METRIC.replace("x: [day]", "x: [date]")
    folder_with(tmp_path, a__yaml=definition, sales__csv="day,sales\n2024-01-01,abc\n")

    assert [fault.split(":")[0] for fault in faults(tmp_path)] == ["sales.csv, line 2", "a.yaml, line 10"]


def test_one_faulty_file_does_not_hide_the_others(tmp_path: Path) -> None:
    folder_with(tmp_path, a__yaml="- a", b__yaml="- b", c__yaml=METRIC, sales__csv=ROWS)

    reading = read(tmp_path)

    assert [file.path.name for file in reading.files] == ["c.yaml"]
    assert [Path(fault.source).name for fault in reading.faults] == ["a.yaml", "b.yaml"]


def test_an_id_used_twice_is_a_fault(tmp_path: Path) -> None:
    folder_with(tmp_path, a__yaml=METRIC, b__yaml=METRIC, sales__csv=ROWS)

    assert faults(tmp_path) == ["b.yaml, line 2: a.yaml has the same id"]


def test_an_id_under_which_something_else_is_stored_is_a_fault(tmp_path: Path) -> None:
    folder_with(tmp_path, a__yaml=METRIC, sales__csv=ROWS)

    assert faults(tmp_path, {METRIC_ID: AssetType.METRIC_FILE}) == []
    assert faults(tmp_path, {METRIC_ID: AssetType.REPORT_FILE}) == [
        "a.yaml, line 2: a report_file is stored under this id; what is new needs an id of its own"
    ]


def test_an_unknown_part_is_a_fault(tmp_path: Path) -> None:
    folder_with(tmp_path, a__yaml=DASHBOARD)

    assert faults(tmp_path) == [f"a.yaml: it shows {METRIC_ID}, which is neither in this folder nor stored"]


def test_a_stored_part_is_valid(tmp_path: Path) -> None:
    folder_with(tmp_path, a__yaml=DASHBOARD)

    assert faults(tmp_path, {METRIC_ID: AssetType.METRIC_FILE}) == []


def test_a_part_that_is_no_metric_is_a_fault(tmp_path: Path) -> None:
    folder_with(tmp_path, a__yaml=DASHBOARD)

    assert faults(tmp_path, {METRIC_ID: AssetType.DASHBOARD_FILE}) == [
        f"a.yaml: it shows {METRIC_ID}, which is a dashboard_file, not a metric"
    ]


def test_a_part_with_a_faulty_file_is_not_reported_as_unknown(tmp_path: Path) -> None:
    folder_with(
        tmp_path, a__yaml=DASHBOARD, b__yaml=METRIC.replace("name: Sales", ""), c__yaml="- unreadable"
    )

    assert not any("it shows" in fault for fault in faults(tmp_path))


def test_dates_in_a_definition_become_texts(tmp_path: Path) -> None:
    folder_with(tmp_path, a__yaml=METRIC + "x-since: 2024-01-31\n", sales__csv=ROWS)

    (file,) = read(tmp_path).files

    assert file.asset.definition["x-since"] == "2024-01-31"


@pytest.mark.parametrize(
    ("folder", "reason"),
    [
        ("missing", "it cannot be read: No such file or directory"),
        ("rows.csv", "it is a file; give the folder that it lies in"),
        (".", "it holds no .yaml file"),
    ],
)
def test_a_folder_without_definitions_is_a_fault(tmp_path: Path, folder: str, reason: str) -> None:
    folder_with(tmp_path, rows__csv=ROWS)

    assert [fault.reason for fault in read(tmp_path / folder).faults] == [reason]


def test_a_missing_csv_file_is_a_fault_of_its_own(tmp_path: Path) -> None:
    folder_with(tmp_path, a__yaml=METRIC)

    assert faults(tmp_path) == ["sales.csv: it cannot be read: No such file or directory"]


@pytest.mark.parametrize("name", ["metric.yaml", "sales.csv"])
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    folder_with(folder, metric__yaml=METRIC, sales__csv=ROWS)
    (folder / name).rename(tmp_path / name)
    (folder / name).symlink_to(Path("..") / name)

    assert faults(folder) == [f"{name}: it is a link out of its folder; put a copy into the folder"]


def test_links_within_the_folder_and_to_the_folder_are_followed(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "parts").mkdir(parents=True)
    folder_with(folder, metric__yaml=METRIC)
    folder_with(folder / "parts", sales__csv=ROWS)
    (folder / "sales.csv").symlink_to(Path("parts") / "sales.csv")
    (tmp_path / "link").symlink_to(folder)

    assert read(tmp_path / "link").faults == ()


def test_a_link_to_itself_and_a_pipe_are_faults(tmp_path: Path) -> None:
    folder_with(tmp_path, metric__yaml=METRIC, other__yaml=METRIC.replace("sales.csv", "pipe.csv"))
    (tmp_path / "sales.csv").symlink_to("sales.csv")
    os.mkfifo(tmp_path / "pipe.csv")

    assert [fault.split(":")[0] for fault in faults(tmp_path)] == [
        "sales.csv",
        "pipe.csv",
        "other.yaml, line 2",
    ]
    assert faults(tmp_path)[1] == "pipe.csv: it is not a file"


def test_warnings_do_not_keep_a_folder_from_being_read(tmp_path: Path) -> None:
    folder_with(tmp_path, metric__yaml=METRIC, sales__csv="day,sales\n2024-01-01,1.250\n")

    reading = read(tmp_path)

    assert (len(reading.files), reading.faults) == (1, ())
    assert [(warning.source, warning.line) for warning in reading.warnings] == [(f"{tmp_path}/sales.csv", 2)]


def test_a_declared_decimal_mark_and_null_tokens_reach_the_rows(tmp_path: Path) -> None:
    declared = METRIC.replace("data:", "  columnLabelFormats: {sales: {decimalMark: ','}}\ndata:")
    folder_with(tmp_path, metric__yaml=declared, sales__csv="day;sales\n2024-01-01;1.250,5\n2024-02-01;NA\n")

    (file,) = read_folder(tmp_path, "owner", NOON, null_tokens=["NA"]).files

    assert file.table == Table(("day", "sales"), (("2024-01-01", 1250.5), ("2024-02-01", None)))


def test_a_decimal_mark_needs_a_column_of_numbers(tmp_path: Path) -> None:
    formats = "  columnLabelFormats: {day: {columnType: date, decimalMark: ','}}\ndata:"
    folder_with(tmp_path, metric__yaml=METRIC.replace("data:", formats), sales__csv=ROWS)

    assert (
        "metric.yaml, line 11: 'decimalMark' needs numbers, but the column 'day' is declared as date"
        in faults(tmp_path)
    )
