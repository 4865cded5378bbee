"""A report's own text: quoted, never put in other words."""

from dataclasses import replace

import pytest

from tests.analyst.asking import answer, events, task, text_of
from tests.samples.loaded import context_of
from threadcast.domain.asset import AssetContext
from threadcast.domain.streamed_parts import TitleEnd
from threadcast_analyst import OfflineAnalyst

REPORT = "iowa_turns_to_renewables"
NUCLEAR = "> Nuclear energy hardly changed: it made between 3,853 and 5,321 GWh a year."
PEAK = (
    "> Fossil fuels peaked in 2010 with 42,750 GWh; in 2016 they made 28,437 GWh, "
    "the least in these 17 years."
)
LONG = """# Storage

Batteries grew. They are cheap.

Pumps did not grow.

## Outlook

- More **batteries** are planned in 2030.
- No pumps are.

The end is open. Nobody knows.
"""


def report_of(content: str) -> AssetContext:
    source = context_of(REPORT)
    definition = {**source.asset.definition, "content": content}
    return AssetContext(replace(source.asset, definition=definition, name="Storage report"))


@pytest.mark.parametrize(
    ("question", "quotation"),
    [
        ("what does the report say about nuclear?", NUCLEAR),
        ("Does the report mention 2010?", PEAK),
        ("according to the report, how much did fossil fuels make in 2016?", PEAK),
    ],
)
def test_what_a_report_says_is_quoted(question: str, quotation: str) -> None:
    found = answer(REPORT, question)

    assert found == f"“Iowa turns to renewables” says:\n\n**Iowa turns to renewables**\n\n{quotation}"


def test_what_a_report_does_not_say_is_stated() -> None:
    found = answer(REPORT, "what does the report say about solar?")

    assert found.startswith("The text of “Iowa turns to renewables” has no sentence with “solar”.")


def test_a_word_that_no_quoted_sentence_has_is_stated_first() -> None:
    found = answer(REPORT, "what does the report say about nuclear waste?")

    assert found.startswith("“Iowa turns to renewables” says: It has no sentence with “waste”.")
    assert found.endswith(NUCLEAR)


def test_a_short_report_is_its_own_summary() -> None:
    found = answer(REPORT, "summarize the report")

    assert found.count("\n> ") == 4
    assert NUCLEAR in found
    assert "<metric" not in found


def test_a_long_report_is_summed_up_by_the_beginnings_of_its_paragraphs() -> None:
    found = text_of(events("summary please", report_of(LONG)))

    assert found.splitlines() == [
        "“Storage report” in its own words, the first sentences of 4 paragraphs of 4:",
        "",
        "**Storage**",
        "",
        "> Batteries grew.",
        "",
        "> Pumps did not grow.",
        "",
        "**Outlook**",
        "",
        "> More batteries are planned in 2030.",
        "",
        "> The end is open.",
    ]


def test_a_followup_on_the_text_stays_with_the_text() -> None:
    said = task("and about fossil fuels?", context_of(REPORT), "what does the report say about nuclear?")

    assert text_of(list(OfflineAnalyst().answer(said))).endswith(PEAK)


def test_figures_are_still_computed_from_the_rows() -> None:
    found = answer(REPORT, "nuclear in 2013")

    assert "Net generation for Nuclear Energy in 2013 was 5,321 GWh." in found


def test_what_the_rows_do_not_have_is_looked_for_in_the_text() -> None:
    found = text_of(events("when were the pumps planned?", report_of(LONG)))

    assert found.startswith("“Storage report” has no rows that I can see")
    assert "The report's text says:" in found
    assert "> Pumps did not grow." in found


@pytest.mark.parametrize("question", ["summarize the report", "what does the report say about nuclear?"])
def test_a_chat_about_a_reports_text_has_its_title(question: str) -> None:
    said = events(question, context_of(REPORT), wants_title=True)

    assert [event.title for event in said if isinstance(event, TitleEnd)] == ["Iowa turns to renewables"]


def test_a_description_is_titled_after_the_asset_and_not_after_its_first_metric() -> None:
    said = events("What is this?", context_of("west_coast_weather"), wants_title=True)

    assert [event.title for event in said if isinstance(event, TitleEnd)] == [
        "About Weather on the West Coast"
    ]
