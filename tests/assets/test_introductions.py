import pytest

from tests.samples.loaded import context_of
from threadcast.assets.kinds import startable_kind
from threadcast.domain.asset import AssetContext, Table


def introduction(context: AssetContext) -> str:
    return startable_kind(context.asset.type).introduction(context)


def test_a_metrics_introduction_has_its_coverage_and_suggestions() -> None:
    assert introduction(context_of("iowa_electricity")) == (
        "**Iowa electricity generation by source**: Annual net generation of electricity in the "
        "state of Iowa, "
        "by source of energy.\n"
        "\n"
        "Its 51 rows cover 2001 to 2017, by year: net generation (GWh). "
        "Source (3): Fossil Fuels; Nuclear Energy; Renewables.\n"
        "\n"
        "You could ask:\n"
        "- Which year had the highest net generation?\n"
        "- How did net generation change between 2001 and 2017?\n"
        "- What share of net generation is Fossil Fuels?"
    )


def test_many_values_are_not_all_listed() -> None:
    text = introduction(context_of("us_employment_by_sector"))

    assert (
        "Sector (11): Mining and logging; Construction; Manufacturing; Trade, transportation and utilities; "
        "Information; Financial activities; 5 more."
    ) in text


def test_a_metric_without_rows_says_so() -> None:
    text = introduction(AssetContext(context_of("iowa_electricity").asset))

    assert text.endswith(
        "It has no rows yet.\n\nOnce it has rows, you can ask about their totals, extremes and changes."
    )


def test_a_metric_without_dates_or_dimensions_still_introduces_itself() -> None:
    asset = context_of("iowa_electricity").asset

    text = introduction(AssetContext(asset, Table(("net_generation",), ((1,), (2,)))))

    assert text.endswith(
        "Its 2 rows cover the following: net generation (GWh).\n\n"
        "You could ask:\n- What is the average net generation?"
    )


def test_a_dashboards_introduction_lists_its_metrics() -> None:
    lines = introduction(context_of("work_and_power")).splitlines()

    assert lines[2] == "This dashboard shows 3 metrics:"
    assert [line.partition(".")[0] for line in lines[3:6]] == [
        "- **US employment by sector**",
        "- **US jobs gained or lost each month**",
        "- **Iowa electricity generation by source**",
    ]
    assert lines[-3:] == [
        "- Which month had the highest employment?",
        "- How did jobs gained change between January 2006 and December 2015?",
        "- What share of net generation is Fossil Fuels?",
    ]


@pytest.mark.parametrize(
    ("withheld", "sentence"),
    [
        (1, "1 more metric is not shared with you."),
        (2, "2 more metrics are not shared with you."),
    ],
)
def test_a_dashboard_counts_what_is_not_shared_without_naming_it(withheld: int, sentence: str) -> None:
    text = introduction(context_of("work_and_power", withheld))

    assert sentence in text
    assert "Iowa electricity" not in text


@pytest.mark.parametrize(
    ("sample", "withheld", "sentence"),
    [
        ("work_and_power", 3, "None of the 3 metrics of this dashboard is shared with you."),
        (
            "iowa_turns_to_renewables",
            1,
            "It is a report of about 57 words. The one metric of this report is not shared with you.",
        ),
    ],
)
def test_without_a_shared_metric_nothing_is_suggested(sample: str, withheld: int, sentence: str) -> None:
    lines = introduction(context_of(sample, withheld)).splitlines()

    assert lines[1:] == ["", sentence, "", "Ask whoever keeps the assets for access."]


def test_a_reports_introduction_has_its_length_and_metrics() -> None:
    lines = introduction(context_of("iowa_turns_to_renewables")).splitlines()

    assert lines[2] == "It is a report of about 57 words. This report shows 1 metric:"
