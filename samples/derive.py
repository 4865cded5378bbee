# ruff: noqa: INP001 - a script beside its data, not a package
"""Derives the CSV files of this folder from the data files in PyPI's `vega_datasets`.

    pip download --no-deps vega_datasets==0.9.0 && unzip vega_datasets-*.whl
    python samples/derive.py vega_datasets/_data

It needs only the standard library; the same input gives the same bytes. SOURCES.md lists the sources.
"""

import argparse
import csv
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

Row = Mapping[str, str]
Cells = tuple[object, ...]

SECTORS = {
    "mining_and_logging": "Mining and logging",
    "construction": "Construction",
    "manufacturing": "Manufacturing",
    "trade_transportation_utilties": "Trade, transportation and utilities",
    "information": "Information",
    "financial_activities": "Financial activities",
    "professional_and_business_services": "Professional and business services",
    "education_and_health_services": "Education and health services",
    "leisure_and_hospitality": "Leisure and hospitality",
    "other_services": "Other services",
    "government": "Government",
}
"""The supersectors that do not overlap and add up to `nonfarm`; the source misspells one name."""

CITIES = {"Seattle": "seattle-temps.csv", "San Francisco": "sf-temps.csv"}


def iowa_electricity(source: Path) -> Iterator[Cells]:
    """Yield annual net generation by source, in GWh, unchanged."""
    yield "year", "source", "net_generation"
    for row in _read(source / "iowa-electricity.csv"):
        yield row["year"], row["source"], row["net_generation"]


def us_employment_by_sector(source: Path) -> Iterator[Cells]:
    """Employees by month and sector, in thousands: the wide table made long, overlapping totals left out."""
    yield "month", "sector", "employees"
    for row in _read(source / "us-employment.csv"):
        for column, sector in SECTORS.items():
            yield row["month"], sector, row[column]


def us_jobs_change(source: Path) -> Iterator[Cells]:
    """Yield the monthly change of nonfarm employees, in thousands."""
    yield "month", "jobs_change"
    for row in _read(source / "us-employment.csv"):
        yield row["month"], row["nonfarm_change"]


def seattle_weather(source: Path) -> Iterator[Cells]:
    """Yield the daily measurements, with dates in ISO 8601.

    The source's kind of weather is omitted: this edition labels most wet days after 2012 "fog".
    """
    yield "date", "precipitation", "temp_max", "temp_min", "wind"
    for row in _read(source / "seattle-weather.csv"):
        measured = (row[column] for column in ("precipitation", "temp_max", "temp_min", "wind"))
        yield _iso_date(row["date"]), *measured


def seattle_rain_by_month(source: Path) -> Iterator[Cells]:
    """Yield the sum of precipitation by month, and the number of wet days."""
    amounts: dict[str, list[float]] = defaultdict(list)
    for row in _read(source / "seattle-weather.csv"):
        amounts[_iso_date(row["date"])[:7]].append(float(row["precipitation"]))
    yield "month", "precipitation", "wet_days"
    for month, days in sorted(amounts.items()):
        yield f"{month}-01", round(sum(days), 1), sum(day > 0 for day in days)


def city_temperatures(source: Path) -> Iterator[Cells]:
    """Yield the daily mean of hourly temperatures in two cities, in °F with one decimal."""
    yield "date", "city", "temperature"
    for city, file in CITIES.items():
        hours: dict[str, list[float]] = defaultdict(list)
        for row in _read(source / file):
            hours[_iso_date(row["date"])].append(float(row["temp"]))
        for day, temperatures in sorted(hours.items()):
            yield day, city, round(sum(temperatures) / len(temperatures), 1)


def wheat_and_wages(source: Path) -> Iterator[Cells]:
    """Yield Playfair's price of wheat and weekly wages, in shillings; wages end in 1810."""
    yield "year", "wheat_price", "weekly_wage"
    for row in json.loads((source / "wheat.json").read_text(encoding="utf-8")):
        yield f"{row['year']}-01-01", row["wheat"], row.get("wages", "")


DERIVATIONS: Mapping[str, Callable[[Path], Iterator[Cells]]] = {
    "iowa_electricity.csv": iowa_electricity,
    "us_employment_by_sector.csv": us_employment_by_sector,
    "us_jobs_change.csv": us_jobs_change,
    "seattle_weather.csv": seattle_weather,
    "seattle_rain_by_month.csv": seattle_rain_by_month,
    "city_temperatures.csv": city_temperatures,
    "wheat_and_wages.csv": wheat_and_wages,
}


def derive(source: Path, target: Path) -> None:
    """Write every CSV file of the samples from the data files in `source` into `target`."""
    for name, derivation in DERIVATIONS.items():
        _write(target / name, derivation(source))


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _write(path: Path, rows: Iterable[Cells]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerows(rows)


def _iso_date(text: str) -> str:
    return text[:10].replace("/", "-")


def main() -> int:
    """Derive all files; return the exit code."""
    parser = argparse.ArgumentParser(
        description="Make the samples' CSV files from vega_datasets' data files."
    )
    parser.add_argument("source", type=Path, help="the folder vega_datasets/_data")
    derive(parser.parse_args().source, Path(__file__).parent)
    return 0


if __name__ == "__main__":
    sys.exit(main())
