"""docs/cost.md: the example adds up, and its counts are those of the template and the code."""

import re

import pytest

from scripts.markdown_tables import table_rows
from tests.documents.commands import ROOT
from tests.template.test_monitoring import reported_metrics
from tests.template.translation import resources

PAGE = (ROOT / "docs" / "cost.md").read_text(encoding="utf-8")
TIMES = "\N{MULTIPLICATION SIGN}"
ROWS = [*table_rows(PAGE, "A worked example")]
USED = [row for row in ROWS if len(row) == 4 and row[1].replace(",", "").isdigit()]


def number(cell: str) -> float:
    return float(cell.replace(",", "").strip("*"))


@pytest.mark.parametrize("row", USED, ids=lambda row: row[0][:40])
def test_a_row_of_the_example_is_computed_right(row: list[str]) -> None:
    what, count, price, dollars = row

    assert number(dollars) == pytest.approx(number(count) * number(price) / 1e6, abs=0.006)
    if found := re.search(rf"\(([\d,. +{TIMES}]+)\)", what):
        products = [part.split(TIMES) for part in found[1].split("+")]
        total = sum(number(a) * number(b) for a, b in products)
        assert number(count) == pytest.approx(total, rel=0.001)


def test_both_sums_of_the_example_are_right() -> None:
    sums = re.findall(r"^\| \*\*together\*\* \|.*\*\*([\d.]+)\*\* \|$", PAGE, re.MULTILINE)
    fixed = PAGE.split("whatever the load:")[1].split("**together**")[0]

    assert number(sums[0]) == pytest.approx(sum(number(row[3]) for row in USED), abs=0.01)
    assert number(sums[1]) == pytest.approx(
        sum(float(cell) for cell in re.findall(r"\| ([\d.]+) \|$", fixed, re.MULTILINE)), abs=0.01
    )


def test_the_counts_of_metrics_and_alarms_are_those_of_the_template() -> None:
    alarms = resources("AWS::CloudWatch::Alarm").values()
    in_alarms = sum(
        len([each for each in alarm.get("Metrics", []) if "MetricStat" in each]) or 1 for alarm in alarms
    )

    assert re.findall(r"^\| (\d+) metrics? (?:at|in alarms at)", PAGE, re.MULTILINE) == [
        str(len(reported_metrics())),
        str(in_alarms),
    ]


def test_the_turn_of_the_example_is_that_of_the_totals() -> None:
    (messages,) = re.findall(r"\*\*(\d+) messages\*\*", PAGE)
    (reads,) = re.findall(r"\*\*(\d+) read units\*\*", PAGE)

    assert f"44,000 {TIMES} {messages}" in PAGE
    assert f"44,000 {TIMES} {reads}" in PAGE
