"""Questions of every form about tables of every kind: an answer is pandas' figure, or a decline."""

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analyst.asking import task, text_of
from tests.analyst.generated import Asked, questions, worlds
from threadcast_analyst import OfflineAnalyst

QUESTIONS = 24


def wrong(asked: Asked, text: str) -> str:
    """What is wrong with an answer; empty for a right one and for a decline."""
    body, computed, rows = text.partition("\n\nComputed over ")
    if not computed:
        return ""
    if rows_wrong(asked, rows):
        return f"rows: {rows}"
    return "; ".join(
        f"{name}: {figure}" for name, figure in asked.figures.items() if not has(body, name, figure)
    )


def rows_wrong(asked: Asked, rows: str) -> bool:
    if asked.rows is None:
        return False
    missing = re.search(r"; ([\d,]+) more", rows)
    return (
        int(rows.split(maxsplit=1)[0].replace(",", "")) != asked.rows
        or int(missing[1] if missing else 0) != asked.missing
    )


def has(body: str, name: str, figure: str) -> bool:
    """Whether an answer has a figure, in the sentence or the line of its name."""
    if figure == "tiny":
        return True
    figure, quoted = re.escape(figure), re.escape(name)
    patterns = {
        "": rf" was {figure}( on average of its \w+)?\.$",
        "count": rf"There (is|are) {figure} (rows?|regions?|products?|sales channels?)",
        "before": rf"\bfrom {figure} in |the same .*: {figure}\.$",
        "after": rf"\bto {figure} in |the same .*: {figure}\.$",
        "share": rf" was {figure}% \(",
        "of": rf"(for|in|on) {figure} ",
    }
    listed = rf"^- {quoted}: {figure}$|\b(in|on|for) {quoted}: {figure}( each)?\."
    tied = rf"[:, ]{quoted}(, | and ).*: {figure} each\.| and {quoted}: {figure} each\."
    minus = rf"(: | and ){quoted} {figure}( and|\. )"
    return bool(re.search(patterns.get(name, f"{listed}|{tied}|{minus}"), body, re.MULTILINE))


IS_NIGHTLY = settings.default.max_examples > 100


@settings(max_examples=5_000 if IS_NIGHTLY else 40, derandomize=not IS_NIGHTLY)
@given(data=st.data())
def test_an_answer_is_the_figure_that_pandas_finds_or_a_decline(data: Any) -> None:
    world = data.draw(worlds())
    for _ in range(QUESTIONS):
        asked = data.draw(questions(world))
        *earlier, prompt = asked.prompts
        text = text_of(list(OfflineAnalyst().answer(task(prompt, world.context, *earlier))))

        assert wrong(asked, text) == "", f"{asked}\n{text}"
