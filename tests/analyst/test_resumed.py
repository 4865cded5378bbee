"""Follow-ups on time: a coarser period replaces only what is coarse, a finer one only what is fine."""

# ruff: noqa: E501 - a table reads best with a row a line

import pytest

from tests.analyst.asking import answer, short
from tests.samples.loaded import frame

IOWA = frame("iowa_electricity").pivot_table("net_generation", "time", "source")
IOWA.index = IOWA.index.year
DAYS = frame("seattle_weather").set_index("time")
RAIN, HOT = DAYS["precipitation"], DAYS["temp_max"]
MONTHS = RAIN.resample("MS").sum()
JOBS = frame("us_employment_by_sector").pivot_table("employees", "time", "sector")
GAINS = frame("us_jobs_change").set_index("time")["jobs_change"]
WINTER_2014 = RAIN["2014"][RAIN["2014"].index.month.isin([12, 1, 2])]
CONSTRUCTION, MANUFACTURING = JOBS["Construction"], JOBS["Manufacturing"]

# sample, the questions before and the follow-up, what the answer must tell
FOLLOWUPS = [
    ("seattle_weather", ["rain in july 2013", "and 2014?"], f"in July 2014 was {short(MONTHS['2014-07-01'], 2)} mm."),
    ("seattle_weather", ["rain in july 2013", "and 2014?", "and august?"], f"was {short(MONTHS['2014-08-01'], 2)} mm."),
    ("seattle_weather", ["rain in july 2013", "what about august"], f"in August in 2013 was {short(MONTHS['2013-08-01'], 2)} mm."),
    ("seattle_weather", ["rain in july 2013", "and in 2014 and 2015?"], f"was {short(MONTHS['2014-07-01'] + MONTHS['2015-07-01'], 2)} mm."),
    ("seattle_weather", ["rain in july 2013", "and the whole of 2014?"], f"in 2014 was {short(RAIN['2014'].sum(), 2)} mm."),
    ("seattle_weather", ["rain in july", "and 2014?"], f"was {short(MONTHS['2014-07-01'], 2)} mm."),
    ("seattle_weather", ["rain in winter 2013", "and 2014?"], f"was {short(WINTER_2014.sum(), 2)} mm."),
    ("seattle_weather", ["rain on 26 february 2013", "and 2014?"], f"on 26 February 2014 was {short(RAIN['2014-02-26'], 2)} mm."),
    ("seattle_weather", ["rain on 29 february 2012", "and 2013?"], f"on 28 February 2013 was {short(RAIN['2013-02-28'], 2)} mm."),
    ("seattle_weather", ["rain in the first half of 2013", "and 2014?"], f"was {short(MONTHS['2014-01':'2014-06'].sum(), 2)} mm."),
    ("seattle_weather", ["rain in q1 2013", "and 2014?"], f"in Q1 2014 was {short(MONTHS['2014-01':'2014-03'].sum(), 2)} mm."),
    # comparisons, changes
    ("seattle_weather", ["compare rain in july 2012 and july 2013", "and 2014?"], f"from {short(MONTHS['2013-07-01'], 2)} mm in July 2013 to {short(MONTHS['2014-07-01'], 2)} mm in July 2014"),
    ("seattle_weather", ["compare rain in july 2012 and july 2013", "what about august?"], f"to {short(MONTHS['2013-08-01'], 2)} mm in August 2013"),
    ("seattle_weather", ["compare rain in 2012 and 2013", "what about august?"], f"to {short(MONTHS['2013-08-01'], 2)} mm in August 2013"),
    ("us_employment_by_sector", ["how did construction change from january 2008 to january 2010", "and in june?"], f"a change of {CONSTRUCTION['2010-06-01'] - CONSTRUCTION['2008-06-01']:,.0f} thousand"),
    ("us_employment_by_sector", ["how did construction change from january 2008 to january 2010", "and manufacturing?", "and to january 2012?"], f"a change of {MANUFACTURING['2012-01-01'] - MANUFACTURING['2008-01-01']:,.0f} thousand"),
    ("us_employment_by_sector", ["compare construction and manufacturing in dec 2008", "and 2015?"], f"in December 2015, compared:\n- Manufacturing: {MANUFACTURING['2015-12-01']:,.0f} thousand"),
    # rankings, counts, shares
    ("seattle_weather", ["wettest day in july 2013", "and 2014?"], f"on {RAIN['2014-07'].idxmax():%-d %B %Y}: {RAIN['2014-07'].max()} mm"),
    ("seattle_weather", ["wettest day in july 2013", "what about august"], f"on {RAIN['2013-08'].idxmax():%-d %B %Y}: {RAIN['2013-08'].max()} mm"),
    ("seattle_weather", ["days above 25 degrees in july 2013", "and 2014?"], f"on {(HOT['2014-07'] > 25).sum()} of 31 days in July 2014"),
    ("us_employment_by_sector", ["which sector was smallest in dec 2008", "and 2015?"], f"in December 2015 was lowest for {JOBS.loc['2015-12-01'].idxmin()}: {JOBS.loc['2015-12-01'].min():,.0f}"),
    ("us_jobs_change", ["jobs gained in march 2009", "and 2010?"], f"in March 2010 was {GAINS['2010-03-01']} thousand."),
    ("iowa_electricity", ["trend of renewables", "from 2001 to 2008?"], f"from {IOWA.loc[2001, 'Renewables']:,.0f} GWh in 2001 to {IOWA.loc[2008, 'Renewables']:,.0f} GWh in 2008"),
]  # fmt: skip


@pytest.mark.parametrize(("sample", "asked", "told"), FOLLOWUPS)
def test_a_followup_keeps_the_part_of_the_time_that_it_does_not_replace(
    sample: str, asked: list[str], told: str
) -> None:
    *earlier, question = asked

    assert told in answer(sample, question, *earlier)


@pytest.mark.parametrize(
    ("sample", "question", "told"),
    [
        ("seattle_weather", "rain in july 2012 vs 2013", f"to {short(MONTHS['2013-07-01'], 2)} mm in July 2013"),
        ("seattle_weather", "rain in july 2012 and 2013 and 2014", f"- July 2013: {short(MONTHS['2013-07-01'], 2)} mm\n- July 2014: {short(MONTHS['2014-07-01'], 2)} mm\n\n"),
        ("seattle_weather", "was it warmer in july 2014 than in 2015", f"to {short(HOT['2015-07'].mean(), 2)} °C in July 2015"),
        ("seattle_weather", "how did rain in july change from 2012 to 2014", f"Precipitation in July fell from {short(MONTHS['2012-07-01'], 2)} mm in 2012"),
        ("seattle_weather", "is july getting warmer", "Average maximum temperature in July has risen"),
        ("us_employment_by_sector", "construction in january 2008 vs 2010", f"to {CONSTRUCTION['2010-01-01']:,.0f} thousand in January 2010"),
    ],
)  # fmt: skip
def test_of_two_years_the_same_part_is_compared_and_told(sample: str, question: str, told: str) -> None:
    assert told in answer(sample, question)
