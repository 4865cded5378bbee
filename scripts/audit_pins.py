"""Look for advisories about every pinned package: `python -m scripts.audit_pins PIP_AUDIT`.

Where the service that has the advisories cannot be reached, this says so, and is no failure.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["advisories", "main", "unknown"]

ROOT = Path(__file__).parents[1]
PINS = ("runtime", "authorizer", "agent", "local", "dev")
_TIMEOUT_S = 300


def advisories(report: Any) -> Iterator[str]:
    """Yield a line for each advisory of a report of pip-audit."""
    for package in report["dependencies"]:
        for advisory in package.get("vulns", ()):
            fixed = ", ".join(advisory["fix_versions"]) or "no version"
            yield f"{package['name']} {package['version']}: {advisory['id']}, fixed in {fixed}"


def unknown(report: Any) -> Iterator[str]:
    """Yield the packages that the index has no advisories about: a mirror may serve none."""
    return (package["name"] for package in report["dependencies"] if "skip_reason" in package)


def main(pip_audit: str) -> int:
    """Print every advisory once, and what was not audited; return 1 if there is an advisory."""
    found, skipped, audited = set[str](), set[str](), 0
    for name in PINS:
        report = _report(pip_audit, f"requirements/{name}.txt")
        if report is None:
            return 0
        found.update(advisories(report))
        skipped.update(unknown(report))
        audited += len(report["dependencies"])
    for line in sorted(found):
        _print(line)
    _print(f"pip-audit: {audited:,} pins, {len(found)} advisories, {len(skipped)} packages not audited")
    return 1 if found else 0


def _report(pip_audit: str, path: str) -> Any:
    """Return pip-audit's report about a file of pins; None if it could not be made."""
    command = [pip_audit, "--requirement", path, "--require-hashes", "--disable-pip", "--format", "json"]
    try:
        done = subprocess.run(  # noqa: S603 - the caller names the program
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=_TIMEOUT_S
        )
    except subprocess.TimeoutExpired:
        reason = "no answer"
    else:
        if done.stdout.startswith("{"):
            return json.loads(done.stdout)
        reason = next(reversed(done.stderr.strip().splitlines()), "no report")
    _print(f"pip-audit: the advisories could not be reached, {path} was not audited ({reason})")
    return None


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
