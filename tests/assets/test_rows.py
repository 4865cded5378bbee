from collections.abc import Mapping
from pathlib import Path

import pytest

from threadcast.assets.loading import rows
from threadcast.assets.loading.cells import CellReader, number_in, text_in
from threadcast.assets.loading.rows import RowsReading, read_rows
from threadcast.domain.asset import Table

NOTHING_DECLARED: Mapping[str, CellReader] = {}


def read(
    folder: Path, content: bytes | str, readers: Mapping[str, CellReader] = NOTHING_DECLARED
) -> RowsReading:
    path = folder / "rows.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_rows(path, readers)


def table(folder: Path, content: bytes | str) -> Table | None:
    reading = read(folder, content)
    assert reading.faults == ()
    return reading.table


def faults(
    folder: Path, content: bytes | str, readers: Mapping[str, CellReader] = NOTHING_DECLARED
) -> list[str]:
    reading = read(folder, content, readers)
    assert reading.table is None
    return [str(fault).removeprefix(f"{folder}/rows.csv") for fault in reading.faults]


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
        (["", ""], (None, None)),
    ],
)
def test_cells_of_an_undeclared_column_get_the_type_that_all_of_them_have(
    tmp_path: Path, column: list[str], cells: tuple[object]
) -> None:
    found = table(tmp_path, "\n".join(["key,value", *(f"k,{cell}" for cell in column)]))

    assert found is not None
    values = tuple(row[1] for row in found.rows)
    assert (values, [type(cell) for cell in values]) == (cells, [type(cell) for cell in cells])


def test_declared_columns_are_read_as_declared(tmp_path: Path) -> None:
    reading = read(tmp_path, "code,amount\n12,007\n34,.5\n", {"code": text_in, "amount": number_in})

    assert reading.table == Table(("code", "amount"), (("12", 7.0), ("34", 0.5)))


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"\xef\xbb\xbfa,b\r\n1,x\r\n", ((1, "x"),)),
        ("a;b\n1;x, y\n", ((1, "x, y"),)),
        ("a\tb\n1\tx; y\n", ((1, "x; y"),)),
        ('"a";"b"\n1;"x, y"\n', ((1, "x, y"),)),
        ("sep=;\r\na;b\r\n1;x\r\n", ((1, "x"),)),
        ('a,b\n1,"x\r\ny"\n2,z\n', ((1, "x\r\ny"), (2, "z"))),
        ('a,b\n1,"he said ""no"""\n', ((1, 'he said "no"'),)),
        ("a,b\r1,x\r2,y\r", ((1, "x"), (2, "y"))),
        ("a,b\n\n1,x\n,\n  ,  \n2,y\n\n", ((1, "x"), (2, "y"))),
        ("a,b\n1,x", ((1, "x"),)),
        ("a,b\n1,\n", ((1, None),)),
        ('a, "b"\n 1,\t "x, y" \n2 ,"z"\t\n', ((1, "x, y"), (2, "z"))),
        ('a\t "b"\n1\t "x\ty" \n', ((1, "x\ty"),)),
        ('a,b\n1,5" pipe\n', ((1, '5" pipe'),)),
        ("sep=|\na|b\n1|x, y; z\n", ((1, "x, y; z"),)),
        ("sep=;\na;b\n1;2,5\n", ((1, "2,5"),)),
    ],
    ids=[
        "byte order mark and CRLF", "semicolons", "tabs", "semicolons, all quoted",
        "a line for Excel", "quoted line end", "doubled quotation marks",
        "carriage returns alone", "lines without any cell filled", "no line end at the end", "missing values",
        "blanks around quotation marks", "blanks around quotation marks between tabs", "a mark inside a cell",
        "a delimiter that only the first line names", "a named delimiter among two that fit",
    ],
)  # fmt: skip
def test_files_of_spreadsheets_are_read(tmp_path: Path, content: bytes | str, rows: object) -> None:
    assert table(tmp_path, content) == Table(("a", "b"), rows)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", ": it is empty; the first line must name the columns"),
        (b"\n \n", ": it is empty; the first line must name the columns"),
        (b"a,b\n", ": it has no rows under its header"),
        (b"a,b\n,\n", ": it has no rows under its header"),
        (b"a,,c\n1,2,3\n", ", line 1: column 2 has no name"),
        (b"a,b,\n1,2,\n", ", line 1: column 3 has no name"),
        (b"\na,b,A\n1,2,3\n", ", line 2: two columns are called 'a' and 'A', the same name in SQL"),
        (b"a,b\n1,2\n\n3\n", ", line 4: the row has 1 cells, the header has 2"),
        (b'a,b\n1,"x\ny"\n3\n', ", line 4: the row has 1 cells, the header has 2"),
        (b'a,b\n1,"2\n3,4\n', ", line 2: a quotation mark is opened here and never closed"),
        (b'a,b\n1,"2"x\n', ", line 2: 'x' follows a closing quotation mark, instead of a delimiter"),
        (b'a,b\n1,"2\n3"x\n', ", line 3: 'x' follows a closing quotation mark, instead of a delimiter"),
        (b"a,b\n1,\x81\n", ", line 2: it is not UTF-8; docs/assets.md has commands that convert it"),
        (b"a,b\n1,\0\n", ", line 2: it is no text: it holds NUL characters"),
        (b"PK\x03\x04", ": it is an archive, as the workbooks of spreadsheets are; save it as CSV in UTF-8"),
        (
            "Umsatz (€, netto)\n5\n6\n".encode(),
            ", line 1: ',' divides the header, and no line below it; quote the name that it belongs to",
        ),
        (
            b"a;b, c\n1;2,5\n",
            ", line 1: more than one delimiter fits; name it in a line above the header: 'sep=,' or 'sep=;'",
        ),
        (b"a\n" + b"x" * 131_073, ", line 2: a cell has 131,073 characters; at most 131,072 are kept"),
        (b"c" + b",c".join(b"%d" % n for n in range(201)) + b"\n1\n", None),
    ],
)
def test_a_faulty_file_is_refused_with_its_line(tmp_path: Path, content: bytes, fault: str | None) -> None:
    expected = fault or ", line 1: it has 201 columns; a metric holds at most 200"

    assert faults(tmp_path, content) == [expected]


