"""Everyday questions in the words of different people: the right answer, or what is declined.

`docs/offline-analyst.md` counts them. A question is in `ANSWERED` with a text that its answer must have, and in
`DECLINED` with whether the rows have the answer all the same; those in `UNCLEAR` have several readings, or none.
"""

# ruff: noqa: E501 - a table reads best with a row a line

import re

import pandas as pd
import pytest

from tests.analyst.asking import short
from tests.analyst.test_cases import (
    CARS,
    DAYS,
    FOSSIL,
    GDP,
    IOWA,
    JOBS,
    MAKES,
    NUCLEAR,
    RENEWABLE,
    ROWS,
    SALES,
    STOCK,
    answer_of,
    money,
)
from tests.samples.loaded import context_of, frame
from threadcast.domain.asset import AssetContext

CHANGE = frame("us_jobs_change").set_index("time")["jobs_change"]
DAILY = frame("city_temperatures").pivot_table("temperature", "time", "city")
WHEAT = frame("wheat_and_wages").set_index("time")
RAIN = frame("seattle_rain_by_month").set_index("time")
LAST = JOBS.loc["2015-12-01"]
OWN = {"sales": SALES, "stock": STOCK, "cars": CARS, "makes": MAKES, "gdp": GDP}
PRODUCT, REGION, MONTH = ROWS["product"], ROWS["region"], ROWS["month"]
YEARLY = JOBS.groupby(JOBS.index.year).mean()
HEAT, WET, COLD = DAYS["temp_max"], DAYS["precipitation"], DAYS["temp_min"]
BY_YEAR = WET.groupby(WET.index.year).sum()


def asset(name: str) -> AssetContext:
    return OWN.get(name) or context_of(name)


def gwh(value: float) -> str:
    return f"{value:,.0f} GWh"


def thousand(value: float, decimals: int = 0) -> str:
    return f"{short(value, decimals)} thousand"


def total(rows: "pd.Series[bool]") -> str:
    return money(ROWS.loc[rows, "revenue"].sum())


