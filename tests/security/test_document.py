"""docs/security.md names tests that exist, and accepts findings of bandit by test and file."""

import re
from pathlib import Path

import pytest

from scripts.audit_pins import advisories, unknown
from scripts.check_bandit import check, check_count, read_accepted

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/security.md").read_text(encoding="utf-8")
TEST = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)
ACCEPTING = """# Security

## Accepted findings

| test | files | reason |
|---|---|---|
| `B1`, `B2` | `app/*` | a reason |
"""


def finding(test_id: str, path: str) -> dict[str, object]:
    return {"test_id": test_id, "filename": path, "line_number": 3, "issue_text": "Something."}


def test_every_test_that_the_page_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", DOCUMENT))
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    existing = {name for text in texts for name in TEST.findall(text)}

    assert len(named) > 50
    assert named - existing == set()


def test_every_threat_has_a_test_or_says_that_it_has_none() -> None:
    threats = DOCUMENT.split("## Threats")[1].split("## Fuzzing")[0]
    rows = [line for line in threats.splitlines() if line.startswith("| ") and "| tests |" not in line]

    assert [row for row in rows if "`test_" not in row and "| none" not in row] == []


def test_every_accepted_finding_has_a_file() -> None:
    files = [file for row in read_accepted(DOCUMENT) for file in row.files]

    assert len(files) > 10
    assert [file for file in files if not any(ROOT.glob(file))] == []


@pytest.mark.parametrize(
    ("results", "lines"),
    [
        ([finding("B1", "app/a/b.py"), finding("B2", "./app/c.py")], []),
        (
            [finding("B1", "app/a.py"), finding("B2", "app/a.py"), finding("B1", "other/a.py")],
            ["other/a.py:3: B1 Something."],
        ),
        (
            [finding("B1", "app/a.py"), finding("B3", "app/a.py")],
            ["app/a.py:3: B3 Something.", "docs/security.md: no finding needs the row B2 app/*"],
        ),
    ],
)
def test_a_finding_needs_a_row_and_a_row_needs_a_finding(
    results: list[dict[str, object]], lines: list[str]
) -> None:
    assert list(check({"results": results, "errors": []}, read_accepted(ACCEPTING))) == lines


@pytest.mark.parametrize(("stated", "lines"), [("**1 findings**", 0), ("**2 findings**", 1), ("some", 1)])
def test_another_number_of_findings_than_the_page_states_is_reported(stated: str, lines: int) -> None:
    report = {"results": [finding("B1", "app/a.py")], "errors": []}

    assert len([*check_count(report, stated)]) == lines


def test_a_file_that_bandit_cannot_read_is_reported() -> None:
    report = {
        "results": [finding("B1", "app/a.py"), finding("B2", "app/a.py")],
        "errors": [{"filename": "app/b.py", "reason": "syntax error"}],
    }

    assert list(check(report, read_accepted(ACCEPTING))) == ["app/b.py: syntax error"]


def test_an_advisory_is_listed_and_so_is_a_package_that_was_not_audited() -> None:
    vulnerable = [{"id": "X-1", "fix_versions": ["2"]}, {"id": "X-2", "fix_versions": []}]
    report = {
        "dependencies": [
            {"name": "a", "version": "1", "vulns": vulnerable},
            {"name": "b", "version": "1", "vulns": []},
            {"name": "c", "skip_reason": "not found"},
        ]
    }

    assert list(advisories(report)) == ["a 1: X-1, fixed in 2", "a 1: X-2, fixed in no version"]
    assert list(unknown(report)) == ["c"]
