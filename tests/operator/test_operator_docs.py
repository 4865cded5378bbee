"""The examples in docs/operator.md and docs/erase.md work as shown."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.contracts.stores import LEASE_END, Stores, memory_stores
from tests.operator.test_chats import add_chat
from tests.operator.test_users import add_data
from threadcast.cli.run import run

DOCS = Path(__file__).parents[2] / "docs"
NOW = LEASE_END - timedelta(seconds=5)


def examples(page: str) -> list[tuple[list[str], str]]:
    """Return each command of a page: its words, and its output."""
    text = (DOCS / page).read_text(encoding="utf-8")
    shown = "\n".join(re.findall(r"```\n(.*?)```", text, re.DOTALL)).split("$ threadcast ")[1:]
    return [
        (command.split(), answer.strip()) for command, _, answer in (part.partition("\n") for part in shown)
    ]


def printed(stores: Stores, words: list[str]) -> str:
    """Return what a command prints; confirmations are given, and printed with their questions."""
    out = io.StringIO()

    def confirm(question: str) -> bool:
        out.write(f"{question}y\n")
        return True

    environment = {"TABLE_NAME": "local-Table"}
    run(words, environment, lambda *_: stores.for_operators, confirm=confirm, now=NOW, out=out, err=out)
    return out.getvalue().strip()


@pytest.mark.parametrize(("words", "answer"), examples("operator.md"), ids=lambda value: str(value)[:40])
def test_each_command_of_the_operators_page_prints_what_is_shown(words: list[str], answer: str) -> None:
    stores = memory_stores()
    add_chat(stores, running=words[0] == "turns")

    assert printed(stores, words) == answer


def test_the_commands_of_the_page_on_erasure_print_what_is_shown() -> None:
    stores = memory_stores()
    add_data(stores)

    for words, answer in examples("erase.md"):
        assert printed(stores, words) == answer


def test_every_command_but_those_for_assets_is_on_a_page() -> None:
    named = {tuple(words[:2]) for page in ("operator.md", "erase.md") for words, _ in examples(page)}

    assert named == {
        ("chats", "list"), ("chats", "show"), ("chats", "delete"), ("turns", "open"), ("users", "budget"),
        ("users", "forget"), ("feedback", "--asset"),
    }  # fmt: skip
