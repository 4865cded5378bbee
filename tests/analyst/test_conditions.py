"""Conditions: above the average, and two of them at once, counted as pandas counts them."""

# ruff: noqa: E501 - a table reads best with a row a line

import pandas as pd
import pytest

from tests.analyst.asking import answer, short
from tests.samples.loaded import frame

IOWA = frame("iowa_electricity").pivot_table("net_generation", "time", "source")
NUCLEAR = IOWA["Nuclear Energy"]
NUCLEAR.index = IOWA.index.year
DAYS = frame("seattle_weather").set_index("time")
RAIN, HOT, COLD, WIND = (DAYS[name] for name in ("precipitation", "temp_max", "temp_min", "wind"))
JOBS = frame("us_employment_by_sector").pivot_table("employees", "time", "sector").loc["2015"].mean()
BELOW = [str(year) for year in NUCLEAR[NUCLEAR.mean() > NUCLEAR].index]
WET_AND_WARM = (HOT > 20) & (RAIN > 0)


def longest(meets: pd.Series) -> int:
    """How many in a row meet it at most."""
    return int(meets.groupby((~meets).cumsum()).sum().max())


# sample, question, what the answer must tell
AVERAGES = [
    ("seattle_weather", "days with above average rain", f"above the average of {short(RAIN.mean(), 3)} mm on {(RAIN.mean() < RAIN).sum()} of 1,461 days"),
    ("iowa_electricity", "in which years was nuclear below average", f"in {len(BELOW)} of 17 years (58.8%): {', '.join(BELOW[:-1])} and {BELOW[-1]}."),
    ("seattle_weather", "how many days were warmer than average in 2014", f"on {(HOT['2014'] > HOT['2014'].mean()).sum()} of 365 days in 2014"),
    ("us_employment_by_sector", "sectors above average in 2015", f"for {(JOBS.mean() < JOBS).sum()} of 11 sectors in 2015"),
    ("seattle_weather", "longest run of days above average temperature", f"was {longest(HOT.mean() < HOT)} days"),
]  # fmt: skip
BOTH = [
    ("seattle_weather", ["days above 20 degrees with rain"], f"above 20 °C on {WET_AND_WARM.sum()} of {(RAIN > 0).sum()} days with precipitation above zero"),
    ("seattle_weather", ["days above 20 degrees and rain"], f"on {WET_AND_WARM.sum()} of"),
    ("seattle_weather", ["how many rainy days above 20 degrees in 2014"], f"on {WET_AND_WARM['2014'].sum()} of"),
    ("seattle_weather", ["days with rain and wind over 8"], f"Wind speed was above 8 m/s on {((WIND > 8) & (RAIN > 0)).sum()} of"),
    ("seattle_weather", ["days with no rain and temperature above 30"], f"zero on {((HOT > 30) & (RAIN == 0)).sum()} of {(HOT > 30).sum()} days with maximum temperature above 30 °C"),
    ("seattle_weather", ["days with max temperature above 20 and min temperature below 10"], f"on {((HOT > 20) & (COLD < 10)).sum()} of"),
    ("seattle_weather", ["days colder than 0 with rain"], f"Minimum temperature was below 0 °C on {((COLD < 0) & (RAIN > 0)).sum()} of"),
    ("seattle_weather", ["dry days above 25 degrees"], f"on {((HOT > 25) & (RAIN == 0)).sum()} of"),
    ("seattle_weather", ["longest run of dry days above 25 degrees"], f"was {longest((HOT > 25) & (RAIN == 0))} days"),
    ("seattle_weather", ["days above 20 degrees with rain per year"], f"- 2013: {WET_AND_WARM['2013'].sum()}"),
    ("seattle_weather", ["days above 20 degrees with rain", "and 2013?"], f"on {WET_AND_WARM['2013'].sum()} of"),
]  # fmt: skip


@pytest.mark.parametrize(("sample", "question", "told"), AVERAGES)
def test_what_is_above_or_below_the_average_is_counted(sample: str, question: str, told: str) -> None:
    assert told in answer(sample, question)


@pytest.mark.parametrize(("sample", "asked", "told"), BOTH)
def test_two_conditions_are_met_by_the_same_days(sample: str, asked: list[str], told: str) -> None:
    *earlier, question = asked

    assert told in answer(sample, question, *earlier)


def test_one_condition_named_twice_is_one() -> None:
    assert f"on {(RAIN > 20).sum()} of 1,461 days" in answer("seattle_weather", "days with rain above 20")
