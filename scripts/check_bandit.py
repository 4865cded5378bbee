"""Run bandit, and report findings without a reason: `python -m scripts.check_bandit BANDIT`.

A row of the table "Accepted findings" of docs/security.md names bandit's test, the files (globs whose `*`
crosses folders) and the reason. A row that no finding needs is reported, too.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from scripts.markdown_tables import quoted, table_rows

__all__ = ["Accepted", "check", "check_count", "read_accepted"]

ROOT = Path(__file__).parents[1]
DOCUMENT = "docs/security.md"
SCANNED = ("functions", "layers", "local_gateway", "clients", "demo", "scripts")


@dataclass(frozen=True, slots=True)
class Accepted:
    """One row of the table, for one of bandit's tests."""

    test_id: str
    files: tuple[str, ...]

    def covers(self, finding: Any) -> bool:
        """Return whether a finding of bandit's report is accepted by this row."""
        path = finding["filename"].removeprefix("./")
        return finding["test_id"] == self.test_id and any(fnmatch(path, glob) for glob in self.files)


def read_accepted(document: str) -> tuple[Accepted, ...]:
    """Read the table "Accepted findings" of the document's text."""
    return tuple(
        Accepted(test_id, tuple(quoted(files)))
        for tests, files, _reason in table_rows(document, "Accepted findings")
        for test_id in quoted(tests)
    )


def check(report: Any, accepted: Sequence[Accepted]) -> Iterator[str]:
    """Yield a line for each finding that no row covers, for each unneeded row, and for each unread file."""
    for finding in report["results"]:
        if not any(row.covers(finding) for row in accepted):
            place = f"{finding['filename']}:{finding['line_number']}"
            yield f"{place}: {finding['test_id']} {finding['issue_text']}"
    for row in accepted:
        if not any(map(row.covers, report["results"])):
            yield f"{DOCUMENT}: no finding needs the row {row.test_id} {', '.join(row.files)}"
    for error in report["errors"]:
        yield f"{error['filename']}: {error['reason']}"


def check_count(report: Any, document: str) -> Iterator[str]:
    """Yield a line if the document states another number of findings."""
    stated, found = re.findall(r"\*\*(\d+) findings\*\*", document), str(len(report["results"]))
    if stated != [found]:
        yield f"{DOCUMENT}: there are {found} findings, not {' and '.join(stated) or 'a stated number'}"


def main(bandit: str) -> int:
    """Print what is to be mended, and the number of findings; return 1 if there is something."""
    command = [bandit, "--quiet", "--recursive", "--format", "json", *SCANNED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - `make bandit` names the program
    if done.returncode not in {0, 1}:  # 1: there are findings
        _print([done.stderr.strip()])
        return 1
    report = json.loads(done.stdout)
    document = (ROOT / DOCUMENT).read_text(encoding="utf-8")
    lines = [*check(report, read_accepted(document)), *check_count(report, document)]
    _print([*lines, f"bandit: {len(report['results'])} findings, {len(lines)} lines to mend"])
    return 1 if lines else 0


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
