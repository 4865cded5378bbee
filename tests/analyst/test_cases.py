"""What users asked, and the right answer to it: the figure, or one line that says why there is none."""

# ruff: noqa: E501 - a table reads best with a row a line

from datetime import UTC, datetime

import pandas as pd
import pytest

from tests.analyst.asking import short, task, text_of
from tests.analyst.small_tables import context_with, sales
from tests.samples.loaded import context_of, frame
from threadcast.domain.asset import AssetContext
from threadcast_analyst import OfflineAnalyst

IOWA = frame("iowa_electricity").pivot_table("net_generation", "time", "source")
IOWA.index = IOWA.index.year
RENEWABLE, NUCLEAR, FOSSIL = (IOWA[name] for name in ("Renewables", "Nuclear Energy", "Fossil Fuels"))
DAYS = frame("seattle_weather").set_index("time")
HOT = DAYS["temp_max"]
CITIES = frame("city_temperatures").pivot_table("temperature", "time", "city").mean()
JOBS = frame("us_employment_by_sector").pivot_table("employees", "time", "sector")
LOST = (JOBS.loc["2009-12-01"] - JOBS.loc["2008-12-01"]).idxmin()
SALES = sales()
ROWS = pd.DataFrame(SALES.table.rows, columns=SALES.table.columns)  # type: ignore[union-attr]
ROWS["month"] = pd.to_datetime(ROWS["month"])
CHAIRS = ROWS[ROWS["product"] == "Chair"].pivot_table("revenue", "month", "region")
CARS = context_with(
    "Cars", "car_id fuel price", *((i, "diesel" if i % 3 else "petrol", 100 + i) for i in range(1, 31))
)
GDP = context_with(
    "GDP", "country year value",
    *((country, year, amount * year / 2000) for country, amount in (("Norway", 10.0), ("Low income countries", 3.0), ("Chile", 7.0)) for year in (2019, 2020)),
    formats={"year": {"columnType": "date"}},
)  # fmt: skip
STOCK = context_with(
    "Stock list",
    "product_id name category quantity",
    (1102, "Lamp", "Home", 3),
    (1435, "Chair", "Home", 2),
    (1860, "Kite", "Toys", 7),
)
MAKES = context_with("Cars", "make price", ("Ajax", 10), ("Ajax", 30), ("Bolt", 50))
CO2 = context_with(
    "CO2", "sector 2000 2007", ("Timber", 10, 20), ("Note: from electricity", None, None), ("Steel", 5, 9)
)
PEOPLE = context_with(
    "People", "name age team", ("ann", "30", "red"), ("bob", "two", "red"), ("cyd", "41", "blue")
)


def money(value: float) -> str:
    return f"€{value:,.2f}"


def answer_of(context: AssetContext, *prompts: str) -> str:
    *earlier, prompt = prompts
    analyst = OfflineAnalyst(now=lambda: datetime(2026, 11, 28, tzinfo=UTC))
    return text_of(list(analyst.answer(task(prompt, context, *earlier))))


def share(year: int) -> str:
    return f"{short(RENEWABLE[year] / IOWA.loc[year].sum() * 100, 1)}%"


def quarter(number: int) -> float:
    return float(ROWS.loc[ROWS["month"].dt.quarter == number, "revenue"].sum())


