from dataclasses import replace

import pytest

from tests.analyst.asking import answer, events, headline, text_of
from tests.samples.loaded import context_of, frame
from threadcast.assets.kinds import kind_of
from threadcast.assets.kinds.introductions import questions_about
from threadcast.assets.kinds.metric_listing import questions_about_parts
from threadcast.domain.asset import AssetContext, Table

IOWA = frame("iowa_electricity").pivot_table("net_generation", "time", "source")
DAYS = frame("seattle_weather").set_index("time")
RAIN = frame("seattle_rain_by_month").set_index("time")["precipitation"]

METRICS = [
    "city_temperatures",
    "iowa_electricity",
    "seattle_rain_by_month",
    "seattle_weather",
    "us_employment_by_sector",
    "us_jobs_change",
    "wheat_and_wages",
]
APOLOGY = "I can tell totals, averages"


def test_the_year_before_is_that_before_the_one_found() -> None:
    total = IOWA.loc["2009-01-01"].sum()

    found = headline("iowa_electricity", "And the year before?", "Which year had the highest net generation?")

    assert found == f"Total net generation in 2009 was {total:,.0f} GWh."


def test_a_chain_of_followups_keeps_what_was_said() -> None:
    july = DAYS.loc["2013-07", "wind"].mean()

    found = headline("seattle_weather", "And what about wind?", "How much rain fell in 2013?", "and in July?")

    assert found.startswith(f"Wind speed in July in 2013 was {july:.2f} m/s on average")


def test_what_about_another_value_asks_the_same_of_it() -> None:
    part, whole = IOWA["Nuclear Energy"].sum(), IOWA.to_numpy().sum()

    found = headline("iowa_electricity", "What about nuclear?", "What share of net generation is Renewables?")

    assert f"{part / whole * 100:.1f}% was Nuclear Energy" in found


def test_another_year_asks_the_same_of_it() -> None:
    rain = RAIN["2014"].sum()

    found = headline("seattle_rain_by_month", "and 2014?", "What was the total precipitation in 2013?")

    assert found == f"Total precipitation in 2014 was {rain:,.1f} mm."


def test_why_was_that_explains_the_period_that_was_found() -> None:
    found = headline("seattle_rain_by_month", "Why was that?", "What was the wettest month?")

    before, after = RAIN["2015-11-01"], RAIN["2015-12-01"]
    assert found.startswith(
        f"Precipitation rose from {before} mm in November 2015 to {after} mm in December 2015"
    )


def test_a_comparison_takes_in_another_value() -> None:
    found = answer("iowa_electricity", "And nuclear?", "Compare fossil fuels and renewables")

    assert found.startswith(
        "Total net generation, compared:\n- Fossil Fuels: 620,129 GWh\n- Nuclear Energy: "
    )


@pytest.mark.parametrize(
    ("question", "earlier", "beginning"),
    [
        (
            "and in 2012?",
            "How did net generation change in 2010?",
            "Net generation rose from 56,371 GWh in 2011 to 56,675 GWh in 2012",
        ),
        (
            "and from 2005 to 2007?",
            "How did net generation change between 2001 and 2017?",
            "Net generation rose from 44,145 GWh in 2005 to 49,778 GWh in 2007",
        ),
        (
            "and the year after?",
            "Which year saw the biggest drop?",
            "Net generation rose from 54,381 GWh in 2016 to 56,476 GWh in 2017",
        ),
        (
            "And in 2005?",
            "Which year had the highest net generation?",
            "Total net generation in 2005 was 44,145 GWh",
        ),
        (
            "And nuclear?",
            "Which source was the largest?",
            "Total net generation for Nuclear Energy from 2001 to 2017",
        ),
        (
            "what about fossil fuels?",
            "What is the trend of renewables?",
            "Net generation for Fossil Fuels shows no clear trend",
        ),
        (
            "Which year was it lowest?",
            "How much nuclear energy was there?",
            "Net generation for Nuclear Energy was lowest in 2001",
        ),
        ("and renewables", "Compare renewables and nuclear", "Total net generation, compared:"),
    ],
)
def test_a_followup_changes_only_what_it_names(question: str, earlier: str, beginning: str) -> None:
    assert answer("iowa_electricity", question, earlier).startswith(beginning)


def test_a_followup_on_a_dashboard_stays_with_its_metric() -> None:
    found = answer("work_and_power", "and in 2010?", "What was the total employment in 2009?")

    assert found.startswith("Employment in 2010 was 130,352.7 thousand on average")


def test_a_followup_on_a_dashboard_can_change_to_another_metric() -> None:
    found = answer("work_and_power", "And what about renewables?", "What is the total employment?")

    assert found.startswith("Total net generation for Renewables from 2001 to 2017 was 164,220 GWh.")


def test_something_unclear_between_does_not_break_the_thread() -> None:
    found = headline(
        "iowa_electricity", "and in 2010?", "What was net generation in 2009?", "What about unicorns?"
    )

    assert found == "Total net generation in 2010 was 57,509 GWh."


