"""What a newcomer asks, each question with the figure that pandas finds for it."""

# ruff: noqa: E501 - a table reads best with a row a line

import pandas as pd
import pytest

from tests.analyst.asking import answer, short
from tests.samples.loaded import frame

IOWA = frame("iowa_electricity").pivot_table("net_generation", "time", "source")
IOWA.index = IOWA.index.year
FOSSIL, NUCLEAR, RENEWABLE = IOWA["Fossil Fuels"], IOWA["Nuclear Energy"], IOWA["Renewables"]
DAYS = frame("seattle_weather").set_index("time")
RAIN, HOT, COLD, WIND = DAYS["precipitation"], DAYS["temp_max"], DAYS["temp_min"], DAYS["wind"]
MONTHS = RAIN.resample("MS").sum()
RAIN_BY_MONTH = frame("seattle_rain_by_month").set_index("time")
JOBS = frame("us_employment_by_sector").pivot_table("employees", "time", "sector")
GAINS = frame("us_jobs_change").set_index("time")["jobs_change"]
CITIES = frame("city_temperatures").pivot_table("temperature", "time", "city")
WHEAT = frame("wheat_and_wages").set_index("time")
WHEAT.index = WHEAT.index.year
PRICE = WHEAT["wheat_price"]
WINTER, SUMMER = RAIN[RAIN.index.month.isin([12, 1, 2])], RAIN[RAIN.index.month.isin([6, 7, 8])]


def years(series: pd.Series) -> str:
    """The years of a series as in a sentence."""
    names = [str(year) for year in series.index]
    return f"{', '.join(names[:-1])} and {names[-1]}"


def runs(holds: pd.Series) -> pd.Series:
    """How long each run of true values is."""
    return holds.groupby((~holds).cumsum()).sum()


