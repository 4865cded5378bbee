import pandas as pd
import pytest

from tests.analyst.asking import answer, headline, headlines, short
from tests.samples.loaded import frame

IOWA = frame("iowa_electricity")
JOBS = frame("us_employment_by_sector")
CHANGES = frame("us_jobs_change").set_index("time")["jobs_change"]
DAYS = frame("seattle_weather").set_index("time")
CITIES = frame("city_temperatures")
IOWA_BY_YEAR = IOWA.groupby("time")["net_generation"].sum()


def test_a_total_is_told_with_its_parts() -> None:
    total = IOWA["net_generation"].sum()
    parts = IOWA.groupby("source")["net_generation"].sum().sort_values(ascending=False)

    lines = headlines("iowa_electricity", "What was the total net generation?")

    assert lines == [
        f"Total net generation from 2001 to 2017 was {total:,} GWh.",
        "",
        *(f"- {source}: {value:,} GWh ({_percent(value / total)})" for source, value in parts.items()),
    ]


def test_a_total_says_over_which_rows_it_was_computed() -> None:
    basis = answer("iowa_electricity", "How much nuclear energy was there from 2005 to 2010?").splitlines()[
        -1
    ]

    assert basis == (
        "Computed over 6 rows of “Iowa electricity generation by source”, 2005 to 2010, "
        "only source Nuclear Energy. Net generation is added up within each group."
    )


@pytest.mark.parametrize(
    ("question", "when", "rows"),
    [
        ("What was net generation in 2009?", "in 2009", IOWA.time.dt.year == 2009),
        ("total between 2005 and 2010", "from 2005 to 2010", IOWA.time.dt.year.between(2005, 2010)),
        ("total from 2005 to 2010", "from 2005 to 2010", IOWA.time.dt.year.between(2005, 2010)),
        ("total 2005-2010", "from 2005 to 2010", IOWA.time.dt.year.between(2005, 2010)),
        ("total since 2015", "from 2015 to 2017", IOWA.time.dt.year >= 2015),
        ("total after 2015", "from 2016 to 2017", IOWA.time.dt.year > 2015),
        ("total before 2003", "from 2001 to 2002", IOWA.time.dt.year < 2003),
        ("total until 2003", "from 2001 to 2003", IOWA.time.dt.year <= 2003),
        ("total in the last 3 years", "from 2015 to 2017", IOWA.time.dt.year >= 2015),
        ("total in the last year", "in 2017", IOWA.time.dt.year == 2017),
        ("total in the first two years", "from 2001 to 2002", IOWA.time.dt.year <= 2002),
        ("total in the 2000s", "from 2001 to 2009", IOWA.time.dt.year < 2010),
    ],
)
def test_a_total_counts_only_the_years_that_are_meant(question: str, when: str, rows: pd.Series) -> None:
    total = IOWA[rows]["net_generation"].sum()

    assert headline("iowa_electricity", question) == f"Total net generation {when} was {total:,} GWh."


@pytest.mark.parametrize(
    ("question", "when", "rows"),
    [
        ("How much rain fell in July?", "in July", DAYS.index.month == 7),
        ("How much rain fell in July 2012?", "in July 2012", DAYS.index.strftime("%Y-%m") == "2012-07"),
        ("rain in March of 2014", "in March 2014", DAYS.index.strftime("%Y-%m") == "2014-03"),
        ("rain in 2014-03", "in March 2014", DAYS.index.strftime("%Y-%m") == "2014-03"),
        ("rain in Q1 2013", "in Q1 2013", (DAYS.index.year == 2013) & (DAYS.index.month <= 3)),
        (
            "rain from May to July 2012",
            "from May 2012 to July 2012",
            (DAYS.index.year == 2012) & DAYS.index.month.isin([5, 6, 7]),
        ),
        (
            "total rain between November and February",
            "in January, February, November and December",
            DAYS.index.month.isin([11, 12, 1, 2]),
        ),
        ("rain in the summer", "in June, July and August", DAYS.index.month.isin([6, 7, 8])),
    ],
)
def test_a_total_counts_only_the_months_that_are_meant(question: str, when: str, rows: pd.Series) -> None:
    total = DAYS[rows]["precipitation"].sum()

    assert headline("seattle_weather", question) == f"Total precipitation {when} was {short(total, 1)} mm."


