"""Questions that are easily taken for others: each answer is about what was asked, as pandas finds it."""

# ruff: noqa: E501 - a table reads best with a row a line

import pytest

from tests.analyst.asking import answer, short
from tests.samples.loaded import frame

IOWA = frame("iowa_electricity").pivot_table("net_generation", "time", "source")
IOWA.index = IOWA.index.year
NUCLEAR = IOWA["Nuclear Energy"]
DAYS = frame("seattle_weather").set_index("time")
RAIN, HOT, COLD = DAYS["precipitation"], DAYS["temp_max"], DAYS["temp_min"]
MONTHS = RAIN.resample("MS").sum()
SUMMERS = HOT[HOT.index.month.isin([6, 7, 8])].groupby(lambda day: day.year).mean()
JOBS = frame("us_employment_by_sector").pivot_table("employees", "time", "sector")
GAINS = frame("us_jobs_change").set_index("time")["jobs_change"]
PRICE = frame("wheat_and_wages").set_index("time")["wheat_price"]

RAIN_2013 = MONTHS["2013"]
TOTAL_JOBS = JOBS.sum(axis=1).resample("YS").mean()
LOST = JOBS.loc["2010"].mean() - JOBS.loc["2008"].mean()

# sample, question, what the answer must tell
QUESTIONS = [
    ("seattle_weather", "wettest month of 2013", f"in {RAIN_2013.idxmax():%B %Y}: {short(RAIN_2013.max(), 2)} mm, the highest of 12 months"),
    ("seattle_weather", "driest month of 2014", f"in {MONTHS['2014'].idxmin():%B %Y}: {short(MONTHS['2014'].min(), 2)} mm"),
    ("seattle_weather", "hottest month of 2014", f"in {HOT['2014'].resample('MS').mean().idxmax():%B %Y}: "),
    ("seattle_weather", "wettest quarter of 2013", f"{short(RAIN['2013'].resample('QS').sum().max(), 2)} mm, the highest of 4 quarters"),
    ("seattle_weather", "rain in the month of July 2012", f"was {short(MONTHS['2012-07-01'], 2)} mm."),
    ("seattle_weather", "rain in the first half of 2013", f"was {short(RAIN_2013[:6].sum(), 2)} mm."),
    ("seattle_weather", "how much did it rain in the second half of 2014?", f"was {short(MONTHS['2014'][6:].sum(), 2)} mm."),
    ("seattle_weather", "rain in the first half of 2013 vs first half of 2014", f"from {short(RAIN_2013[:6].sum(), 2)} mm"),
    ("seattle_weather", "how many days was it below 0?", f"below 0 °C on {(COLD < 0).sum()} of 1,461 days"),
    ("seattle_weather", "how often is it above 30", f"above 30 °C on {(HOT > 30).sum()} of 1,461 days"),
    ("seattle_weather", "how hot does it get", f"{short(HOT.max(), 2)} °C, the highest of 1,461 days"),
    ("seattle_weather", "how cold does it get in january", f"{short(COLD[COLD.index.month == 1].min(), 2)} °C, the lowest of 124 days"),
    ("seattle_weather", "rain in 2013 pls", f"was {short(RAIN['2013'].sum(), 2)} mm."),
    ("seattle_weather", "how much rain falls in winter?", f"was {short(RAIN[RAIN.index.month.isin([12, 1, 2])].sum(), 2)} mm."),
    ("seattle_weather", "is it getting warmer?", "has risen steadily"),
    ("iowa_electricity", "rank sources by 2017 output", f"in 2017 by source:\n- Fossil Fuels: {IOWA.loc[2017, 'Fossil Fuels']:,.0f} GWh"),
    ("iowa_electricity", "rank the sources from lowest to highest in 2017", f"1. {IOWA.loc[2017].idxmin()}: {IOWA.loc[2017].min():,.0f} GWh"),
    ("us_jobs_change", "average monthly change in 2008", f"in 2008 was {short(GAINS['2008'].mean(), 1)} thousand per month"),
    ("iowa_electricity", "have fossil fuels gone down?", f"{IOWA.loc[2017, 'Fossil Fuels'] - IOWA.loc[2001, 'Fossil Fuels']:,.0f} GWh"),
    ("iowa_electricity", "what years are covered?", "Its 51 rows cover 2001 to 2017"),
    ("iowa_electricity", "renewables in the first half of 2010", "tell years, nothing finer"),
    ("iowa_electricity", "renewables compared to the total in 2017", f"{short(IOWA.loc[2017, 'Renewables'] / IOWA.loc[2017].sum() * 100, 1)}% was Renewables"),
    ("iowa_electricity", "year with the biggest change in nuclear", f"in {NUCLEAR.diff().abs().idxmax()}: from {NUCLEAR[2013]:,.0f} GWh"),
    ("iowa_electricity", "which source changed the most", f"{(IOWA.loc[2017] - IOWA.loc[2001]).abs().idxmax()} grew most"),
    ("us_employment_by_sector", "which sector changed the most between 2008 and 2010", f"{LOST.abs().idxmax()} fell most"),
    ("iowa_electricity", "first year renewables were above 10000", f": {', '.join(map(str, range(2010, 2017)))} and 2017"),
    ("iowa_electricity", "was renewables the largest source in 2010?", "was highest for Fossil Fuels: 42,750 GWh, the highest of 3 sources"),
    ("city_temperatures", "is Seattle the warmest city?", "was highest for San Francisco"),
    ("us_employment_by_sector", "was construction the sector that lost most between 2008 and 2010", f"Of 11 sectors, {LOST.idxmin()} fell most"),
    ("iowa_electricity", "is 2016 an outlier for fossil fuels", "2 of 17 years are outliers"),
    ("iowa_electricity", "which year before 2002 had the most nuclear", f"in 2001 was {NUCLEAR[2001]:,.0f} GWh"),
    ("iowa_electricity", "total in 2001 and 2030", "There are no rows for 2030."),
    ("seattle_weather", "rain in fall 2013", f"was {short(RAIN_2013[8:11].sum(), 2)} mm."),
    ("seattle_weather", "was summer 2015 hotter than summer 2014", f"rose from {short(SUMMERS[2014], 2)} °C in 2014 to {short(SUMMERS[2015], 2)} °C in 2015"),
    ("seattle_weather", "does it ever get above 35?", f"above 35 °C on {(HOT > 35).sum()} of 1,461 days"),
    ("us_jobs_change", "jobs lost in 2008 and 2009", f"- 2008: {GAINS['2008'].sum():,} thousand"),
    ("us_employment_by_sector", "how many jobs were created in 2014", f"from {short(TOTAL_JOBS['2013-01-01'], 1)} thousand in 2013 to {short(TOTAL_JOBS['2014-01-01'], 1)} thousand in 2014"),
    ("us_employment_by_sector", "jobs added between 2010 and 2015", f"a change of +{short(TOTAL_JOBS['2015-01-01'] - TOTAL_JOBS['2010-01-01'], 1)} thousand"),
    ("us_jobs_change", "how many jobs were created in 2014", f"in 2014 was {GAINS['2014'].sum():,} thousand."),
    ("us_jobs_change", "did the US lose jobs in 2010?", f"in 2010 was {GAINS['2010'].sum():,} thousand."),
    ("us_jobs_change", "months with gains above 300,000", f"above 300 thousand in {(GAINS > 300).sum()} of 120 months"),
    ("us_employment_by_sector", "how many months was employment above 140,000", f"above 140,000 thousand in {(JOBS.sum(axis=1) > 140_000).sum()} of 120"),
    ("wheat_and_wages", "when was wheat most expensive?", f"in {PRICE.idxmax().year}: {PRICE.max():.0f} shillings"),
    ("west_coast_weather", "what is this dashboard about?", "**Weather on the West Coast**"),
    ("work_and_power", "what does this dashboard show", "**Work and power in the United States**"),
]  # fmt: skip