def test_a_comma_in_quotation_marks_is_no_delimiter(tmp_path: Path) -> None:
    assert table(tmp_path, '"sales, net";shop\n7;Bern\n') == Table(("sales, net", "shop"), ((7, "Bern"),))


def test_a_column_name_over_two_lines_becomes_one_line(tmp_path: Path) -> None:
    expected = Table(("net generation, GWh", "b"), ((7, 8),))

    assert table(tmp_path, '"net\r\ngeneration, GWh";b\n7;8\n') == expected


def test_all_faults_of_a_file_are_reported_in_the_order_of_its_lines(tmp_path: Path) -> None:
    found = faults(tmp_path, "a,b\nx,y\n1\n2,z\n", {"a": number_in, "b": number_in})

    assert [fault.split(" is not")[0] for fault in found] == [
        ", line 2: column 'a': 'x'",
        ", line 2: column 'b': 'y'",
        ", line 3: the row has 1 cells, the header has 2",
        ", line 4: column 'b': 'z'",
    ]


def test_a_long_value_is_shortened(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, f"a\n{'x' * 5_000}\n", {"a": number_in})

    assert found.startswith(f", line 2: column 'a': '{'x' * 40}…' is not a number")


def test_at_most_a_thousand_faults_are_collected(tmp_path: Path) -> None:
    found = faults(tmp_path, "a\n" + "x\n" * 2_000, {"a": number_in})

    assert (len(found), found[-1]) == (1_001, ": after 1,000 faults no more were looked for")


def test_a_file_of_too_many_cells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_CELLS", 4)

    assert faults(tmp_path, "a,b\n1,2\n3,4\n5,6\n") == [
        ": it has more than 4 cells, and a metric holds at most as many"
    ]


def test_a_file_of_too_many_bytes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_BYTES", 10)

    assert faults(tmp_path, "a,b\n1,2\n3,4\n") == [": it has 12 bytes; at most 10 are read"]


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        ("month;amount (€, net)\n2024-01;5\n2024-02;6\n", ("month", "amount (€, net)")),
        ("month\tamount; net, in €\n2024-01\t5\n", ("month", "amount; net, in €")),
        ("month,amount; net\n2024-01,5\n", ("month", "amount; net")),
        ("month;amount (€, net)\n2024-01;5\n2024-02;6;7\n2024-03;7\n", ("month", "amount (€, net)")),
    ],
    ids=["semicolons", "tabs", "commas", "semicolons, and a faulty line"],
)
def test_the_delimiter_is_the_one_that_divides_the_lines_as_it_divides_the_header(
    tmp_path: Path, content: str, columns: tuple[str, ...]
) -> None:
    assert read(tmp_path, content).columns == columns


def test_a_faulty_line_has_the_number_of_its_first_line_whatever_ends_lines(tmp_path: Path) -> None:
    found = faults(tmp_path, 'a,b\r\n"x\r\ny",1\r"x\ry",2\n3\n')

    assert found == [", line 6: the row has 1 cells, the header has 2"]
