"""Figures in the unit that is asked for, as pandas converts them."""

# ruff: noqa: E501 - a table reads best with a row a line

import pytest

from tests.analyst.asking import answer, short
from tests.samples.loaded import frame

IOWA = frame("iowa_electricity").pivot_table("net_generation", "time", "source")
IOWA.index = IOWA.index.year
DAYS = frame("seattle_weather").set_index("time")
HOT = DAYS["temp_max"] * 9 / 5 + 32
CITIES = frame("city_temperatures").pivot_table("temperature", "time", "city")
JOBS = frame("us_employment_by_sector").pivot_table("employees", "time", "sector")

# sample, question, what the answer must tell
QUESTIONS = [
    ("iowa_electricity", "total in twh", f"was {short(IOWA.to_numpy().sum() / 1000, 3)} TWh."),
    ("iowa_electricity", "renewables in 2017 in TWh", f"was {short(IOWA.loc[2017, 'Renewables'] / 1000, 3)} TWh."),
    ("seattle_weather", "hottest day in fahrenheit", f"on {HOT.idxmax():%-d %B %Y}: {short(HOT.max(), 1)} °F"),
    ("seattle_weather", "coldest day in fahrenheit", f"Minimum temperature was lowest on {DAYS['temp_min'].idxmin():%-d %B %Y}: {short(DAYS['temp_min'].min() * 9 / 5 + 32, 1)} °F"),
    ("seattle_weather", "windiest day in km/h", f": {short(DAYS['wind'].max() * 3.6, 1)} km/h"),
    ("seattle_weather", "how many inches of rain fell in 2013", f"was {short(DAYS['precipitation']['2013'].sum() / 25.4, 2)} inches."),
    ("seattle_weather", "average wind in mph", f"was {short(DAYS['wind'].mean() / 0.44704, 2)} mph"),
    ("seattle_weather", "how did the max temperature change from 2012 to 2015 in °F", f"a change of +{short(HOT['2015'].mean() - HOT['2012'].mean(), 2)} °F"),
    ("seattle_weather", "how many days above 90 °F in fahrenheit", f"above 90 °F on {(HOT > 90).sum()} of"),
    ("city_temperatures", "average temperature in seattle in celsius", f"was {short((CITIES['Seattle'].mean() - 32) * 5 / 9, 2)} °C"),
    ("us_employment_by_sector", "manufacturing in december 2010 in millions", f"was {short(JOBS['Manufacturing']['2010-12'].iloc[0] / 1000, 3)} million."),
]  # fmt: skip


@pytest.mark.parametrize(("sample", "question", "told"), QUESTIONS)
def test_the_answer_is_in_the_unit_that_is_asked_for(sample: str, question: str, told: str) -> None:
    assert told in answer(sample, question)


@pytest.mark.parametrize(
    ("sample", "asked", "told"),
    [
        (
            "iowa_electricity",
            ["renewables in 2017", "in twh?"],
            f"in 2017 was {short(IOWA.loc[2017, 'Renewables'] / 1000, 3)} TWh.",
        ),
        (
            "iowa_electricity",
            ["renewables in 2017", "in twh?", "and 2016?"],
            f"in 2016 was {short(IOWA.loc[2016, 'Renewables'] / 1000, 3)} TWh.",
        ),
        ("seattle_weather", ["hottest day", "and in fahrenheit?"], f": {short(HOT.max(), 1)} °F"),
    ],
)
def test_a_followup_can_ask_for_a_unit_and_keeps_it(sample: str, asked: list[str], told: str) -> None:
    *earlier, question = asked

    assert told in answer(sample, question, *earlier)


@pytest.mark.parametrize(
    ("sample", "question"),
    [
        ("seattle_weather", "rain in fahrenheit"),
        ("seattle_weather", "hottest day in inches"),
        ("iowa_electricity", "save renewables in twh as a metric"),
        ("iowa_electricity", "total in euros"),
    ],
)
def test_a_unit_that_does_not_fit_is_refused(sample: str, question: str) -> None:
    found = answer(sample, question)

    assert "I can tell totals" in found