ANSWERED = [
    ("iowa_electricity", "How much electricity came from renewables in 2017?", f"was {gwh(RENEWABLE[2017])}."),
    ("iowa_electricity", "What is the biggest source of power?", f"highest for {IOWA.sum().idxmax()}: {gwh(IOWA.sum().max())}"),
    ("iowa_electricity", "which year had the most fossil fuels", f"highest in {FOSSIL.idxmax()}: {gwh(FOSSIL.max())}"),
    ("iowa_electricity", "give me the numbers for 2010", f"was {gwh(IOWA.loc[2010].sum())}."),
    ("iowa_electricity", "what percentage of power was nuclear in 2016", f"was {short(NUCLEAR[2016] / IOWA.loc[2016].sum() * 100, 1)}%"),
    ("iowa_electricity", "Compare 2001 with 2017", f"from {gwh(IOWA.loc[2001].sum())} in 2001 to {gwh(IOWA.loc[2017].sum())} in 2017"),
    ("iowa_electricity", "how fast did renewables grow?", f"from {gwh(RENEWABLE[2001])} in 2001 to {gwh(RENEWABLE[2017])} in 2017"),
    ("iowa_electricity", "show renewables over the years", f"from {gwh(RENEWABLE[2001])} in 2001 to {gwh(RENEWABLE[2017])} in 2017"),
    ("iowa_electricity", "what are the sources?", "- Nuclear Energy: "),
    ("iowa_electricity", "list all sources", "- Renewables: "),
    ("iowa_electricity", "Did fossil fuels go down after 2010?", f"fell from {gwh(FOSSIL[2011])} in 2011 to {gwh(FOSSIL[2017])} in 2017"),
    ("seattle_weather", "what was the coldest day in 2014?", f"lowest on {COLD['2014'].idxmin():%-d %B %Y}: {short(COLD['2014'].min(), 1)} °C"),
    ("seattle_weather", "did it rain on 4 July 2015?", f"was {short(WET['2015-07-04'], 1)} mm."),
    ("seattle_weather", "how hot does it get in august", f"- August 2014: {short(HEAT['2014-08'].mean(), 2)} °C"),
    ("seattle_weather", "hottest month", f"in {HEAT.resample('MS').mean().idxmax():%B %Y}: {short(HEAT.resample('MS').mean().max(), 2)} °C"),
    ("seattle_weather", "what's the windiest day on record", f"highest on {DAYS['wind'].idxmax():%-d %B %Y}"),
    ("seattle_weather", "total rainfall per year", f"- 2013: {short(BY_YEAR[2013], 1)} mm"),
    ("seattle_weather", "wettest year", f"highest in {BY_YEAR.idxmax()}: {short(BY_YEAR.max(), 1)} mm"),
    ("seattle_weather", "whats the typical wind speed", f"was {short(DAYS['wind'].mean(), 2)} m/s."),
    ("seattle_weather", "which month is the driest on average", "lowest in August 2012 and July 2013: 0 mm each."),
    ("us_employment_by_sector", "How many people work in construction?", f"was {thousand(LAST['Construction'])}."),
    ("us_employment_by_sector", "top 5 sectors", f"1. {LAST.idxmax()}: {thousand(LAST.max())}"),
    ("us_employment_by_sector", "which industry employs the most people", f"highest for {LAST.idxmax()}"),
    ("us_employment_by_sector", "smallest sector in 2015", f"lowest for {YEARLY.loc[2015].idxmin()}: {thousand(YEARLY.loc[2015].min(), 1)}"),
    ("us_employment_by_sector", "how many jobs did construction lose between 2007 and 2010", f"from {thousand(YEARLY.loc[2007, 'Construction'], 1)} in 2007 to {thousand(YEARLY.loc[2010, 'Construction'], 1)} in 2010"),
    ("us_employment_by_sector", "what share of jobs is government", f"was {short(LAST['Government'] / LAST.sum() * 100, 1)}%"),
    ("us_employment_by_sector", "how has manufacturing developed?", f"to {thousand(LAST['Manufacturing'])} in December 2015"),
    ("us_employment_by_sector", "employment in December 2015 by industry", f"- Government: {thousand(LAST['Government'])}"),
    ("us_employment_by_sector", "Is manufacturing bigger than construction?", f"Manufacturing minus Construction is {thousand(LAST['Manufacturing'] - LAST['Construction'])}."),
    ("us_employment_by_sector", "what was the peak of manufacturing employment", f"was {thousand(JOBS['Manufacturing'].max())}."),
    ("us_employment_by_sector", "growth of education and health since 2006", f"rose from {thousand(YEARLY.loc[2006, 'Education and health services'], 1)}"),
    ("us_employment_by_sector", "information sector jobs 2006 vs 2015", f"to {thousand(YEARLY.loc[2015, 'Information'], 1)} in 2015"),
    ("us_employment_by_sector", "number of sectors", f"There are {JOBS.shape[1]} sectors."),
    ("us_employment_by_sector", "jobs in leisure and hospitality every year", f"- 2007: {thousand(YEARLY.loc[2007, 'Leisure and hospitality'], 1)}"),
    ("us_jobs_change", "what was the worst month?", f"lowest in {CHANGE.idxmin():%B %Y}: {thousand(CHANGE.min())}"),
    ("us_jobs_change", "how many jobs were lost in 2009?", f"was {thousand(CHANGE['2009'].sum())}."),
    ("us_jobs_change", "best 3 months ever", f"1. {CHANGE.idxmax():%B %Y}: {thousand(CHANGE.max())}"),
    ("city_temperatures", "which city is warmer?", f"highest for {DAILY.mean().idxmax()}: {short(DAILY.mean().max(), 2)} °F"),
    ("city_temperatures", "average temperature in Seattle in July", f"was {short(DAILY.loc['2010-07', 'Seattle'].mean(), 2)} °F."),
    ("city_temperatures", "coldest day in SF", f"{short(DAILY['San Francisco'].min(), 1)} °F"),
    ("city_temperatures", "san francisco vs seattle", f"- Seattle: {short(DAILY['Seattle'].mean(), 2)} °F"),
    ("city_temperatures", "How many days over 70 degrees did Seattle have?", f"on {(DAILY['Seattle'] > 70).sum()} of 365 days"),
    ("wheat_and_wages", "when was wheat most expensive?", f"highest in {WHEAT['wheat_price'].idxmax():%Y}: {WHEAT['wheat_price'].max():.0f} shillings"),
    ("wheat_and_wages", "wheat price in 1800", f"was {WHEAT.loc['1800-01-01', 'wheat_price']:.0f} shillings"),
    ("seattle_rain_by_month", "which month had the most rainy days", f"highest in {RAIN['wet_days'].idxmax():%B %Y}: {RAIN['wet_days'].max()} days"),
    ("seattle_rain_by_month", "rain in Dec 2015", f"was {short(RAIN.loc['2015-12-01', 'precipitation'], 1)} mm."),
    ("sales", "What's our total revenue so far?", f"was {total(MONTH.notna())}."),
    ("sales", "how are monitors doing in the north?", f"was {total((PRODUCT == 'Monitor') & (REGION == 'North'))}."),
    ("sales", "best month for chairs", f"{ROWS[PRODUCT == 'Chair'].groupby('month')['revenue'].sum().idxmax():%B %Y}"),
    ("sales", "avg revenue per region", f"- South: {money(ROWS.loc[REGION == 'South', 'revenue'].mean())}"),
    ("sales", "worst performing region", f"lowest for {ROWS.groupby('region')['revenue'].sum().idxmin()}"),
    ("sales", "total sales in march", f"was {total(MONTH == '2025-03-01')}."),
    ("sales", "how much did we make in Q3?", f"was {total(MONTH.dt.quarter == 3)}."),
    ("sales", "what did the east sell in june?", f"was {total((REGION == 'East') & (MONTH == '2025-06-01'))}."),
    ("sales", "hi, can you give me the average monthly revenue?", f"was {money(ROWS.groupby('month')['revenue'].sum().mean())}."),
    ("sales", "revenue in the latest month", f"in October 2025 was {total(MONTH == '2025-10-01')}."),
    ("sales", "total number of products", "There are 3 products."),
    ("sales", "what's the maximum of revenue in march", f"was {money(ROWS.loc[MONTH == '2025-03-01', 'revenue'].max())}."),
    ("sales", "percentage change of revenue from january to october", f"from {total(MONTH == '2025-01-01')} in January 2025"),
    ("sales", "how many rows have revenue above 10000 and below 20000", f"are {ROWS['revenue'].between(10000, 20000, inclusive='neither').sum()} rows"),
    ("iowa_electricity", "Was 2012 better than 2011?", f"2012 minus 2011 is {gwh(IOWA.loc[2012].sum() - IOWA.loc[2011].sum())}."),
    ("iowa_electricity", "What fraction of 2017's power came from fossil fuels?", f"was {short(FOSSIL[2017] / IOWA.loc[2017].sum() * 100, 1)}%"),
    ("iowa_electricity", "By how much did fossil fuel output drop from 2010 to 2016?", f"a change of -{gwh(FOSSIL[2010] - FOSSIL[2016])}"),
    ("seattle_weather", "How much rain fell in March 2014?", f"was {short(WET['2014-03'].sum(), 1)} mm."),
    ("seattle_weather", "How many days had more than 20mm of rain?", f"on {(WET > 20).sum()} of 1,461 days"),
    ("seattle_weather", "What's the maximum rainfall in a single day?", f"highest on {WET.idxmax():%-d %B %Y}: {WET.max()} mm"),
    ("seattle_weather", "Was 2014 wetter than 2013?", f"2014 minus 2013 is {short(BY_YEAR[2014] - BY_YEAR[2013], 1)} mm."),
    ("us_employment_by_sector", "Which sectors have more than 20 million jobs?", f"for {(LAST > 20_000).sum()} of 11 sectors"),
    ("us_employment_by_sector", "When did construction hit its low?", f"lowest in {JOBS['Construction'].idxmin():%B %Y}: {thousand(JOBS['Construction'].min())}"),
    ("us_jobs_change", "How did jobs gained change between January 2006 and December 2015?", f"from {thousand(CHANGE.iloc[0])} in January 2006 to {thousand(CHANGE.iloc[-1])} in December 2015"),
    ("us_jobs_change", "which month saw the biggest loss?", f"lowest in {CHANGE.idxmin():%B %Y}"),
    ("city_temperatures", "Was January colder in Seattle or San Francisco?", f"- Seattle: {short(DAILY.loc['2010-01', 'Seattle'].mean(), 2)} °F"),
    ("wheat_and_wages", "What did wheat cost in 1700?", f"was {WHEAT.loc['1700-01-01', 'wheat_price']:.0f} shillings"),
    ("sales", "how many sales were above 50k?", f"are {(ROWS['revenue'] > 50_000).sum()} rows"),
    ("sales", "List the top three products by sales", f"1. {ROWS.groupby('product')['revenue'].sum().idxmax()}: "),
    ("cars", "how many cars cost more than 120", "There are 10 rows"),
    ("stock", "which category has the most items", "Number of rows was highest for Home: 2."),
    ("stock", "rows by category", "- Home: 2"),
    ("seattle_weather", "how cold was the coldest day", f"lowest on {COLD.idxmin():%-d %B %Y}: {short(COLD.min(), 1)} °C"),
    ("sales", "did the south sell more than the west?", "South minus West is "),
    ("stock", "how many items do we have in toys?", "There is 1 row for Toys."),
    ("stock", "what is the total quantity?", "was 12."),
    ("stock", "average quantity per category", "- Home: 2.5"),
    ("stock", "which product has the lowest quantity", "lowest for 1435: 2."),
    ("cars", "how many petrol cars are there", "There are 10 rows for petrol."),
    ("cars", "cheapest diesel", "was 101."),
    ("cars", "what's the most expensive car", "was 130."),
    ("makes", "compare ajax and bolt", "- Ajax: 40"),
    ("gdp", "gdp of norway in 2020", "was 10.1."),
    ("gdp", "how much did Chile grow from 2019 to 2020?", "in 2019 to 7.07 in 2020"),
]  # fmt: skip
DECLINED = [
    ("iowa_electricity", "how did coal do?", "“coal”", False),
    ("iowa_electricity", "when did renewables overtake nuclear?", "“overtake”", True),
    ("iowa_electricity", "nuclear output last 5 years of data", "nothing for 2021 to 2025", True),
    ("iowa_electricity", "average yearly generation by source", "one thing at a time", True),
    ("seattle_weather", "how many rainy days were there in 2013", "not sure what to do with “day”", True),
    ("seattle_weather", "average max temp in summer 2015", "“summer”", True),
    ("seattle_weather", "how often was it freezing", "“freezing”", True),
    ("seattle_weather", "temperature on christmas 2014", "“christmas”", True),
    ("seattle_weather", "number of days without rain", "“without”", True),
    ("seattle_weather", "min and max temperature in 2012", "one figure at a time", True),
    ("us_jobs_change", "net jobs gained in 2014", "“net”", True),
    ("us_jobs_change", "how many months had job losses", "“How many” counts", True),
    ("wheat_and_wages", "average wage in the 1700s", "“1700s”", True),
    ("wheat_and_wages", "how did wages change between 1565 and 1820", "no value of weekly wage in 1820", False),
    ("sales", "revenue by product and region", "one thing at a time", True),
    ("sales", "who sold the most laptops?", "Say what to group by", False),
]  # fmt: skip
UNCLEAR = [
    ("us_employment_by_sector", "how many work in manufacturing now", "name what to count"),
    ("seattle_weather", "lowest temperature ever recorded", "Name the column in full"),
    ("iowa_electricity", "rows with generation above 2010", "a year or a figure"),
    ("sales", "revenue for East or laptops", "“or” joins"),
    ("sales", "how many rows have revenue above 50000 or below 1000", "“or” joins"),
    ("sales", "revenue except East and March", "“March” stands for"),
    ("sales", "revenue except regions above 5", "leave out values"),
    ("sales", "revenue per revenue", "a column to group by"),
    ("sales", "revenue from March", "“in March 2025” or “since March 2025”"),
    ("sales", "total and average revenue", "one figure at a time"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "prompt", "expected"), ANSWERED)
def test_an_everyday_question_has_the_right_figure(name: str, prompt: str, expected: str) -> None:
    found = answer_of(asset(name), prompt)

    assert expected in found
    assert "Computed over" in found


@pytest.mark.parametrize(("name", "prompt", "reason"), [*(row[:3] for row in DECLINED), *UNCLEAR])
def test_a_declined_question_comes_with_questions_that_are_answered(
    name: str, prompt: str, reason: str
) -> None:
    found = answer_of(asset(name), prompt)

    assert reason in found
    assert "\n" not in found
    suggested = re.findall(r"“([^”]+)”", found.partition(" Try ")[2])
    assert 1 <= len(suggested) <= 2
    assert all("Computed over" in answer_of(asset(name), question) for question in suggested)


def test_at_most_a_sixth_of_the_questions_that_the_rows_can_answer_is_declined() -> None:
    refused = sum(has_answer for *_, has_answer in DECLINED)

    assert refused / (refused + len(ANSWERED)) <= 1 / 6
