import numpy as np
import pandas as pd
import pytest

from tests.analyst.asking import answer, headline, headlines, short
from tests.samples.loaded import frame

IOWA = frame("iowa_electricity").pivot_table("net_generation", "time", "source")
DAYS = frame("seattle_weather").set_index("time")
RAIN = frame("seattle_rain_by_month").set_index("time")
CITIES = frame("city_temperatures").pivot_table("temperature", "time", "city")
WHEAT = frame("wheat_and_wages").set_index("time")
JOBS = frame("us_employment_by_sector").groupby("time")["employees"].sum()
CHANGES = frame("us_jobs_change").set_index("time")["jobs_change"]


def test_values_are_compared_from_the_highest() -> None:
    fossil, renewable = IOWA["Fossil Fuels"], IOWA["Renewables"]

    assert headlines("iowa_electricity", "Compare renewables and fossil fuels") == [
        "Total net generation, compared:",
        f"- Fossil Fuels: {fossil.sum():,.0f} GWh",
        f"- Renewables: {renewable.sum():,.0f} GWh",
        "",
        (
            f"Fossil Fuels is ahead of Renewables by {fossil.sum() - renewable.sum():,.0f} GWh, "
            f"{fossil.sum() / renewable.sum():.2f} times as much. Of 17 years, the highest was Fossil "
            "Fuels in "
            f"{(fossil > renewable).sum()} and Renewables in {(renewable > fossil).sum()}."
        ),
    ]


@pytest.mark.parametrize(
    ("question", "earlier"),
    [("Compare nuclear with renewables", ()), ("and renewables?", ("Compare nuclear and fossil",))],
)
def test_a_comparison_computes_with_the_rows_of_its_values_only(
    question: str, earlier: tuple[str, ...]
) -> None:
    basis = answer("iowa_electricity", question, *earlier).splitlines()[-1]

    assert basis.startswith(
        "Computed over 34 rows of “Iowa electricity generation by source”, 2001 to 2017, "
        "only source Nuclear Energy and Renewables."
    )


@pytest.mark.parametrize(
    "question", ["Is San Francisco warmer than Seattle in July?", "Seattle vs San Francisco in July"]
)
def test_a_comparison_counts_only_the_rows_that_are_meant(question: str) -> None:
    july = CITIES.loc["2010-07"]
    seattle, san_francisco = july["Seattle"].mean(), july["San Francisco"].mean()

    lines = headlines("city_temperatures", question)

    assert lines[:3] == [
        "Average temperature in July, compared:",
        f"- Seattle: {short(seattle, 2)} °F",
        f"- San Francisco: {short(san_francisco, 2)} °F",
    ]


def test_days_on_which_nobody_was_ahead_are_told() -> None:
    wins = (CITIES["San Francisco"] > CITIES["Seattle"]).sum()
    ties = (CITIES["San Francisco"] == CITIES["Seattle"]).sum()

    found = headlines("city_temperatures", "Compare Seattle and San Francisco.")[-1]

    wording = f"San Francisco in {wins}, Seattle in {365 - wins - ties} and none in {ties}"
    assert f"Of 365 days, the highest was {wording}." in found


@pytest.mark.parametrize(
    "question", ["When did renewables overtake nuclear?", "Compare nuclear with renewables"]
)
def test_a_takeover_is_dated(question: str) -> None:
    behind = IOWA.index[IOWA["Renewables"] < IOWA["Nuclear Energy"]]

    found = headlines("iowa_electricity", question)[-1]

    assert found.endswith(f"Renewables has been ahead without a break since {behind[-1].year + 1}.")


def test_a_years_figure_of_what_does_not_add_up_is_called_an_average() -> None:
    years = DAYS["temp_max"].resample("YS").mean()

    found = headline("seattle_weather", "Which year was the hottest?")

    assert found == (
        f"Average maximum temperature was highest in {years.idxmax():%Y}: {short(years.max(), 2)} °C, "
        f"the highest of 4 years. The average is {short(years.mean(), 2)} °C."
    )


@pytest.mark.parametrize(
    "question",
    ["What share of net generation is Renewables?", "What percentage of generation was renewable?"],
)
def test_a_share_is_told_for_all_rows_and_for_both_ends(question: str) -> None:
    share = IOWA["Renewables"] / IOWA.sum(axis=1)
    whole, part = IOWA.to_numpy().sum(), IOWA["Renewables"].sum()

    assert headline("iowa_electricity", question) == (
        f"Of net generation from 2001 to 2017 ({whole:,.0f} GWh in all), {_percent(part / whole)} "
        "was Renewables "
        f"({part:,.0f} GWh). The share went from {_percent(share.iloc[0])} in 2001 to "
        f"{_percent(share.iloc[-1])} in 2017 (+{short((share.iloc[-1] - share.iloc[0]) * 100, 1)} "
        "percentage points)."
    )