def test_the_figure_of_one_day_is_told_as_it_is() -> None:
    value = DAYS.loc["2012-03-04", "precipitation"]

    found = headline("seattle_weather", "precipitation on 4 March 2012")

    assert found == f"Precipitation on 4 March 2012 was {short(value, 1)} mm."


def test_employment_is_averaged_over_time_but_added_up_over_sectors() -> None:
    by_month = JOBS[JOBS.time.dt.year == 2009].groupby("time")["employees"].sum()

    found = headline("us_employment_by_sector", "What was the total employment in 2009?")

    assert found == (
        f"Employment in 2009 was {short(by_month.mean(), 1)} thousand on average; it does not add up over "
        f"time. The latest figure, in December 2009, is {short(by_month.iloc[-1], 1)} thousand."
    )


def test_temperatures_are_never_added_up() -> None:
    found = headline("city_temperatures", "What is the total temperature for Seattle?")

    seattle = CITIES[CITIES.city == "Seattle"]["temperature"]
    assert found == (
        f"Temperature for Seattle from 1 January 2010 to 31 December 2010 was {short(seattle.mean(), 2)} °F "
        f"on average; its values do not add up. The latest figure, on 31 December 2010, is "
        f"{short(seattle.iloc[-1], 2)} °F."
    )


def test_an_average_is_one_per_period() -> None:
    low, high = IOWA_BY_YEAR.idxmin(), IOWA_BY_YEAR.idxmax()

    found = headline("iowa_electricity", "What is the average net generation?")

    assert found == (
        f"Average net generation was {short(IOWA_BY_YEAR.mean(), 1)} GWh per year, over 17 years. It ranged "
        f"from {IOWA_BY_YEAR.min():,} GWh ({low:%Y}) to {IOWA_BY_YEAR.max():,} GWh ({high:%Y})."
    )


def test_an_average_can_be_asked_for_by_a_coarser_period() -> None:
    months = DAYS["precipitation"].resample("MS").sum()

    found = headline("seattle_weather", "What is the average monthly precipitation?")

    assert found.startswith(
        f"Average precipitation was {short(months.mean(), 2)} mm per month, over {len(months)} months."
    )


def test_a_median_is_told_apart_from_an_average() -> None:
    found = headline("iowa_electricity", "What is the median net generation?")

    assert found.startswith(f"Median net generation was {short(IOWA_BY_YEAR.median(), 1)} GWh per year")


def test_an_average_of_what_does_not_add_up_is_that_of_the_rows() -> None:
    wind = DAYS.loc["2014-07", "wind"]

    found = headline("seattle_weather", "average wind speed in July 2014")

    assert found.startswith(f"Average wind speed in July 2014 was {short(wind.mean(), 2)} m/s, over 31 days.")


@pytest.mark.parametrize(
    "question", ["How often did it rain in 2014?", "On how many days was there rain in 2014?"]
)
def test_days_with_any_can_be_counted(question: str) -> None:
    of_2014 = DAYS.loc["2014", "precipitation"]
    wet = of_2014[of_2014 > 0].index

    found = headline("seattle_weather", question)

    assert found == (
        f"Precipitation was above zero on {len(wet)} of 365 days in 2014 ({_percent(len(wet) / 365)}). "
        f"The first was on {wet[0].day} {wet[0]:%B %Y}, the last on {wet[-1].day} {wet[-1]:%B %Y}."
    )


def test_rows_of_a_value_can_be_counted() -> None:
    found = headline("city_temperatures", "How many days are there for Seattle in July?")

    assert found == (
        f"There were 31 days of Seattle in July: {_percent(31 / 730)} of all 730. "
        "The first was on 1 July 2010, the last on 31 July 2010."
    )


def test_gains_are_added_up() -> None:
    total = CHANGES.loc["2014"].sum()

    found = headline("us_jobs_change", "Jobs gained in 2014")

    assert found == f"Total jobs gained in 2014 was {total:,} thousand."


def test_a_negative_gain_is_called_a_loss() -> None:
    total = CHANGES.loc["2009"].sum()

    found = headline("us_jobs_change", "How many jobs were lost in 2009?")

    assert found == (
        f"Total jobs gained in 2009 was {total:,} thousand, that is, a net loss of {-total:,} thousand."
    )


def _percent(ratio: float) -> str:
    return f"{short(ratio * 100, 1)}%"
