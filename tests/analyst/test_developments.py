import numpy as np
import pandas as pd
import pytest

from tests.analyst.asking import answer, headline, headlines, short
from tests.samples.loaded import frame

IOWA = frame("iowa_electricity")
BY_SOURCE = IOWA.pivot_table("net_generation", "time", "source")
BY_YEAR = BY_SOURCE.sum(axis=1)
JOBS = frame("us_employment_by_sector").pivot_table("employees", "time", "sector")
CHANGES = frame("us_jobs_change").set_index("time")["jobs_change"]
RAIN = frame("seattle_rain_by_month").set_index("time")["precipitation"]
DAYS = frame("seattle_weather").set_index("time")


@pytest.mark.parametrize(
    "question",
    [
        "How did net generation change between 2001 and 2017?",
        "How much did generation grow from 2001 to 2017?",
        "Compare 2001 and 2017",
        "difference between 2017 and 2001",
        "How did net generation change?",
    ],
)
def test_a_change_is_taken_apart_by_source(question: str) -> None:
    before, after = BY_SOURCE.loc["2001-01-01"], BY_SOURCE.loc["2017-01-01"]
    order = (after - before).abs().sort_values(ascending=False).index

    assert headlines("iowa_electricity", question) == [
        (
            f"Net generation rose from {before.sum():,.0f} GWh in 2001 to {after.sum():,.0f} GWh in "
            "2017: a change of "
            f"{after.sum() - before.sum():+,.0f} GWh ({_percent(after.sum() / before.sum() - 1)}). By source:"
        ),
        *(
            f"- {source}: {after[source] - before[source]:+,.0f} GWh "
            f"({_percent(after[source] / before[source] - 1)}), "
            f"from {before[source]:,.0f} GWh to {after[source]:,.0f} GWh"
            for source in order
        ),
    ]


def test_a_change_says_that_only_the_two_ends_were_computed_with() -> None:
    basis = answer("iowa_electricity", "How did net generation change between 2001 and 2017?").splitlines()[
        -1
    ]

    assert basis == (
        "Computed over 6 rows of “Iowa electricity generation by source”, 2001 and 2017, every source. "
        "Net generation is added up within each group."
    )


def test_a_change_in_one_year_is_that_from_the_year_before() -> None:
    before, after = BY_YEAR["2008-01-01"], BY_YEAR["2009-01-01"]

    found = headline("iowa_electricity", "How did net generation change in 2009?")

    assert found == (
        f"Net generation fell from {before:,.0f} GWh in 2008 to {after:,.0f} GWh in 2009: a change of "
        f"{after - before:+,.0f} GWh ({_percent(after / before - 1)}). By source:"
    )


def test_a_year_without_rows_is_told_plainly() -> None:
    found = answer("iowa_electricity", "How did net generation change between 1990 and 2017?")

    assert found == "There are no rows for 1990; the rows cover 2001 to 2017."


def test_a_change_of_levels_compares_the_averages_of_the_years() -> None:
    before, after = (JOBS.sum(axis=1)[year].mean() for year in ("2008", "2010"))

    found = headline("us_employment_by_sector", "How did employment change between 2008 and 2010?")

    assert found == (
        f"Employment fell from {short(before, 1)} thousand in 2008 to {short(after, 1)} thousand in 2010: "
        f"a change of {short(after - before, 1)} thousand ({_percent(after / before - 1)}). By sector:"
    )


def test_who_grew_most_is_found() -> None:
    before, after = JOBS.iloc[0], JOBS.iloc[-1]
    best = (after - before).idxmax()

    found = headline("us_employment_by_sector", "Which industries grew most?")

    assert found == (
        f"Of 11 sectors, {best} grew most between January 2006 and December 2015. "
        f"{best}: +{short(after[best] - before[best], 1)} thousand "
        f"({_percent(after[best] / before[best] - 1)}), "
        f"from {short(before[best], 1)} thousand to {short(after[best], 1)} thousand."
    )


@pytest.mark.parametrize(
    "question",
    [
        "Which sector lost the most jobs between January 2008 and January 2010?",
        "Which sector had the biggest drop from January 2008 to January 2010?",
    ],
)
def test_who_lost_most_is_found(question: str) -> None:
    worst = (JOBS.loc["2010-01-01"] - JOBS.loc["2008-01-01"]).idxmin()

    found = headline("us_employment_by_sector", question)

    assert found.startswith(f"Of 11 sectors, {worst} fell most between January 2008 and January 2010.")


@pytest.mark.parametrize(
    ("question", "way"),
    [("Which year saw the biggest drop?", "fall"), ("When was the largest increase?", "rise")],
)
def test_the_greatest_step_is_found(question: str, way: str) -> None:
    steps = BY_YEAR.diff()
    year = steps.idxmin() if way == "fall" else steps.idxmax()
    before = BY_YEAR[year - pd.DateOffset(years=1)]

    found = headline("iowa_electricity", question)

    assert found == (
        f"The greatest {way} of net generation from one year to the next was in {year:%Y}: from "
        f"{before:,.0f} GWh "
        f"in {year.year - 1} to {BY_YEAR[year]:,.0f} GWh, a change of {steps[year]:+,.0f} GWh "
        f"({_percent(BY_YEAR[year] / before - 1)})."
    )