SAMPLES = [
    ("iowa_electricity", ["what share did renewables have in 2001 vs 2017?"], [f"2001: {share(2001)}", f"2017: {share(2017)}"]),
    ("iowa_electricity", ["Give me a table of renewables per year"], [f"| {year} | {value:,.0f} GWh |" for year, value in RENEWABLE.items()]),
    ("iowa_electricity", ["share of renewables by year"], [f"- {year}: {share(year)}" for year in IOWA.index]),
    ("iowa_electricity", ["renewables minus nuclear in 2017"], [f"Renewables minus Nuclear Energy is {RENEWABLE[2017] - NUCLEAR[2017]:,.0f} GWh"]),
    ("iowa_electricity", ["renewables in 2017 compared to 2016"], [f"from {RENEWABLE[2016]:,.0f} GWh in 2016 to {RENEWABLE[2017]:,.0f} GWh in 2017"]),
    ("iowa_electricity", ["what is the trend of fossil fuels"], [f"fell from {FOSSIL[2001]:,.0f} GWh in 2001 to {FOSSIL[2017]:,.0f} GWh in 2017"]),
    ("iowa_electricity", ["what is the trend of fossil fuels", "and nuclear?"], [f"for Nuclear Energy rose from {NUCLEAR[2001]:,.0f} GWh"]),
    ("iowa_electricity", ["How did renewables change from 2001 to 2017?", "what was it in 2012?"], [f"Net generation for Renewables in 2012 was {RENEWABLE[2012]:,.0f} GWh."]),
    ("iowa_electricity", ["total of nuclear in 2013", "and in 2014?"], [f"in 2014 was {NUCLEAR[2014]:,.0f} GWh."]),
    ("iowa_electricity", ["average of nuclear", "by year?"], [f"- 2013: {NUCLEAR[2013]:,.0f} GWh"]),
    ("iowa_electricity", ["average of nuclear", "for renewables?"], [f"for Renewables was {short(RENEWABLE.mean(), 1)} GWh."]),
    ("iowa_electricity", ["total of nuclear since 2010", "as a table"], [f"| 2013 | {NUCLEAR[2013]:,.0f} GWh |"]),
    ("iowa_electricity", ["nucler in 2010"], ["I read “nucler” as “nuclear”.", f"{NUCLEAR[2010]:,.0f} GWh"]),
    ("iowa_electricity", ["everything but fossil fuels in 2017"], [f"without Fossil Fuels in 2017 was {(NUCLEAR + RENEWABLE)[2017]:,.0f} GWh"]),
    ("seattle_weather", ["what was the hottest day and how windy was it?"], [f"highest on {HOT.idxmax():%-d %B %Y}: {HOT.max()} °C", "one question at a time"]),
    ("seattle_weather", ["days above 30 degrees"], [f"above 30 °C on {(HOT > 30).sum()} of 1,461 days"]),
    ("seattle_weather", ["how many days had between 5 and 10 mm of rain"], [f"on {DAYS['precipitation'].between(5, 10).sum()} of 1,461 days"]),
    ("seattle_weather", ["how much did it rain in july 2013", "and 2014?"], [f"in July 2014 was {short(DAYS['precipitation']['2014-07'].sum(), 1)} mm"]),
    ("seattle_weather", ["average wind in january 2013 and february 2013"], [f"- January 2013: {short(DAYS['wind']['2013-01'].mean(), 2)} m/s", f"- February 2013: {short(DAYS['wind']['2013-02'].mean(), 2)} m/s"]),
    ("city_temperatures", ["how much warmer is San Francisco than Seattle?"], [f"San Francisco minus Seattle is {short(CITIES['San Francisco'] - CITIES['Seattle'], 2)} °F"]),
    ("city_temperatures", ["how much warmer is SF than Seattle?"], ["I read “SF” as “San Francisco”.", f"San Francisco minus Seattle is {short(CITIES['San Francisco'] - CITIES['Seattle'], 2)} °F"]),
    ("us_employment_by_sector", ["how many manufacturing jobs are there?"], [f"in December 2015, the latest month was {JOBS['Manufacturing'].iloc[-1]:,.0f} thousand"]),
    ("us_employment_by_sector", ["average employment in 2010"], [f"was {short(JOBS.loc['2010'].sum(axis=1).mean(), 1)} thousand"]),
    ("us_employment_by_sector", ["which sector lost most jobs in 2009?"], ["from December 2008 to December 2009", f"- {LOST}: "]),
    ("us_employment_by_sector", ["What was employment each month?"], [f"- January 2006: {JOBS.loc['2006-01-01'].sum():,.0f} thousand"]),
    ("us_employment_by_sector", ["average employment by year"], [f"- 2009: {short(JOBS.loc['2009'].sum(axis=1).mean(), 1)} thousand"]),
    ("work_and_power", ["What was the total in 2009?", "iowa electricity"], [f"in 2009 was {IOWA.loc[2009].sum():,.0f} GWh"]),
    ("work_and_power", ["How much was renewables in 2009?"], [f"{RENEWABLE[2009]:,.0f} GWh"]),
]  # fmt: skip


@pytest.mark.parametrize(("sample", "prompts", "expected"), SAMPLES)
def test_a_question_about_a_sample_has_the_right_figures(
    sample: str, prompts: list[str], expected: list[str]
) -> None:
    found = answer_of(context_of(sample), *prompts)

    assert [text for text in expected if text not in found] == []
    assert "Computed over" in found


def in_q2(name: str) -> str:
    laptops = ROWS[(ROWS["product"] == "Laptop") & (ROWS["month"].dt.quarter == 2)]
    return money(laptops.loc[laptops["region"] == name, "revenue"].sum())


