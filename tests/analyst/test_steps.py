"""From one period to the next: in which it fell, the change of each, the longest run of growth."""

# ruff: noqa: E501 - a table reads best with a row a line

import pandas as pd
import pytest

from tests.analyst.asking import answer, short
from tests.samples.loaded import frame

IOWA = frame("iowa_electricity").pivot_table("net_generation", "time", "source")
IOWA.index = IOWA.index.year
RENEWABLE, NUCLEAR, FOSSIL = (IOWA[name] for name in ("Renewables", "Nuclear Energy", "Fossil Fuels"))
ALL = IOWA.sum(axis=1)
JOBS = frame("us_employment_by_sector").pivot_table("employees", "time", "sector")
RAIN = frame("seattle_rain_by_month").set_index("time")["precipitation"]
WHEAT = frame("wheat_and_wages").set_index("time")["wheat_price"]
WHEAT.index = WHEAT.index.year


def longest(meets: pd.Series) -> int:
    """How many in a row meet it at most."""
    return int(meets.groupby((~meets).cumsum()).sum().max())


def line(changes: pd.Series, before: pd.Series, name: object) -> str:
    """The change as it is listed."""
    share = changes[name] / before[name] * 100
    return f"- {name}: {changes[name]:+,.0f} GWh ({'+' if share > 0 else ''}{short(share, 1)}%)"


FALLS = RENEWABLE.diff()[RENEWABLE.diff() < 0]
STEPS_2009 = JOBS["Construction"].diff()["2009"]
WHEAT_FALLS = [str(year) for year, step in WHEAT.diff().items() if step < 0]

# sample, question, what the answer must tell
QUESTIONS = [
    ("iowa_electricity", "in which years did renewables fall?", f"fell in {len(FALLS)} of 16 years, each against the one before:\n{line(RENEWABLE.diff(), RENEWABLE.shift(), FALLS.index[0])}"),
    ("iowa_electricity", "which years did nuclear rise", f"rose in {(NUCLEAR.diff() > 0).sum()} of 16 years"),
    ("iowa_electricity", "how many years did fossil fuels grow", f"rose in {(FOSSIL.diff() > 0).sum()} of 16 years"),
    ("iowa_electricity", "when did nuclear drop", f"fell in {(NUCLEAR.diff() < 0).sum()} of 16 years"),
    ("us_employment_by_sector", "in which months did construction fall in 2009", f"fell in {(STEPS_2009 < 0).sum()} of 12 months in 2009"),
    ("wheat_and_wages", "in which years did the wheat price fall", f"fell in {len(WHEAT_FALLS)} of {len(WHEAT) - 1} years, each against the one before: {', '.join(WHEAT_FALLS[:-1])} and {WHEAT_FALLS[-1]}."),
    ("iowa_electricity", "year-over-year change", line(ALL.diff(), ALL.shift(), 2009)),
    ("iowa_electricity", "year over year change since 2010", line(ALL.diff(), ALL.shift(), 2016)),
    ("iowa_electricity", "yoy change of renewables", line(RENEWABLE.diff(), RENEWABLE.shift(), 2017)),
    ("iowa_electricity", "year over year change of renewables in 2010", f"a change of {RENEWABLE[2010] - RENEWABLE[2009]:+,.0f} GWh"),
    ("iowa_electricity", "annual change of nuclear from 2005 to 2010", line(NUCLEAR.diff(), NUCLEAR.shift(), 2007)),
    ("us_employment_by_sector", "monthly change in construction in 2009", f"- January 2009: {STEPS_2009.iloc[0]:+,.0f} thousand"),
    ("seattle_rain_by_month", "how often did the rain fall from one month to the next", f"fell in {(RAIN.diff() < 0).sum()} of 47 months"),
    ("iowa_electricity", "biggest year-over-year drop", f"was in {ALL.diff().idxmin()}: "),
    ("iowa_electricity", "longest streak of growth", f"was {longest(ALL.diff() > 0)} years, from 2004 to 2008"),
    ("iowa_electricity", "longest run of growth for renewables", f"was {longest(RENEWABLE.diff() > 0)} years"),
    ("us_employment_by_sector", "longest run of job losses", f"employment fell was {longest(JOBS.sum(axis=1).diff() < 0)} months"),
    ("us_employment_by_sector", "longest run of falling employment in manufacturing", f"was {longest(JOBS['Manufacturing'].diff() < 0)} months"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sample", "question"),
    [
        ("us_jobs_change", "in which years did jobs fall"),
        ("seattle_weather", "was july 2014 warmer than average"),
    ],
)
def test_what_is_no_count_of_steps_or_days_is_not_told_as_one(sample: str, question: str) -> None:
    assert "Computed over" not in answer(sample, question)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            ["in which years did nuclear fall", "and rise?"],
            f"rose in {(NUCLEAR.diff() > 0).sum()} of 16 years",
        ),
        (
            ["in which years did renewables fall", "and nuclear?"],
            f"fell in {(NUCLEAR.diff() < 0).sum()} of 16",
        ),
        (["years with nuclear above 4000", "above 5000?"], f"in {(NUCLEAR > 5000).sum()} of 17 years"),
    ],
)
def test_a_followup_asks_the_same_of_the_steps(asked: list[str], told: str) -> None:
    *earlier, question = asked

    assert told in answer("iowa_electricity", question, *earlier)


@pytest.mark.parametrize(("sample", "question", "told"), QUESTIONS)
def test_steps_are_those_that_pandas_finds(sample: str, question: str, told: str) -> None:
    assert told in answer(sample, question)


def test_a_list_of_steps_within_a_range_has_no_others() -> None:
    found = answer("iowa_electricity", "annual change of nuclear from 2005 to 2010")

    assert found.count("\n- ") == 6
    assert short(NUCLEAR[2005] - NUCLEAR[2004], 0) in found