def test_a_trend_is_told_with_its_line() -> None:
    values = BY_SOURCE["Renewables"]
    slope, _ = np.polyfit(range(len(values)), values, 1)
    fit = np.corrcoef(range(len(values)), values)[0, 1] ** 2

    found = headline("iowa_electricity", "What is the trend of renewables?")

    assert found == (
        f"Net generation for Renewables has risen steadily: from {values.iloc[0]:,.0f} GWh in 2001 to "
        f"{values.iloc[-1]:,.0f} GWh in 2017 ({_percent(values.iloc[-1] / values.iloc[0] - 1)}). "
        f"The highest year was 2017 ({values.max():,.0f} GWh), the lowest 2001 ({values.min():,.0f} GWh). "
        f"A straight line through the 17 years rises by {short(slope, 1)} GWh per year and explains "
        f"{_percent(fit, sign=False)} of the variation."
    )


def test_a_trend_of_daily_rain_is_told_by_years() -> None:
    years = DAYS["precipitation"].resample("YS").sum()

    found = headline("seattle_weather", "How has rain developed over time?")

    assert f"from {short(years.iloc[0], 1)} mm in 2012 to {short(years.iloc[-1], 1)} mm in 2015" in found
    assert "shows no clear trend" in found


def test_why_is_answered_by_what_changed() -> None:
    before, after = BY_SOURCE.loc["2008-01-01"], BY_SOURCE.loc["2009-01-01"]
    change = after - before

    lines = headlines("iowa_electricity", "Why did generation drop in 2009?")

    assert lines[0].startswith(f"Net generation fell from {before.sum():,.0f} GWh in 2008")
    assert lines[-3:] == [
        (
            f"{change.idxmin()} accounts for more than the whole change ({change.min():+,.0f} GWh); "
            f"{change.idxmax()} moved most against it ({change.max():+,.0f} GWh)."
        ),
        "",
        "The rows show what changed, not why: the reasons lie outside them.",
    ]


def test_why_a_month_dropped_compares_the_latest_such_month_with_the_one_before() -> None:
    before, after = RAIN["2015-02-01"], RAIN["2015-03-01"]

    found = headline("seattle_rain_by_month", "Why did the rain of March drop?")

    assert found == (
        f"Precipitation fell from {short(before, 1)} mm in February 2015 to {short(after, 1)} mm "
        "in March 2015: "
        f"a change of {short(after - before, 1)} mm ({_percent(after / before - 1)})."
    )


def test_why_a_year_changed_names_the_months_that_did_it() -> None:
    change = pd.Series(RAIN["2013"].to_numpy() - RAIN["2012"].to_numpy(), range(1, 13)).nsmallest(3)

    lines = headlines("seattle_rain_by_month", "Why did the rain decrease in 2013?")

    assert [line.partition(" mm")[0] for line in lines[3:6]] == [
        f"- {pd.Timestamp(2013, month, 1):%B}: {short(value, 1)}" for month, value in change.items()
    ]


def test_why_it_fell_corrects_the_question_where_it_rose() -> None:
    found = headline("iowa_electricity", "Why did net generation fall in 2010?")

    assert found.startswith(
        "It did not fall. Net generation rose from 51,859 GWh in 2009 to 57,509 GWh in 2010"
    )


def test_why_without_a_date_takes_the_greatest_fall() -> None:
    worst = CHANGES.diff().idxmin()

    found = headline("us_jobs_change", "Why did it drop so much?")

    assert f"in {worst:%B %Y}" in found


def test_only_the_sectors_that_declined_are_listed_from_the_worst() -> None:
    change = (JOBS.loc["2010"].mean() - JOBS.loc["2007"].mean()).sort_values()
    order = change[change < 0].index

    lines = headlines("us_employment_by_sector", "Which sectors declined between 2007 and 2010?")

    assert lines[0] == f"Of 11 sectors, {len(order)} fell in employment between 2007 and 2010:"
    assert [line.partition(":")[0] for line in lines[1:]] == [f"- {sector}" for sector in order]


def test_growth_of_two_values_is_compared() -> None:
    change = BY_SOURCE.iloc[-1] - BY_SOURCE.iloc[0]

    lines = headlines("iowa_electricity", "Is renewable energy growing faster than nuclear?")

    assert lines[0] == (
        "The 2 sources by their change of net generation between 2001 and 2017, from the greatest rise on:"
    )
    assert [line.partition(" GWh")[0] for line in lines[1:]] == [
        f"- Renewables: {change['Renewables']:+,.0f}",
        f"- Nuclear Energy: {change['Nuclear Energy']:+,.0f}",
    ]


def test_more_than_two_years_are_put_side_by_side() -> None:
    lines = headlines("iowa_electricity", "Compare 2005, 2010 and 2015")

    assert lines[1:] == [f"- {year}: {BY_YEAR[f'{year}-01-01']:,.0f} GWh" for year in (2005, 2010, 2015)]


def test_highest_and_lowest_together_are_a_range() -> None:
    found = headline("iowa_electricity", "highest and lowest year")

    low, high = f"{BY_YEAR.min():,.0f} GWh (2001)", f"{BY_YEAR.max():,.0f} GWh (2010)"
    assert found.endswith(f"It ranged from {low} to {high}.")


@pytest.mark.parametrize("question", ["Was 2012 wetter than 2013?", "Did it rain more in 2012 or 2013?"])
def test_two_years_are_compared_by_a_comparative(question: str) -> None:
    before, after = RAIN["2012"].sum(), RAIN["2013"].sum()

    found = headline("seattle_rain_by_month", question)

    assert found == (
        f"Precipitation fell from {short(before, 1)} mm in 2012 to {short(after, 1)} mm in 2013: "
        "a change of "
        f"{short(after - before, 1)} mm ({_percent(after / before - 1)})."
    )


def _percent(ratio: float, *, sign: bool = True) -> str:
    return f"{'+' if sign and ratio > 0 else ''}{short(ratio * 100, 1)}%"
