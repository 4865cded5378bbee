"""Questions of every form about tables of every kind: an answer is pandas' figure, or a decline."""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from random import Random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.analyst.generated import TODAY, Asked, World, asked_of, worlds
from threadcast_analyst.computing.results import computed
from threadcast_analyst.computing.rows import RowQueries
from threadcast_analyst.reading.conversation import understood
from threadcast_analyst.reading.frames import Declined
from threadcast_analyst.reading.tables import subjects_of
from threadcast_analyst.wording.answers import answer_of

QUESTIONS = 110
IS_NIGHTLY = settings.default.max_examples > 100


def answers(world: World, asked: list[Asked]) -> Iterator[tuple[Asked, str]]:
    """The answer to each question, computed as the analyst does; an empty one for a decline."""
    subjects = subjects_of(world.context)
    with closing(RowQueries(threading.Event())) as queries:
        for each in asked:
            try:
                yield each, answer_of(computed(understood(each.prompts, subjects, TODAY), queries))
            except Declined:
                yield each, ""


def wrong(asked: Asked, text: str) -> str:
    """What is wrong with an answer; empty for a right one and for a decline."""
    body, computed_over, rows = text.partition("\n\nComputed over ")
    if not computed_over:
        return ""
    if asked.is_none:
        return "there is no answer"
    lines = body.splitlines()
    lacks = [f"line: {each}" for each in asked.lines if each not in lines]
    lacks += [f"part: {each}" for each in asked.parts if each not in body]
    lacks += [f"end: {asked.ends}"] if asked.ends and not body.endswith(tuple(asked.ends)) else []
    missing = re.search(r"; ([\d,]+) more", rows)
    counts = [
        int(text.replace(",", "")) for text in (rows.split(maxsplit=1)[0], missing[1] if missing else "0")
    ]
    lacks += [f"rows: {rows}"] if asked.rows is not None and counts != [asked.rows, asked.missing] else []
    return "; ".join(lacks)


COUNTED: Counter[str] = Counter()


@settings(
    max_examples=1_000 if IS_NIGHTLY else 30,
    derandomize=not IS_NIGHTLY,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking would ask thousands of questions more
)
@given(world=worlds(), random=st.randoms(use_true_random=True))
def check(world: World, random: Random) -> None:
    found = list(answers(world, asked_of(world, random, QUESTIONS)))
    for asked, text in found:
        assert wrong(asked, text) == "", f"{asked}\n{text}"
    COUNTED["questions"] += len(found)
    COUNTED["answered"] += sum(bool(text) for _, text in found)


def test_an_answer_is_the_figure_that_pandas_finds_or_a_decline() -> None:
    COUNTED.clear()

    check()

    assert COUNTED["questions"] >= 3_000
    assert COUNTED["answered"] > COUNTED["questions"] / 3