BY_PRODUCT, BY_REGION = ROWS.groupby("product")["revenue"].sum(), ROWS.groupby("region")["revenue"].sum()
BEFORE, AFTER = CHAIRS.loc["2025-01-01"], CHAIRS.loc["2025-10-01"]
GROWTH = (AFTER - BEFORE).dropna()
EAST = CHAIRS["East"]
TABLES = [
    (SALES, "revenue for laptops per region in Q2", ["in Q2 2025", *(f"- {name}: {in_q2(name)}" for name in BY_REGION.index)]),
    (SALES, "which product sold best", [f"highest for {BY_PRODUCT.idxmax()}: {money(BY_PRODUCT.max())}"]),
    (SALES, "best selling product", [f"highest for {BY_PRODUCT.idxmax()}"]),
    (SALES, "wich region had the most revenue", [f"highest for {BY_REGION.idxmax()}"]),
    (SALES, "which region grew most in chair revenue between January 2025 and October 2025?", [f"- {GROWTH.idxmax()}: +", "Left out", "East", "South"]),
    (SALES, "which region lost the most revenue in chairs from January 2025 to October 2025?", [f"- {GROWTH.idxmin()}: -" if GROWTH.min() < 0 else f"fell for none of {len(GROWTH)} regions", "Left out", "East", "South"]),
    (SALES, "revenue in Q1 2025 compared to Q3 2025", [f"from {money(quarter(1))} in Q1 2025 to {money(quarter(3))} in Q3 2025", "3 and 0 more have no revenue"]),
    (SALES, "month over month revenue for chair in the east", ["- February 2025: no value", f"- March 2025: {money(EAST['2025-03-01'])}; the month before has no value"]),
    (SALES, "how did sales of chairs change from january to october?", [f"from {money(BEFORE.sum())} in January 2025 to {money(AFTER.sum())} in October 2025"]),
    (SALES, "average revenue per month", [f"Average revenue per month was {money(ROWS.groupby('month')['revenue'].sum().mean())}."]),
    (SALES, "revenue last year", ["in 2025 was", "The rows cover January 2025 to October 2025 only."]),
    (SALES, "top 2 regions by revenue", [f"1. {BY_REGION.idxmax()}: {money(BY_REGION.max())}"]),
    (SALES, "which regions had revenue above 1", ["4 of 4 regions"]),
    (GDP, "Which country had the highest value in 2020?", ["highest for Norway: 10.1"]),
    (CARS, "how many cars are diesel?", ["There are 20 rows for diesel."]),
    (STOCK, "How many products are in category Home?", ["There are 2 product ids for Home."]),
    (MAKES, "What is the average price by make?", ["- Ajax: 20\n", "- Bolt: 50\n"]),
    (CO2, "How did Timber change from 2000 to 2007?", ["from 10 in 2000 to 20 in 2007: a change of +10 (+100%)"]),
]  # fmt: skip


@pytest.mark.parametrize(("context", "prompt", "expected"), TABLES)
def test_a_question_about_a_table_has_the_right_figures(
    context: AssetContext, prompt: str, expected: list[str]
) -> None:
    found = answer_of(context, prompt)

    assert [text for text in expected if text not in found] == []
    assert "Computed over" in found


DECLINES = [
    (context_of("seattle_weather"), "how much did it rain last year?", "cover 1 January 2012 to 31 December 2015; they have nothing for 2025"),
    (context_of("seattle_weather"), "how much did it rain today?", "they have nothing for 28 November 2026"),
    (context_of("seattle_weather"), "What was the total?", "Do you mean precipitation, maximum temperature, minimum temperature or wind speed?"),
    (context_of("seattle_weather"), "total temperature", "can't be added up"),
    (context_of("city_temperatures"), "how much warmer is LA than Seattle?", "I don't know “LA” here."),
    (context_of("iowa_electricity"), "who is the president?", "I don't know “president” here."),
    (context_of("iowa_electricity"), "forecast next year", "I don't know “forecast” here."),
    (context_of("iowa_electricity"), "What about coal?", "I don't know “coal” here."),
    (context_of("iowa_electricity"), "ok thanks!", "I am glad to help"),
    (context_of("us_employment_by_sector"), "health in 2010", "I don't know “health” here."),
    (context_of("work_and_power"), "What was the total?", "Which metric do you mean:"),
    (SALES, "share of east in chair revenue in october 2025", "There is no value of revenue for East and Chair in October 2025"),
    (SALES, "revenue year to date", "they have nothing for 1 January 2026 to 28 November 2026"),
    (SALES, "revenue by region and product", "I group by one thing at a time"),
    (context_with("Ledger", "region revenue", ("Total", None), ("East", 4)), "What was the revenue in Total?", "“Total” is a name in the table, too"),
    (CO2, "what is the average of from?", "Do you mean 2000 or 2007?"),
    (PEOPLE, "What is the average age?", "“age” can't be computed with: 1 of its 3 cells is no number (“two” in row 2)."),
    (PEOPLE, "What is the total?", "No column of the table is numeric."),
    (STOCK, "average product id", "names the rows"),
]  # fmt: skip


@pytest.mark.parametrize(("context", "prompt", "reason"), DECLINES)
def test_what_has_no_answer_is_declined_in_one_line(context: AssetContext, prompt: str, reason: str) -> None:
    found = answer_of(context, prompt)

    assert reason in found
    assert "Computed over" not in found
    assert "\n" not in found


@pytest.mark.parametrize("context", [SALES, CARS, GDP, STOCK, MAKES, PEOPLE, context_of("work_and_power")])
def test_the_questions_that_a_decline_suggests_are_answered(context: AssetContext) -> None:
    suggested = answer_of(context, "xyzzy").split("“")[2:]

    questions = [text.partition("”")[0] for text in suggested]
    assert questions
    assert all("Computed over" in answer_of(context, question) for question in questions)


def test_after_access_was_withdrawn_that_is_one_of_the_reasons() -> None:
    said = text_of(list(OfflineAnalyst().answer(task("and in 2012?", None, "renewables in 2010"))))

    assert "not shared with you any more" in said


@pytest.mark.parametrize("prompt", ["what's the headline here?", "give me a full overview of this dashboard"])
def test_a_dashboard_is_summed_up_by_its_introduction(prompt: str) -> None:
    assert answer_of(context_of("work_and_power"), prompt).startswith(
        "**Work and power in the United States**"
    )
