import pytest

from tests.analyst.asking import headline, headlines, short
from tests.samples.loaded import frame

IOWA = frame("iowa_electricity")
BY_YEAR = IOWA.groupby("time")["net_generation"].sum()
JOBS = frame("us_employment_by_sector")
CHANGES = frame("us_jobs_change").set_index("time")["jobs_change"]
DAYS = frame("seattle_weather").set_index("time")
RAIN = frame("seattle_rain_by_month").set_index("time")
CITIES = frame("city_temperatures")
WHEAT = frame("wheat_and_wages").set_index("time")


@pytest.mark.parametrize(
    "question",
    [
        "Which year had the highest net generation?",
        "When was net generation at its peak?",
        "best year",
        "record",
    ],
)
def test_the_highest_year_is_found(question: str) -> None:
    found = headline("iowa_electricity", question)

    assert found == (
        f"Net generation was highest in {BY_YEAR.idxmax():%Y}: {BY_YEAR.max():,} GWh, the highest "
        "of 17 years. "
        f"The average is {BY_YEAR.mean():,.1f} GWh."
    )


def test_the_lowest_year_of_one_source_is_found() -> None:
    nuclear = IOWA[IOWA.source == "Nuclear Energy"].set_index("time")["net_generation"]

    found = headline("iowa_electricity", "lowest year for nuclear")

    assert found == (
        f"Net generation for Nuclear Energy was lowest in {nuclear.idxmin():%Y}: {nuclear.min():,} GWh, "
        f"the lowest of 17 years. The average is {nuclear.mean():,.1f} GWh."
    )


def test_the_top_three_years_are_listed() -> None:
    top = BY_YEAR.nlargest(3)

    assert headlines("iowa_electricity", "top 3 years") == [
        "The 3 highest years by net generation, of 17 years:",
        *(f"{place}. {year:%Y}: {value:,} GWh" for place, (year, value) in enumerate(top.items(), start=1)),
    ]


def test_the_bottom_two_sectors_are_listed() -> None:
    by_sector = JOBS.groupby("sector")["employees"].mean().nsmallest(2)

    assert headlines("us_employment_by_sector", "Which are the two smallest sectors?") == [
        "The 2 lowest sectors by employment, of 11 sectors:",
        *(
            f"{place}. {name}: {short(value, 2)} thousand"
            for place, (name, value) in enumerate(by_sector.items(), 1)
        ),
    ]


def test_the_biggest_source_of_one_year_is_found() -> None:
    of_2017 = IOWA[IOWA.time.dt.year == 2017].set_index("source")["net_generation"]

    found = headline("iowa_electricity", "Which source was the largest in 2017?")

    assert found == (
        f"Net generation in 2017 was highest for {of_2017.idxmax()}: {of_2017.max():,} GWh, the highest of 3 "
        f"sources. The average is {short(of_2017.mean(), 1)} GWh."
    )


@pytest.mark.parametrize(
    ("question", "extreme", "column"),
    [
        ("What was the hottest day?", "highest", "temp_max"),
        ("What was the coldest day?", "lowest", "temp_min"),
        ("Which day was the windiest?", "highest", "wind"),
        ("What was the maximum temperature?", "highest", "temp_max"),
        ("Which day had the lowest minimum temperature?", "lowest", "temp_min"),
    ],
)
def test_a_record_of_what_does_not_add_up_is_a_single_day(question: str, extreme: str, column: str) -> None:
    labels = {"temp_max": "Maximum temperature", "temp_min": "Minimum temperature", "wind": "Wind speed"}
    units = {"temp_max": "°C", "temp_min": "°C", "wind": "m/s"}
    day = DAYS[column].idxmax() if extreme == "highest" else DAYS[column].idxmin()

    found = headline("seattle_weather", question)

    assert found == (
        f"{labels[column]} was {extreme} on {day.day} {day:%B %Y}: "
        f"{short(DAYS.loc[day, column], 1)} {units[column]}, the {extreme} of 1,461 days. "
        f"The average is {short(DAYS[column].mean(), 2)} {units[column]}."
    )


def test_the_wettest_month_of_daily_rows_adds_the_days_up() -> None:
    months = DAYS["precipitation"].resample("MS").sum()

    found = headline("seattle_weather", "Which month was the wettest?")

    assert found.startswith(
        f"Precipitation was highest in {months.idxmax():%B %Y}: {short(months.max(), 1)} mm"
    )


def test_the_warmest_day_of_two_cities_names_the_city() -> None:
    best = CITIES.loc[CITIES.temperature.idxmax()]

    found = headline("city_temperatures", "Which day had the highest temperature?")

    assert found.startswith(
        f"Temperature was highest on {best.time.day} {best.time:%B %Y}, {best.city}: {best.temperature} °F"
    )


def test_the_cheapest_wheat_is_found() -> None:
    price = WHEAT["wheat_price"]

    found = headline("wheat_and_wages", "When was wheat cheapest?")

    assert found.startswith(
        f"Wheat price was lowest in {price.idxmin():%Y}: {short(price.min(), 1)} shillings"
    )


@pytest.mark.parametrize(
    "question", ["In which month were the most jobs lost?", "Which month had the biggest loss of jobs?"]
)
def test_the_most_jobs_lost_are_the_fewest_gained(question: str) -> None:
    found = headline("us_jobs_change", question)

    assert found == (
        f"Jobs gained was lowest in {CHANGES.idxmin():%B %Y}: {CHANGES.min()} thousand, the lowest "
        "of 120 months. "
        f"The average is {short(CHANGES.mean(), 1)} thousand."
    )


def test_a_breakdown_lists_every_value() -> None:
    by_source = IOWA.groupby("source")["net_generation"].sum().sort_values(ascending=False)

    assert headlines("iowa_electricity", "Show generation by source") == [
        "Net generation by source:",
        *(f"- {source}: {value:,} GWh" for source, value in by_source.items()),
    ]


def test_a_breakdown_by_year_is_in_the_order_of_time() -> None:
    years = RAIN["precipitation"].resample("YS").sum()

    assert headlines("seattle_rain_by_month", "precipitation per year") == [
        "Precipitation by year:",
        *(f"- {year:%Y}: {short(value, 1)} mm" for year, value in years.items()),
    ]


def test_a_breakdown_of_many_periods_lists_the_latest() -> None:
    lines = headlines("seattle_rain_by_month", "rain by month")

    last = RAIN["precipitation"].iloc[-1]
    assert len(lines) == 1 + 24 + 2
    assert lines[-3] == f"- December 2015: {short(last, 1)} mm"
    assert lines[-1] == "(24 months more are not listed.)"