@pytest.mark.parametrize(
    "question",
    ["How much coal was there?", "What about coal?", "the trend for coal", "total of coal in 2009"],
)
def test_a_name_that_the_rows_do_not_know_is_told(question: str) -> None:
    found = answer("iowa_electricity", question, "What was net generation in 2009?")

    assert found.startswith(
        "I can't find “coal” in the rows of “Iowa electricity generation by source”: "
        "source is Fossil Fuels, Nuclear Energy or Renewables."
    )


@pytest.mark.parametrize("question", ["xyzzy plugh", "?", "🙂", "Lorem ipsum dolor sit amet"])
def test_what_is_not_understood_is_told_with_what_can_be_asked(question: str) -> None:
    found = answer("iowa_electricity", question)

    assert APOLOGY in found
    assert "For example:\n- Which year had the highest net generation?" in found


@pytest.mark.parametrize(
    "question", ["What is this?", "Hello", "What can I ask?", "Tell me about this metric"]
)
def test_what_it_is_is_answered_by_the_introduction(question: str) -> None:
    context = context_of("iowa_electricity")
    kind = kind_of(context.asset.type)
    assert kind is not None

    assert answer("iowa_electricity", question) == kind.introduction(context)


@pytest.mark.parametrize("sample", METRICS)
def test_every_suggested_question_is_answered_from_the_rows(sample: str) -> None:
    answers = [answer(sample, question) for question in questions_about(context_of(sample))]

    assert len(answers) == 3
    assert all("Computed over" in found and APOLOGY not in found for found in answers)


@pytest.mark.parametrize("sample", ["work_and_power", "west_coast_weather", "iowa_turns_to_renewables"])
def test_every_question_suggested_for_parts_is_answered_from_the_rows(sample: str) -> None:
    answers = [answer(sample, question) for question in questions_about_parts(context_of(sample))]

    assert len(answers) >= 3
    assert all("Computed over" in found and APOLOGY not in found for found in answers)


def test_a_dashboards_question_goes_to_the_metric_that_it_names() -> None:
    found = answer("work_and_power", "Which year had the highest net generation?")

    assert found.startswith("Net generation was highest in 2010: 57,509 GWh")


def test_a_question_that_names_no_metric_is_answered_for_each() -> None:
    found = answer("work_and_power", "What is the total?")

    assert [line for line in found.splitlines() if line.startswith("**")] == [
        "**US employment by sector**",
        "**US jobs gained or lost each month**",
        "**Iowa electricity generation by source**",
    ]


def test_metrics_that_the_user_may_not_see_are_told_but_not_used() -> None:
    found = text_of(events("What is the total?", context_of("work_and_power", withheld=1)))

    assert "Iowa" not in found
    assert found.endswith("It has 1 metric that you may not see; they are left out.")


def test_a_report_is_answered_from_its_metrics() -> None:
    found = answer("iowa_turns_to_renewables", "What was the total in 2001?")

    assert found.startswith("Total net generation in 2001 was 40,651 GWh.")


def test_without_an_asset_it_says_what_it_needs() -> None:
    found = text_of(events("What was the total?", None))

    assert found.startswith("This chat is not about an asset, so there are no rows")


def test_an_empty_period_is_told_with_what_the_rows_cover() -> None:
    found = answer("iowa_electricity", "What was net generation in 1995?")

    assert found == (
        "“Iowa electricity generation by source” has no rows in 1995. The rows cover 2001 to 2017."
    )


def own_metric(
    columns: tuple[str, ...], *rows: tuple[str | float | None, ...], **formats: object
) -> AssetContext:
    """A metric that a user made from his own file, with the least of a definition."""
    source = context_of("iowa_electricity").asset
    definition = {"name": "Own", "chartConfig": {"columnLabelFormats": formats}}
    return AssetContext(replace(source, name="Own", definition=definition), Table(columns, rows))


def test_three_days_of_data_suggest_only_what_they_can_answer() -> None:
    context = own_metric(("day", "visits"), ("2026-01-01", 3), ("2026-01-02", 7), ("2026-01-03", 7))

    questions = questions_about(context)

    assert questions == (
        "Which day had the highest visits?",
        "How did visits change between 1 January 2026 and 3 January 2026?",
        "What is the average visits?",
    )
    assert all("Computed over" in text_of(events(question, context)) for question in questions)


def test_odd_column_names_are_read_as_words() -> None:
    context = own_metric(
        ("OrderMonth", "Region_Name", "Rev_USD", "unitsSold"),
        ("2024-01-01", "EMEA", 100.5, 3),
        ("2024-01-01", "APAC", 14.25, 9),
        Rev_USD={"style": "currency", "currency": "EUR"},
    )

    assert text_of(events("total rev usd", context)).startswith("Total rev usd in 2024 was EUR 114.75.")
    assert text_of(events("which region sold the most units", context)).startswith(
        "Units sold was highest for APAC: 9, the highest of 2 region names."
    )
    assert text_of(events("total revenue", context)).startswith("I read “revenue” as “rev”.")
