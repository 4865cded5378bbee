"""The work of reading grows linearly with the prompt and the table, and stops when it is asked to."""

import threading
from contextlib import suppress

import pytest

from tests.analyst.asking import ALICE, task, text_of
from tests.analyst.small_tables import context_with
from threadcast.assets.query.engine import QueryEngine
from threadcast.domain.asset import AssetContext
from threadcast.ports import AgentTask
from threadcast_analyst import OfflineAnalyst
from threadcast_analyst.reading import mentions
from threadcast_analyst.reading.tables import subjects_of
from threadcast_analyst.reading.words import MAX_WORDS, words_in

LONG = 20_000


def with_values(count: int) -> AssetContext:
    return context_with(
        "Sales", "product revenue", *((f"product number {at} of all", at) for at in range(count))
    )


def work(prompt: str, count: int) -> int:
    """How many phrases and names are looked at for a prompt about so many values."""
    (subject,) = subjects_of(with_values(count))
    scan = mentions.Scan(words_in(prompt), prompt, subject.lexicon, has_time=False)
    with pytest.MonkeyPatch.context() as patch:
        compared: list[str] = []
        patch.setattr(mentions, "near_matches", lambda _stem, known: compared.extend(known) or [])
        with suppress(mentions.Declined):
            scan.read()
    return scan.work + len(compared)


def test_reading_grows_linearly_with_the_prompt() -> None:
    once, ten_times = (work("total revenue and " * count, 100) for count in (4, 40))

    assert 5 * once < ten_times <= 12 * once


def test_a_misspelt_word_costs_no_more_than_the_names() -> None:
    once, ten_times = (work("total revenue of produkkt", count) for count in (100, 1_000))

    assert once < ten_times <= 11 * once


@pytest.mark.parametrize(
    "prompt",
    [
        "x" * LONG,
        "total " * LONG,
        "(" * LONG,
        '"' * LONG,
        "product number 1 of all and " * 700,
        "1 " * LONG,
        "\n" * LONG,
    ],
)
def test_a_long_prompt_is_declined_now_and_later(prompt: str) -> None:
    context = with_values(50)

    assert "Computed over" not in text_of(list(OfflineAnalyst().answer(task(prompt, context))))
    later = text_of(list(OfflineAnalyst().answer(task("total revenue", context, *[prompt] * 13))))
    assert later.startswith("Total revenue was 1,225.")


def test_no_more_than_one_word_too_many_is_taken_from_a_prompt() -> None:
    assert len(words_in("total " * LONG)) == MAX_WORDS + 1


class CountedStop:
    """Is set once it was looked at so many times."""

    def __init__(self, looks: int) -> None:
        self.left = looks

    def is_set(self) -> bool:
        self.left -= 1
        return self.left < 0

    def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002 - a port's method
        return self.is_set()


@pytest.mark.parametrize("looks", [0, 1, 2, 5, 8])
def test_a_stop_is_looked_at_between_events_and_between_batches_of_rows(looks: int) -> None:
    context = with_values(3_500)
    stop = CountedStop(looks)
    asked = AgentTask("total revenue", ALICE, (), context, wants_title=True, stop=stop)

    events = list(OfflineAnalyst().answer(asked))

    assert len(events) <= looks
    assert "Computed over" not in text_of(events)


def test_a_stop_while_rows_are_loaded_computes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    loaded: list[int] = []

    def load(_self: QueryEngine, _name: str, _columns: object, rows: list[object]) -> None:
        loaded.append(len(rows))
        stop.set()

    monkeypatch.setattr(QueryEngine, "load", load)
    asked = AgentTask("total revenue", ALICE, (), with_values(3_500), wants_title=False, stop=stop)

    list(OfflineAnalyst().answer(asked))

    assert loaded == [1_000]
