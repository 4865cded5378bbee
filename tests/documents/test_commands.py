"""Every command of the documents is run by something that the table names, with arguments that it accepts."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.documents.arguments import faults_of
from tests.documents.commands import ROOT, Command, commands_of, documented_commands, unknown_programs

TABLE = Path(__file__).with_name("run_by.yaml")
DOCUMENTS = sorted({command.page for command in documented_commands()})


@cache
def table() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return found


def entry_of(command: Command) -> str | None:
    """Return the longest entry with which the command begins; options before the first verb do not count."""
    words = list(command.words)
    if command.program == "make":
        words = [word for word in words if "=" not in word and not word.startswith("-")]
    written = f"{command.program} {' '.join(words)}"
    begins = [
        entry
        for entry in table()
        if written == entry or written.startswith((f"{entry} ", f"{entry}=", f"{entry}."))
    ]
    return max(begins, key=len, default=None)


@pytest.mark.parametrize("page", DOCUMENTS)
def test_every_command_of_a_page_is_accepted_by_its_own_parser(page: str) -> None:
    found = {str(command): faults_of(command) for command in documented_commands() if command.page == page}

    assert {line: faults for line, faults in found.items() if faults} == {}


def test_every_command_is_in_the_table_and_every_entry_is_needed() -> None:
    entries = {str(command): entry_of(command) for command in documented_commands()}

    assert [line for line, entry in entries.items() if entry is None] == []
    assert table().keys() - set(entries.values()) == set()


@pytest.mark.parametrize("entry", table())
def test_what_the_table_names_runs_the_command(entry: str) -> None:
    row = table()[entry]

    if "reason" in row:
        assert row.keys() == {"reason"}
        assert row["reason"]
    else:
        assert row["text"] in (ROOT / row["file"]).read_text(encoding="utf-8")


def test_every_prompt_calls_a_program_that_is_checked() -> None:
    unknown = [
        line for page in DOCUMENTS for line in unknown_programs((ROOT / page).read_text(encoding="utf-8"))
    ]

    assert unknown == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("make demo ARGS=--twice", "unrecognized arguments: --twice"),
        ("make demolition", "no target demolition"),
        ("make demo SPEED=2", "the Makefile reads no SPEED"),
        ("make deploy ENV=dev ARGS=TokenIssuer=https://id", "TokenMode HS256 needs"),
        ("make deploy ENV=moon ARGS=TokenIssuer=https://id", "no environment moon"),
        ("threadcast chats shuffle", "invalid choice: 'shuffle'"),
        ("local-gateway --templates x", "--template"),
        ("sam local invoke NoFunction -e events/none.json", "no function NoFunction"),
        ("aws lambda update-alias --function-name F --nome live", "update-alias has no --nome"),
        ("aws lambda update-alias --function-name F", "update-alias needs --name"),
        ("aws lambda wake-up", "lambda has no operation wake-up"),
        ("python -m tests.nothing", "no module tests.nothing"),
    ],
)
def test_a_command_that_would_fail_is_found(line: str, fault: str) -> None:
    (command,) = commands_of("page.md", f"```sh\n{line}\n```\n")

    assert fault in " ".join(faults_of(command))