@pytest.mark.parametrize(("sample", "question", "told"), QUESTIONS)
def test_the_answer_is_to_the_question(sample: str, question: str, told: str) -> None:
    assert told in answer(sample, question)


# sample, the question before, the follow-up, what the answer must tell
FOLLOWUPS = [
    ("seattle_weather", "rain in 2013", "per month", f"- January 2013: {short(RAIN_2013.iloc[0], 2)} mm"),
    ("seattle_weather", "rain in 2013", "by month?", f"- January 2013: {short(RAIN_2013.iloc[0], 2)} mm"),
    ("seattle_weather", "rain in November 2012", "and the year after?", f"in November 2013 was {short(MONTHS['2013-11-01'], 2)} mm."),
    ("seattle_weather", "rain in winter 2013", "and the year before?", f"in 2012 was {short(RAIN['2012'][RAIN['2012'].index.month.isin([12, 1, 2])].sum(), 2)} mm."),
    ("seattle_weather", "rain on 26 February 2013", "and the year before?", f"on 26 February 2012 was {short(RAIN['2012-02-26'], 2)} mm."),
    ("seattle_weather", "hottest day in 2014", "and the year before?", f"on {HOT['2013'].idxmax():%-d %B %Y}: {HOT['2013'].max()} °C"),
    ("seattle_weather", "rain in July 2013", "what about August?", f"in August in 2013 was {short(RAIN_2013.iloc[7], 2)} mm."),
    ("seattle_weather", "hottest day", "top 3", f"2. {HOT.nlargest(2).index[1]:%-d %B %Y}: {HOT.nlargest(2).iloc[1]:.0f} °C"),
    ("seattle_weather", "how many days did it rain in 2014?", "how many in 2015?", f"on {(RAIN['2015'] > 0).sum()} of 365 days in 2015"),
    ("iowa_electricity", "renewables in 2010", "as a share?", f"in 2010 (57,509 GWh in all), {short(IOWA.loc[2010, 'Renewables'] / IOWA.loc[2010].sum() * 100, 1)}% was Renewables"),
    ("us_employment_by_sector", "construction in 2010", "what share was that?", f"{short(JOBS.loc['2010', 'Construction'].mean() / JOBS.loc['2010'].sum(axis=1).mean() * 100, 1)}% was Construction"),
    ("us_employment_by_sector", "which sector lost the most jobs between 2008 and 2010", "and the second most?", f"- {LOST.nsmallest(2).index[1]}: {short(LOST.nsmallest(2).iloc[1], 1)} thousand"),
]  # fmt: skip