# sample, question, what the answer must tell
QUESTIONS = [
    # what is left out
    *(
        ("iowa_electricity", question, f"was {(NUCLEAR + RENEWABLE)[2017]:,.0f} GWh")
        for question in (
            "everything but fossil fuels in 2017",
            "total except fossil fuels in 2017",
            "generation excluding fossil fuels in 2017",
            "not fossil fuels in 2017",
            "How much was generated without fossil fuels in 2017?",
            "total of all but fossil in 2017",
        )
    ),
    ("iowa_electricity", "nuclear but not fossil in 2017", f"Nuclear Energy in 2017 was {NUCLEAR[2017]:,.0f} GWh"),
    (
        "iowa_electricity",
        "share of everything but fossil fuels",
        f"{short((1 - FOSSIL / IOWA.sum(axis=1))[2017] * 100, 1)}% in 2017",
    ),
    (
        "us_employment_by_sector",
        "employment excluding government in 2012",
        f"every sector but Government in 2012 was {short(JOBS.drop(columns='Government').loc['2012'].sum(axis=1).mean(), 1)} thousand",
    ),
    # thresholds
    ("seattle_weather", "how many days were above 30 degrees", f"on {(HOT > 30).sum()} of 1,461 days"),
    ("seattle_weather", "days with 30 degrees or more", f"on {(HOT >= 30).sum()} of 1,461 days"),
    ("seattle_weather", "days above 90 degrees fahrenheit", f"on {(HOT * 9 / 5 + 32 > 90).sum()} of"),
    ("seattle_weather", "how many days were below freezing in 2013", f"on {(COLD['2013'] < 0).sum()} of 365 days"),
    ("seattle_weather", "days with more than 20 mm", f"on {(RAIN > 20).sum()} of 1,461 days"),
    ("seattle_weather", "days with between 5 and 10 mm of rain", f"on {RAIN.between(5, 10).sum()} of 1,461 days"),
    ("seattle_weather", "number of days with wind over 20 mph", f"on {(WIND * 2.236936 > 20).sum()} of 1,461 days"),
    ("seattle_weather", "which month had more than 200 mm", f"in {(MONTHS > 200).sum()} of 48 months"),
    ("seattle_weather", "days without rain in 2012", f"on {(RAIN['2012'] == 0).sum()} of 366 days"),
    ("seattle_weather", "how many rainy days in 2014", f"on {(RAIN['2014'] > 0).sum()} of 365 days"),
    ("seattle_weather", "how many dry days were there in May 2013?", f"on {(RAIN['2013-05'] == 0).sum()} of 31 days"),
    ("seattle_rain_by_month", "months with more than 20 wet days", f"in {(RAIN_BY_MONTH['wet_days'] > 20).sum()} of 48"),
    ("us_jobs_change", "how many months had losses", f"in {(GAINS < 0).sum()} of 120 months"),
    ("us_jobs_change", "which months had losses above 500", f"in {(GAINS < -500).sum()} of 120 months"),
    ("iowa_electricity", "in which years was nuclear above 5000", f": {years(NUCLEAR[NUCLEAR > 5000])}."),
    ("iowa_electricity", "how many years did fossil exceed 40 TWh", f"in {(FOSSIL > 40_000).sum()} of 17 years"),
    (
        "iowa_electricity",
        "years in which fossil was between 35 and 40 TWh",
        f"in {FOSSIL.between(35_000, 40_000).sum()} of 17 years",
    ),
    (
        "us_employment_by_sector",
        "how many months was employment above 140 million",
        f"in {(JOBS.sum(axis=1) > 140_000).sum()} of 120 months",
    ),
    (
        "us_employment_by_sector",
        "which sectors have more than 15 million jobs",
        f"for {(JOBS.mean() > 15_000).sum()} of 11 sectors",
    ),
    ("wheat_and_wages", "how many years was the wheat price above 80 shillings", f": {years(PRICE[PRICE > 80])}."),
    # counts by period, and runs
    ("seattle_weather", "how many rainy days per year", f"{short((RAIN > 0).groupby(RAIN.index.year).sum().mean(), 1)} per year"),
    ("seattle_weather", "which year had the most rainy days", "highest in 2012 (177)"),
    ("seattle_weather", "longest dry streak", f"was {runs(RAIN == 0).max()} days"),
    ("seattle_weather", "most consecutive days with rain", f"was {runs(RAIN > 0).max()} days"),
    ("seattle_weather", "longest run of days above 25 degrees", f"was {runs(HOT > 25).max()} days"),
    ("us_jobs_change", "longest run of losses", f"was {runs(GAINS < 0).max()} months"),
    ("us_employment_by_sector", "how many sectors are there", f"There were {JOBS.shape[1]} sectors"),
    # bounds and changes
    ("iowa_electricity", "why did fossil fuels drop after 2010?", f"{FOSSIL[2017] - FOSSIL[2010]:,.0f} GWh"),
    ("iowa_electricity", "did fossil fuels go down since 2010?", f"{FOSSIL[2017] - FOSSIL[2010]:,.0f} GWh"),
    ("iowa_electricity", "How much did fossil fuels change from 2010 on?", f"{FOSSIL[2017] - FOSSIL[2010]:,.0f} GWh"),
    ("iowa_electricity", "change of renewables before 2005", f"+{RENEWABLE[2005] - RENEWABLE[2001]:,.0f} GWh"),
    (
        "iowa_electricity",
        "how much did renewables grow per year on average",
        f"That is +{(RENEWABLE[2017] - RENEWABLE[2001]) / 16:,.0f} GWh per year",
    ),
    ("iowa_electricity", "Which source grew fastest in percent?", f"{(IOWA.loc[2017] / IOWA.loc[2001]).idxmax()} grew most"),
    ("iowa_electricity", "total in the 2010's", f"was {IOWA.loc[2010:].sum().sum():,.0f} GWh"),
    ("iowa_electricity", "total energy in 2010", f"was {IOWA.loc[2010].sum():,.0f} GWh"),
    ("iowa_electricity", "second highest year", f"in {IOWA.sum(axis=1).nlargest(2).index[1]}:"),
    ("iowa_electricity", "average generation by source", f"- Nuclear Energy: {short(NUCLEAR.mean(), 1)} GWh"),
    ("wheat_and_wages", "average wheat price in the 17th century", f"was {short(PRICE.loc[1601:1700].mean(), 2)} shillings"),
    ("wheat_and_wages", "wheat price in the 1600s", f"was {short(PRICE.loc[1600:1699].mean(), 1)} shillings"),
    ("wheat_and_wages", "how did the price change in 1810", f"+{PRICE[1810] - PRICE[1805]:.0f} shillings"),
    # seasons
    ("seattle_weather", "winter vs summer rain", f"- winter: {WINTER.sum():,.1f} mm\n- summer: {SUMMER.sum():,.1f} mm"),
    ("seattle_weather", "which month is wettest on average", f"highest in November ({short(MONTHS[MONTHS.index.month == 11].mean(), 2)} mm)"),
    ("seattle_weather", "which summer was the driest?", f"lowest in {SUMMER.groupby(SUMMER.index.year).sum().idxmin()}:"),
    ("seattle_weather", "wettest July", f"highest in {RAIN[RAIN.index.month == 7].groupby(RAIN[RAIN.index.month == 7].index.year).sum().idxmax()}:"),
    ("seattle_weather", "temperature in July vs temperature in August", f"- July: {short(HOT[HOT.index.month == 7].mean(), 2)} °C"),
    ("seattle_weather", "rain in March and April 2014", f"- April 2014: {short(RAIN['2014-04'].sum(), 1)} mm"),
    # words and names
    ("seattle_weather", "how much has it rained in 2013", f"was {short(RAIN['2013'].sum(), 1)} mm"),
    ("seattle_weather", "how hot was it on 4 July 2014", f"was {HOT['2014-07-04']} °C"),
    ("us_employment_by_sector", "how many people worked in manufacturing in 2010", f"was {short(JOBS['Manufacturing']['2010'].mean(), 1)} thousand"),
    ("city_temperatures", "temperature on 4th of July 2010 in Seattle", f"was {CITIES['Seattle']['2010-07-04']} °F"),
    ("seattle_weather", "rain in the first quarter of 2013", f"in Q1 2013 was {short(RAIN['2013-01':'2013-03'].sum(), 1)} mm"),
    ("seattle_weather", "rain in the fall", f"was {short(RAIN[RAIN.index.month.isin([9, 10, 11])].sum(), 1)} mm"),
    ("seattle_weather", "is 2015 the warmest year?", f"highest in {HOT.groupby(HOT.index.year).mean().idxmax()}:"),
    ("seattle_weather", "percentage of rainy days", f"({short((RAIN > 0).mean() * 100, 1)}%)"),
    ("seattle_weather", "how many days had over 1 inch of rain", f"on {(RAIN > 25.4).sum()} of 1,461 days"),
    ("seattle_weather", "biggest temperature drop from one day to the next", f"a change of {short(HOT.diff().min(), 1)} °C"),
    ("iowa_electricity", "Who produced the most electricity?", f"highest for {IOWA.sum().idxmax()}"),
    ("iowa_electricity", "was 2012 the best year for nuclear?", f"highest in {NUCLEAR.idxmax()}:"),
    ("iowa_electricity", "how many times did fossil exceed nuclear", f"Fossil Fuels in {(FOSSIL > NUCLEAR).sum()}"),
    ("iowa_electricity", "how many years are covered?", f"There were {len(IOWA)} years"),
    ("us_jobs_change", "which years had losses", ": 2008 and 2009."),
    ("us_jobs_change", "share of months with losses", f"({short((GAINS < 0).mean() * 100, 1)}%)"),
    ("wheat_and_wages", "longest period of price above 50", f"was {runs(PRICE > 50).max()} years that have a figure"),
    ("wheat_and_wages", "did wages ever fall", "never fell from one figure to the next"),
    ("us_employment_by_sector", "latest employment", f"December 2015 was {JOBS.iloc[-1].sum():,.0f} thousand"),
    (
        "us_employment_by_sector",
        "sector with highest growth rate since 2010",
        f"{(JOBS.loc['2015'].mean() / JOBS.loc['2010'].mean()).idxmax()} grew most in per cent",
    ),
    (
        "us_employment_by_sector",
        "average growth per year of health",
        f"+{short((JOBS.iloc[-1] - JOBS.iloc[0])['Education and health services'] / (119 / 12), 1)} thousand per year",
    ),
    # dashboards
    ("west_coast_weather", "how much rain fell in seattle in 2013?", f"was {short(RAIN['2013'].sum(), 1)} mm"),
    ("west_coast_weather", "which city is warmer", f"highest for {CITIES.mean().idxmax()}"),
    ("work_and_power", "how many jobs were lost in 2009", f"a net loss of {-GAINS['2009'].sum():,} thousand"),
    ("work_and_power", "jobs in manufacturing in 2009", f"was {short(JOBS['Manufacturing']['2009'].mean(), 1)} thousand"),
    ("work_and_power", "longest run of job losses", f"was {runs(GAINS < 0).max()} months"),
    ("work_and_power", "total jobs gained in 2014", f"Total jobs gained in 2014 was {GAINS['2014'].sum():,} thousand"),
    ("west_coast_weather", "longest dry streak", f"was {runs(RAIN == 0).max()} days"),
    # two questions in one
    ("seattle_weather", "what was the hottest and the coldest day?", f"Minimum temperature was lowest on 7 December 2013: {COLD.min()} °C"),
    ("seattle_weather", "rain and wind in 2013", f"Wind speed in 2013 was {short(WIND['2013'].mean(), 2)} m/s"),
]  # fmt: skip


