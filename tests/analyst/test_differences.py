"""Two periods by their parts, the two of a kind, and all times but one, as pandas has them."""

# ruff: noqa: E501 - a table reads best with a row a line

import pytest

from tests.analyst.asking import answer, short
from tests.samples.loaded import frame

IOWA = frame("iowa_electricity").pivot_table("net_generation", "time", "source")
IOWA.index = IOWA.index.year
RENEWABLE, REST = IOWA["Renewables"], IOWA.drop(2009)
RAIN = frame("seattle_weather").set_index("time")["precipitation"]
CITIES = frame("city_temperatures").pivot_table("temperature", "time", "city").mean()
JOBS = frame("us_employment_by_sector").pivot_table("employees", "time", "sector")
FELL = (JOBS.loc["2015-12-01"] - JOBS.loc["2006-01-01"])[lambda change: change < 0]

# sample, question, what the answer must tell
QUESTIONS = [
    ("us_employment_by_sector", "Which sectors are smaller in Dec 2015 than in Jan 2006?", f"Of 11 sectors, {len(FELL)} fell in employment between January 2006 and December 2015:\n- {FELL.idxmin()}: {FELL.min():,.0f} thousand"),
    ("us_employment_by_sector", "which sectors were larger in jan 2006 than in dec 2015", f"Of 11 sectors, {len(FELL)} fell"),
    ("us_employment_by_sector", "which sectors were bigger in dec 2015 than in jan 2006", f"Of 11 sectors, {11 - len(FELL)} grew"),
    ("iowa_electricity", "Compare 2008 and 2016 by source", f"- Renewables: +{RENEWABLE[2016] - RENEWABLE[2008]:,.0f} GWh"),
    ("city_temperatures", "gap between the two cities", f"is ahead of Seattle by {short(CITIES['San Francisco'] - CITIES['Seattle'], 2)} °F"),
    ("iowa_electricity", "total except 2009", f"from 2001 to 2008 and from 2010 to 2017 was {REST.to_numpy().sum():,.0f} GWh."),
    ("iowa_electricity", "average without 2009", f"was {short(REST.sum(axis=1).mean(), 1)} GWh per year, over 16 years"),
    ("iowa_electricity", "renewables excluding 2017", f"from 2001 to 2016 was {RENEWABLE.drop(2017).sum():,.0f} GWh."),
    ("iowa_electricity", "highest year except 2010", f"was highest in {IOWA.sum(axis=1).drop(2010).idxmax()}:"),
    ("iowa_electricity", "trend of renewables without 2009", "Computed over 16 rows of “Iowa electricity generation by source”, 2001 to 2008 and 2010 to 2017"),
    ("seattle_weather", "rain without 2012", f"was {short(RAIN['2013':].sum(), 2)} mm."),
]  # fmt: skip


@pytest.mark.parametrize(("sample", "question", "told"), QUESTIONS)
def test_the_difference_is_the_one_that_was_asked_for(sample: str, question: str, told: str) -> None:
    assert told in answer(sample, question)