@pytest.mark.parametrize(("sample", "before", "question", "told"), FOLLOWUPS)
def test_a_followup_keeps_the_rest_of_the_question_before(
    sample: str, before: str, question: str, told: str
) -> None:
    assert told in answer(sample, question, before)


@pytest.mark.parametrize(
    ("sample", "question"),
    [
        ("seattle_weather", "difference between max and min temperature"),
        ("seattle_weather", "what percentage of rain falls in winter"),
        ("city_temperatures", "which city has the bigger range"),
        ("seattle_weather", "what was the temperature on the wettest day"),
        ("seattle_weather", "how windy was it on the hottest day"),
        ("seattle_weather", "max and min temperature in 2013"),
        ("seattle_weather", "how did rain change from summer to winter"),
        ("seattle_weather", "rain in winter 2012 vs summer 2013"),
        ("iowa_electricity", "is renewables more than nuclear and fossil combined?"),
        ("iowa_electricity", "sum of the top 3 years for nuclear"),
        ("iowa_electricity", "in which year did nuclear change the least"),
        ("us_employment_by_sector", "which sector shrank the least"),
        ("iowa_electricity", "has nuclear ever been the largest"),
        ("seattle_weather", "how many dry spells were there"),
        ("seattle_weather", "rain on 29 February 2013"),
        ("seattle_weather", "temperature on February 30, 2014"),
        ("iowa_electricity", "how has the share of each source changed?"),
        ("iowa_electricity", "nuclear as a percentage of fossil fuels in 2010"),
        ("iowa_electricity", "what percent of nuclear is renewables"),
        ("iowa_electricity", "fossil minus nuclear in 2010"),
    ],
)
def test_what_cannot_be_computed_is_refused(sample: str, question: str) -> None:
    said = answer(sample, question)

    assert "I can tell totals" in said
    assert "Computed over" not in said
