"""Which measure is meant where none is named: what words and units tell, and what is said where none do."""

# ruff: noqa: E501 - a table reads best with a row a line

import pytest

from tests.analyst.asking import answer, events, headlines, short, text_of
from tests.analyst.test_conversations import own_metric
from tests.samples.loaded import frame

DAYS = frame("seattle_weather").set_index("time")
RAIN, HOT, COLD, WIND = (DAYS[name] for name in ("precipitation", "temp_max", "temp_min", "wind"))
WHEAT = frame("wheat_and_wages").set_index("time")["wheat_price"]
WHEAT.index = WHEAT.index.year
JULY = DAYS[DAYS.index.month == 7]

# sample, question, what the answer must tell
TOLD_BY_WORDS = [
    ("seattle_weather", "how many days above 30 degrees", f"Maximum temperature was above 30 °C on {(HOT > 30).sum()} of"),
    ("seattle_weather", "days over 20 mm", f"Precipitation was above 20 mm on {(RAIN > 20).sum()} of"),
    ("seattle_weather", "how many mm in april 2014", f"Total precipitation in April 2014 was {short(RAIN['2014-04'].sum(), 2)} mm."),
    ("seattle_weather", "how many degrees was it on 4 july 2014", f"Maximum temperature on 4 July 2014 was {HOT['2014-07-04']} °C."),
    ("seattle_weather", "how wet was november 2012", f"Total precipitation in November 2012 was {short(RAIN['2012-11'].sum(), 2)} mm."),
    ("seattle_weather", "how dry was august 2014", f"Total precipitation in August 2014 was {short(RAIN['2014-08'].sum(), 2)} mm."),
    ("seattle_weather", "how windy was december 2012", f"Wind speed in December 2012 was {short(WIND['2012-12'].mean(), 2)} m/s on average"),
    ("seattle_weather", "how cold was january 2013", f"Minimum temperature in January 2013 was {short(COLD['2013-01'].mean(), 2)} °C on average"),
    ("seattle_weather", "coldest night", f"Minimum temperature was lowest on {COLD.idxmin():%-d %B %Y}: {COLD.min()} °C"),
    ("seattle_weather", "warmest night", f"Minimum temperature was highest on {COLD.idxmax():%-d %B %Y}: {COLD.max()} °C"),
    ("seattle_weather", "nights below zero", f"Minimum temperature was below 0 °C on {(COLD < 0).sum()} of"),
    ("wheat_and_wages", "what did wheat cost in 1800", f"Wheat price in 1800 was {WHEAT[1800]:.0f} shillings a quarter."),
    ("wheat_and_wages", "highest cost", f"Wheat price was highest in {WHEAT.idxmax()}: {WHEAT.max():.0f} shillings"),
]  # fmt: skip


@pytest.mark.parametrize(("sample", "question", "told"), TOLD_BY_WORDS)
def test_words_and_units_tell_the_measure(sample: str, question: str, told: str) -> None:
    assert answer(sample, question).startswith(told)


def test_where_no_word_tells_the_measure_a_figure_is_told_of_each() -> None:
    found = headlines("seattle_weather", "weather in july")

    assert [line.partition(";")[0] for line in found] == [
        f"- Total precipitation in July was {short(JULY['precipitation'].sum(), 2)} mm.",
        f"- Maximum temperature in July was {short(JULY['temp_max'].mean(), 2)} °C on average",
        f"- Minimum temperature in July was {short(JULY['temp_min'].mean(), 2)} °C on average",
        f"- Wind speed in July was {short(JULY['wind'].mean(), 2)} m/s on average",
    ]


def test_the_rows_of_several_measures_are_told_once() -> None:
    found = answer("seattle_weather", "weather in july")

    assert found.count("Computed over 124 rows") == 1


def test_the_high_and_the_low_are_those_of_each_measure() -> None:
    found = answer("seattle_weather", "high and low in july")

    high, low = JULY["temp_max"], JULY["temp_min"]
    assert f"ranged from {short(high.min(), 1)} °C (3 July 2012) to {short(high.max(), 1)} °C" in found
    assert f"ranged from {short(low.min(), 1)} °C (4 July 2012) to {short(low.max(), 1)} °C" in found


def test_a_figure_without_a_unit_is_one_of_the_temperature_and_that_is_told() -> None:
    found = answer("seattle_weather", "days above 30")

    assert found.startswith(
        "You name no measure, so I take maximum temperature; there are also precipitation, minimum "
        "temperature and wind speed.\n\n"
        f"Maximum temperature was above 30 °C on {(HOT > 30).sum()} of 1,461 days"
    )


def test_a_figure_that_no_temperature_reaches_is_one_of_the_measure_that_does() -> None:
    found = answer("seattle_weather", "days above 50")

    assert "I take precipitation; there are also" in found
    assert f"Precipitation was above 50 mm on {(RAIN > 50).sum()} of 1,461 days" in found


@pytest.mark.parametrize("question", ["trend", "highest day", "compare 2012 and 2013", "by month"])
def test_any_other_answer_says_which_measure_it_took_for_none(question: str) -> None:
    found = answer("seattle_weather", question)

    assert found.startswith("You name no measure, so I take precipitation; there are also ")


def test_on_a_dashboard_each_metric_says_which_measure_it_took() -> None:
    found = answer("west_coast_weather", "weather in july")

    assert (
        "You name no measure, so of “Seattle rain by month” I take precipitation; there is also wet days."
        in found
    )


def test_years_are_no_seasons() -> None:
    assert "averaged over 4 years" not in answer("seattle_weather", "did it get colder over the years")


def test_a_followup_goes_on_with_every_measure_that_was_told() -> None:
    found = headlines("seattle_weather", "and in august?", "weather in july 2014")

    august = DAYS.loc["2014-08"]
    assert (
        found[0]
        == f"- Total precipitation in August in 2014 was {short(august['precipitation'].sum(), 2)} mm."
    )
    assert found[3].startswith(f"- Wind speed in August in 2014 was {short(august['wind'].mean(), 2)} m/s")


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (
            "hot days",
            "from which figure on a day is hot. Name one, as in “days with maximum temperature above 16 °C”",
        ),
        ("cold nights in 2013", "from which figure on a night is cold"),
        ("longest run of warm days", "from which figure on a day is warm"),
        ("windy days", "as in “days with wind speed above 3 m/s”"),
    ],
)
def test_an_adjective_without_a_figure_asks_for_one(question: str, told: str) -> None:
    found = answer("seattle_weather", question)

    assert told in found
    assert "Computed over" not in found


@pytest.mark.parametrize(
    "question", ["windiest night", "rain at night", "minimum temperature on the hottest day"]
)
def test_what_a_measure_does_not_tell_is_refused(question: str) -> None:
    assert "Computed over" not in answer("seattle_weather", question)


def test_a_measure_in_degrees_is_a_temperature_whatever_it_is_called() -> None:
    context = own_metric(
        ("day", "visitors", "pool"), ("2026-06-01", 90, 21.5), ("2026-06-02", 140, 24.0),
        pool={"suffix": " °C"},
    )  # fmt: skip

    assert text_of(events("hottest day", context)).startswith("Pool was highest on 2 June 2026: 24 °C")
    assert text_of(events("days above 22 degrees", context)).startswith("Pool was above 22 °C on 1 of 2 days")