def test_shares_of_all_values_are_listed() -> None:
    of_2010 = IOWA.loc["2010-01-01"].sort_values(ascending=False)

    assert headlines("iowa_electricity", "share of each source in 2010") == [
        f"Of net generation in 2010 ({of_2010.sum():,.0f} GWh in all), by source:",
        *(
            f"- {source}: {_percent(value / of_2010.sum())} ({value:,.0f} GWh)"
            for source, value in of_2010.items()
        ),
    ]


def test_temperatures_have_no_shares() -> None:
    found = answer("city_temperatures", "What share of temperature is Seattle?")

    assert found == "There are no shares of temperature: its values do not add up to a whole."


def test_two_measures_are_correlated() -> None:
    r = WHEAT["wheat_price"].corr(WHEAT["weekly_wage"])

    found = headline("wheat_and_wages", "Is wheat price correlated with weekly wage?")

    assert found == (
        f"Wheat price and weekly wage are moderately positively correlated: r = {r:.2f} over 50 "
        "years that have a figure. That is, "
        "when one is high, the other tends to be high too. A correlation does not tell what causes what."
    )


def test_two_values_are_correlated() -> None:
    r = IOWA["Fossil Fuels"].corr(IOWA["Renewables"])

    found = headline("iowa_electricity", "Is there a relationship between fossil fuels and renewables?")

    assert found.startswith(
        "Net generation for Fossil Fuels and net generation for Renewables are moderately "
        "negatively correlated: "
        f"r = {r:.2f} over 17 years."
    )


def test_two_metrics_of_a_dashboard_are_correlated_by_years() -> None:
    jobs = JOBS.resample("YS").mean()
    power = IOWA.sum(axis=1)
    both = pd.concat([jobs, power], axis=1, sort=True).dropna()

    found = headline("work_and_power", "Is employment correlated with net generation?")

    r = f"{both.corr().iloc[0, 1]:.2f}".rstrip("0")
    assert f"r = {r} over {len(both)} years" in found


def test_outliers_lie_beyond_tukeys_fences() -> None:
    wind = DAYS["wind"]
    low, high = wind.quantile(0.25), wind.quantile(0.75)
    beyond = wind[(wind > high + 1.5 * (high - low)) | (wind < low - 1.5 * (high - low))]
    farthest = beyond.nlargest(5, keep="first")

    lines = headlines("seattle_weather", "Are there any outliers in wind speed?")

    assert lines[0] == f"{len(beyond)} of 1,461 days are outliers of wind speed; the 5 farthest out:"
    assert lines[1:6] == [
        f"- {day.day} {day:%B %Y}: {short(value, 1)} m/s" for day, value in farthest.items()
    ]
    assert lines[7] == (
        f"An outlier is above {short(high + 1.5 * (high - low), 2)} m/s: "
        "1.5 interquartile ranges beyond the middle half."
    )


def test_no_outliers_is_an_answer_too() -> None:
    by_year = IOWA.sum(axis=1)
    low, high = np.quantile(by_year, [0.25, 0.75])

    found = headline("iowa_electricity", "Are there any outliers?")

    assert found == (
        "No year is an outlier of net generation, of 17 years. An outlier is below "
        f"{short(low - 1.5 * (high - low), 1)} GWh or above {short(high + 1.5 * (high - low), 1)} GWh: "
        "1.5 interquartile ranges beyond the middle half."
    )


@pytest.mark.parametrize("sample", ["seattle_weather", "seattle_rain_by_month"])
def test_seasons_are_the_average_months_of_the_year(sample: str) -> None:
    months = DAYS["precipitation"].resample("MS").sum()
    of_year = months.groupby(months.index.month).mean()
    names = {month: f"{pd.Timestamp(2000, month, 1):%B}" for month in range(1, 13)}
    best, worst = of_year.idxmax(), of_year.idxmin()

    lines = headlines(sample, "How does rain vary by season?")

    assert lines == [
        (
            f"Precipitation is highest in {names[best]} ({short(of_year[best], 2)} mm) and lowest in "
            f"{names[worst]} "
            f"({short(of_year[worst], 2)} mm). By month, averaged over 4 years:"
        ),
        *(f"- {names[month]}: {short(value, 2)} mm" for month, value in of_year.items()),
    ]


def test_seasons_cannot_be_seen_in_years() -> None:
    found = answer("iowa_electricity", "Is generation seasonal?")

    assert found == "The rows don't tell months, so seasons can't be seen in them."


def _percent(ratio: float) -> str:
    return f"{short(ratio * 100, 1)}%"
