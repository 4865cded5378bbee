import pytest

from tests.analyst.asking import answer, events, text_of
from tests.samples.loaded import context_of
from threadcast.domain.asset import AssetContext, Table


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Why did March drop?", "March"),
        ("total in January 2009", "January 2009"),
        ("rise in Q1 2009", "Q1 2009"),
    ],
)
def test_a_month_of_yearly_rows_is_never_taken_for_the_year(question: str, name: str) -> None:
    found = answer("iowa_electricity", question)

    assert found == (
        "The rows of “Iowa electricity generation by source” tell years, nothing finer, "
        f"so I can't see {name} in them. They cover 2001 to 2017."
    )


@pytest.mark.parametrize("question", ["What is the trend in 2009?", "How did it develop from 2009 to 2010?"])
def test_a_trend_needs_three_periods(question: str) -> None:
    found = answer("iowa_electricity", f"{question} trend")

    assert found == "A trend needs at least three periods, and these rows have fewer."


def test_a_correlation_needs_two_series() -> None:
    found = answer("us_jobs_change", "Is it correlated?")

    assert found.startswith(
        "A correlation needs two series, and I can find only jobs gained in what you ask. "
        "Name two measures or two values to compare."
    )


def test_a_correlation_asks_for_the_second_of_many() -> None:
    found = answer("seattle_weather", "What is wind correlated with?")

    assert found.startswith(
        "A correlation needs two series: wind speed, and for example precipitation, maximum temperature or "
        "minimum temperature."
    )


def test_a_value_that_has_no_rows_in_the_period_is_told() -> None:
    found = answer("iowa_electricity", "How much renewable energy in 2030?")

    assert found == (
        "“Iowa electricity generation by source” has no rows of Renewables in 2030. "
        "The rows cover 2001 to 2017."
    )


def test_figures_that_can_be_negative_have_no_shares() -> None:
    asset = context_of("iowa_electricity").asset
    rows = (("2001-01-01", "Nuclear", -5), ("2001-01-01", "Renewables", 7))
    context = AssetContext(asset, Table(("year", "source", "net_generation"), rows))

    found = text_of(events("What share is nuclear?", context))

    assert found == (
        "There are no shares of net generation: some of its values are negative or all are zero."
    )
