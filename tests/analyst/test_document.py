"""The examples of docs/offline-analyst.md are the analyst's answers."""

import re
from itertools import takewhile
from pathlib import Path

import pytest

from tests.analyst.test_cases import SALES, answer_of
from tests.samples.loaded import context_of

ABOUT = {
    "Sales": SALES,
    "Iowa": context_of("iowa_electricity"),
    "Seattle": context_of("seattle_weather"),
    "Work and power": context_of("work_and_power"),
    "Report": context_of("iowa_turns_to_renewables"),
}
DOCUMENT = (Path(__file__).parents[2] / "docs" / "offline-analyst.md").read_text(encoding="utf-8")
LINES = DOCUMENT.partition("| form | about |")[2].splitlines()[2:]
ROWS = [re.split(r"(?<!\\) \| ", line.strip("| ")) for line in takewhile(bool, LINES)]


@pytest.mark.parametrize(("about", "question", "answer"), [row[1:] for row in ROWS])
def test_an_example_is_the_analysts_answer(about: str, question: str, answer: str) -> None:
    found = re.sub(r"\n+", " / ", answer_of(ABOUT[about], *question.split(" → ")))

    texts = answer.replace("\\", "").split("…")
    assert found.startswith(texts[0].strip())
    at = 0
    for text in texts:
        at = found.index(text.strip(" /"), at)


def test_each_form_has_an_example() -> None:
    assert len(ROWS) >= 30