@pytest.mark.parametrize(("sample", "question", "told"), QUESTIONS)
def test_a_question_is_answered_with_the_figure_that_pandas_finds(
    sample: str, question: str, told: str
) -> None:
    found = answer(sample, question)

    assert told in found
    assert "Computed over" in found


FOLLOWUPS = [
    ("seattle_weather", ["What was the hottest day?", "and the coldest?"], f"7 December 2013: {COLD.min()} °C"),
    ("seattle_weather", ["What was the hottest day?", "rain in 2013"], f"was {short(RAIN['2013'].sum(), 1)} mm"),
    ("seattle_weather", ["which month was wettest?", "and the driest?"], "July 2013 has the same figure"),
    ("seattle_weather", ["how many rainy days in 2013", "and dry days?"], f"on {(RAIN['2013'] == 0).sum()} of 365"),
    ("seattle_weather", ["longest dry streak", "and in 2013?"], f"was {runs(RAIN['2013'] == 0).max()} days"),
    (
        "iowa_electricity",
        ["how many years did fossil exceed 40 TWh", "and below 35 TWh?"],
        f"in {(FOSSIL < 35_000).sum()} of 17 years",
    ),
    ("iowa_electricity", ["trend of renewables", "how much did it grow per year on average?"], "That is +1,281 GWh"),
    ("us_employment_by_sector", ["which sector grew most?", "and fell most?"], f"{(JOBS.iloc[-1] - JOBS.iloc[0]).idxmin()} fell most"),
    (
        "work_and_power",
        ["How many jobs were lost in 2009?", "and in electricity?"],
        f"Total net generation in 2009 was {IOWA.loc[2009].sum():,.0f} GWh",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("sample", "asked", "told"), FOLLOWUPS)
def test_a_followup_is_answered_with_the_figure_that_pandas_finds(
    sample: str, asked: list[str], told: str
) -> None:
    *earlier, question = asked

    assert told in answer(sample, question, *earlier)


@pytest.mark.parametrize("question", ["how did you compute this?", "that's wrong", "are you sure?"])
def test_an_answer_can_be_asked_how_it_was_computed(question: str) -> None:
    found = answer("seattle_weather", question, "What was the hottest day?")

    assert found.startswith("I took your question as: Highest maximum temperature by day.")
    assert "Computed over 1,461 rows of “Seattle weather by day”" in found


def test_a_typo_is_corrected_and_told_first() -> None:
    found = answer("iowa_electricity", "nucler in 2010")

    assert found.startswith(
        f"I read “nucler” as “nuclear”.\n\nNet generation for Nuclear Energy in 2010 was {NUCLEAR[2010]:,.0f} GWh."
    )


def test_equals_share_the_first_place() -> None:
    dry = int((RAIN == 0).sum())

    found = answer("seattle_weather", "driest day")

    assert f"{dry - 1} others share that figure; this is the first of them." in found


def test_rows_that_skip_years_have_their_trend_by_the_calendar() -> None:
    wage = WHEAT["weekly_wage"].dropna()
    slope = pd.Series(wage.index).cov(pd.Series(wage.to_numpy())) / pd.Series(wage.index).var()

    found = answer("wheat_and_wages", "trend of the weekly wage")

    assert (
        f"through the {len(wage)} years that have a figure rises by {short(slope, 3)} shillings per year"
        in found
    )


def test_a_change_names_how_many_sectors_it_leaves_out() -> None:
    found = answer("us_employment_by_sector", "change from January 2008 to January 2010")

    assert found.count("\n- ") == 7
    assert "- and 5 sectors that changed less" in found


def test_months_that_are_all_alike_have_hardly_a_season() -> None:
    months = JOBS.sum(axis=1).groupby(JOBS.index.month).mean()

    found = answer("us_employment_by_sector", "is employment seasonal?")

    assert f"They differ by {short((months.max() / months.min() - 1) * 100, 1)}% only" in found
