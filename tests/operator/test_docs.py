"""The examples in docs/assets.md and docs/tokens.md work as shown."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from runpy import run_path

import pytest

from tests.contracts.stores import Stores, memory_stores
from threadcast.adapters.jwt.claims import user_id_of
from threadcast.adapters.jwt.keys import SharedSecret
from threadcast.adapters.jwt.verifier import JwtVerifier
from threadcast.adapters.system_clock import SystemClock
from threadcast.cli.run import run
from threadcast.domain.user import User

DOCS = Path(__file__).parents[2] / "docs"
ASSETS = (DOCS / "assets.md").read_text(encoding="utf-8")
TOKENS = (DOCS / "tokens.md").read_text(encoding="utf-8")
ADA = "ada10000-0000-4000-8000-000000000001"
SECRET = "a secret of the documentation's own, long enough"
METRIC, REPORT = "3f1c7c1e-8f0a-4a52-9a3e-0d4c5b1f7a10", "b5a2d7f3-61c8-4e9b-93d4-2f7e8a0c4d32"


def blocks(page: str, language: str = "") -> list[str]:
    """Return the fenced blocks of a language; without a language, the terminal sessions."""
    return [text for found, text in re.findall(r"```(\w*)\n(.*?)```", page, re.DOTALL) if found == language]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Create the page's folder in the working directory."""
    folder = tmp_path / "shop"
    folder.mkdir()
    metric, dashboard, report = blocks(ASSETS, "yaml")
    (rows,) = blocks(ASSETS, "csv")
    for name, text in (
        ("sales.yaml", metric),
        ("sales.csv", rows),
        ("overview.yaml", dashboard),
        ("quarter.yaml", report),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def stores() -> Stores:
    return memory_stores()


def printed(stores: Stores, *arguments: str) -> str:
    """Return what a command prints; confirmations are given, and printed with their questions."""
    out = io.StringIO()

    def confirm(question: str) -> bool:
        out.write(f"{question}y\n")
        return True

    run(
        ["assets", *arguments],
        {"TABLE_NAME": "local-Table"},
        lambda *_: stores.for_operators,
        confirm=confirm,
        now=datetime(2026, 11, 23, 2, 22, 54, tzinfo=UTC),
        out=out,
        err=out,
    )
    return out.getvalue()


def load(stores: Stores) -> str:
    return printed(stores, "load", "shop", "--owner", ADA, "--owner-organization", "threadcast-demo")


def terminals() -> list[tuple[list[str], str]]:
    """Return each command of the page after `… `: its words, and its output."""
    shown = "\n".join(blocks(ASSETS)).split("$ … ")[1:]
    return [(command.split(), answer) for command, _, answer in (text.partition("\n") for text in shown)]


def test_the_folder_of_the_page_loads_as_shown(shop: Path, stores: Stores) -> None:
    answer = load(stores)

    assert answer in "\n".join(blocks(ASSETS))


def test_the_faults_of_the_page_are_printed_as_shown(shop: Path, stores: Stores) -> None:
    for name, changes in {
        "sales.csv": [
            ("1350", '"1,350"'),
            ("2026-03,Bern", "03/2026,Bern"),
            ("2026-01,Bern,980", "2026-01,Bern"),
        ],
        "sales.yaml": [("currency: ", "curency: ")],
        "overview.yaml": [("[12]", "[6]")],
    }.items():
        text = (shop / name).read_text(encoding="utf-8")
        for former, new in changes:
            assert former in text
            text = text.replace(former, new)
        (shop / name).write_text(text.replace("style: curency", "style: currency"), encoding="utf-8")

    assert load(stores) in blocks(ASSETS)


def test_the_warnings_of_the_page_are_printed_as_shown(shop: Path, stores: Stores) -> None:
    definition = (shop / "sales.yaml").read_text(encoding="utf-8")
    formats = definition[definition.index("  selectedChartType") : definition.index("data:")]
    definition = definition.replace(formats, "  selectedChartType: table\n").replace(
        "sales.csv", "prices.csv"
    )
    rows = "price,stock\n1.250,3\n1.410,4\n980,n/a\n"
    for name, text in {"sales.yaml": definition, "prices.csv": rows}.items():
        (shop / name).write_text(text, encoding="utf-8")

    warnings = [line for line in load(stores).splitlines(keepends=True) if line.startswith("Warning: ")]

    assert "".join(warnings) in blocks(ASSETS)


def test_the_commands_of_the_page_print_what_is_shown(shop: Path, stores: Stores) -> None:
    printed(stores, "load", str(DOCS.parent / "samples"), "--owner", ADA)
    load(stores)

    for words, answer in terminals():
        parts = f"{answer.strip()}\n".split("…\n")  # cut short on the page
        assert re.fullmatch(".*".join(map(re.escape, parts)), printed(stores, *words), re.DOTALL), words


def test_every_command_is_on_the_page() -> None:
    assert {words[0] for words, _ in terminals()} == {
        "delete", "grant", "grants", "list", "load", "relist", "revoke", "show",
    }  # fmt: skip


def test_the_token_of_the_page_is_valid(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (example,) = blocks(TOKENS, "python")
    (tmp_path / "mint.py").write_text(example, encoding="utf-8")
    monkeypatch.setenv("TOKEN_SECRET", SECRET)

    run_path(str(tmp_path / "mint.py"))

    issuer = "https://id.example.com"
    keys = SharedSecret(lambda: SECRET, SystemClock())
    verifier = JwtVerifier(keys, issuer=issuer, audience="threadcast")
    assert verifier.verify(capsys.readouterr().out.strip()) == User(
        user_id_of(issuer, "bob"), "Bob", "bob@example.com", "acme"
    )
