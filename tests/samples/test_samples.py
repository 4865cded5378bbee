from pathlib import Path
from runpy import run_path
from typing import Any

import pandas as pd
import pytest

from tests.samples.loaded import SAMPLES, frame, reading
from threadcast.domain.asset import AssetType, Table


def test_every_sample_can_be_loaded() -> None:
    found = {file.path.stem: file.asset.type for file in reading().files}

    assert reading().faults == ()
    assert found == {
        "city_temperatures": AssetType.METRIC_FILE,
        "iowa_electricity": AssetType.METRIC_FILE,
        "iowa_turns_to_renewables": AssetType.REPORT_FILE,
        "seattle_rain_by_month": AssetType.METRIC_FILE,
        "seattle_weather": AssetType.METRIC_FILE,
        "us_employment_by_sector": AssetType.METRIC_FILE,
        "us_jobs_change": AssetType.METRIC_FILE,
        "west_coast_weather": AssetType.DASHBOARD_FILE,
        "wheat_and_wages": AssetType.METRIC_FILE,
        "work_and_power": AssetType.DASHBOARD_FILE,
    }


def test_the_rows_are_those_of_the_csv_with_their_types() -> None:
    table = next(file.table for file in reading().files if file.path.stem == "wheat_and_wages")

    assert table is not None
    assert table.columns == ("year", "wheat_price", "weekly_wage")
    assert (table.rows[0], table.rows[-1]) == (("1565-01-01", 41.0, 5.0), ("1820-01-01", 54.0, None))


def test_the_sectors_add_up_to_the_change_of_all_jobs() -> None:
    all_jobs = frame("us_employment_by_sector").groupby("time")["employees"].sum()

    change = frame("us_jobs_change").set_index("time")["jobs_change"]
    assert list(all_jobs.diff()[1:]) == list(change[1:])


def test_the_rain_by_month_is_that_of_the_days() -> None:
    days = frame("seattle_weather").set_index("time")["precipitation"]

    months = frame("seattle_rain_by_month")
    assert list(days.resample("MS").sum().round(1)) == list(months["precipitation"])
    assert list((days > 0).resample("MS").sum()) == list(months["wet_days"])


def test_the_numbers_in_the_report_are_those_of_its_metric() -> None:
    by_year = frame("iowa_electricity").pivot_table("net_generation", "time", "source")
    report = next(file.asset for file in reading().files if file.asset.type is AssetType.REPORT_FILE)
    content = " ".join(report.definition["content"].split())
    first, last = by_year.iloc[0], by_year.iloc[-1]
    fossil, nuclear = by_year["Fossil Fuels"], by_year["Nuclear Energy"]

    assert (
        f"In 2001 renewables made {first['Renewables']:,.0f} GWh of Iowa's electricity, "
        f"{first['Renewables'] / first.sum():.1%} of all. "
        f"In 2017 they made {last['Renewables']:,.0f} GWh: {last['Renewables'] / last.sum():.1%}."
    ) in content
    assert f"peaked in {fossil.idxmax():%Y} with {fossil.max():,.0f} GWh" in content
    assert f"in {fossil.idxmin():%Y} they made {fossil.min():,.0f} GWh, the least" in content
    assert f"between {nuclear.min():,.0f} and {nuclear.max():,.0f} GWh" in content


def test_sources_names_every_file() -> None:
    sources = (SAMPLES / "SOURCES.md").read_text(encoding="utf-8")

    assert [path.name for path in sorted(SAMPLES.glob("*.csv")) if f"`{path.name}`" not in sources] == []


@pytest.fixture
def derive() -> dict[str, Any]:
    return run_path(str(SAMPLES / "derive.py"))


def test_derive_makes_wide_employment_long(derive: dict[str, Any], tmp_path: Path) -> None:
    columns = ["month", "nonfarm", *derive["SECTORS"], "nonfarm_change"]
    row = ["2006-01-01", 66, *range(1, 12), 5]
    pd.DataFrame([row], columns=columns).to_csv(tmp_path / "us-employment.csv", index=False)

    header, *rows = derive["us_employment_by_sector"](tmp_path)

    assert header == ("month", "sector", "employees")
    assert rows[0] == ("2006-01-01", "Mining and logging", "1")
    assert rows[-1] == ("2006-01-01", "Government", "11")
    assert len(rows) == 11


def test_derive_adds_rain_up_by_month(derive: dict[str, Any], tmp_path: Path) -> None:
    lines = ["date,precipitation", "2012/01/01,0.0", "2012/01/02,10.9", "2012/01/31,0.2", "2012/02/01,1.3"]
    (tmp_path / "seattle-weather.csv").write_text("\n".join(lines), encoding="utf-8")

    rows = list(derive["seattle_rain_by_month"](tmp_path))

    assert rows == [
        ("month", "precipitation", "wet_days"),
        ("2012-01-01", 11.1, 2),
        ("2012-02-01", 1.3, 1),
    ]


def test_derive_averages_the_hours_of_a_day(derive: dict[str, Any], tmp_path: Path) -> None:
    lines = ["date,temp", "2010/01/01 00:00:00,40.0", "2010/01/01 01:00:00,41.5"]
    for file in derive["CITIES"].values():
        (tmp_path / file).write_text("\n".join(lines), encoding="utf-8")

    rows = list(derive["city_temperatures"](tmp_path))

    assert rows[1:] == [("2010-01-01", "Seattle", 40.8), ("2010-01-01", "San Francisco", 40.8)]


def test_every_cell_is_a_number_a_text_or_nothing() -> None:
    tables = [file.table for file in reading().files if isinstance(file.table, Table)]

    kinds = {type(cell) for table in tables for row in table.rows for cell in row}

    assert kinds == {int, float, str, type(None)}
