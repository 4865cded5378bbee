"""Report modules and folders that are too large, and waived complexity: `python -m scripts.check_modules`.

Ruff holds every function to a complexity of 10 (C901). Only an exhaustive `match`, one that ends in
`assert_never`, may waive that.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from scripts.source_files import source_files

__all__ = ["check"]

ROOT = Path(__file__).parents[1]
MAX_LINES = 300
MAX_MODULES = 14
"""Modules of a folder, `__init__.py` and `__main__.py` not counted."""

NOT_CHECKED = ("tests/*", "benchmarks/*", "events/generate.py")
"""The last one is a list of samples."""


def check(root: Path) -> list[str]:
    """Return one line for each rule that a module or a folder breaks."""
    modules = [path for path in source_files(root, NOT_CHECKED) if path.endswith(".py")]
    return [
        *(fault for path in modules for fault in _faults(root, path)),
        *(
            f"{folder}: {count} modules, at most {MAX_MODULES}"
            for folder, count in sorted(Counter(_folders(modules)).items())
            if count > MAX_MODULES
        ),
    ]


def _folders(modules: list[str]) -> Iterator[str]:
    for path in modules:
        folder, _, name = path.rpartition("/")
        if not name.startswith("__"):
            yield folder or "."


def _faults(root: Path, path: str) -> Iterator[str]:
    text = (root / path).read_text(encoding="utf-8")
    lines = text.splitlines()
    if len(lines) > MAX_LINES and not _is_generated(lines):
        yield f"{path}: {len(lines)} lines, at most {MAX_LINES}"
    waived = {number for number, line in enumerate(lines, 1) if re.search(r"#\s*noqa:[^-]*\bC901\b", line)}
    if waived:
        for number in sorted(waived - _exhaustive(text)):
            yield f"{path}:{number}: C901 is waived, but no match ends in assert_never"


def _is_generated(lines: list[str]) -> bool:
    return "Generated from" in lines[0]


def _exhaustive(text: str) -> set[int]:
    """Return the first lines of the functions that call `assert_never`."""
    return {
        node.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and any(isinstance(inner, ast.Name) and inner.id == "assert_never" for inner in ast.walk(node))
    }


def main() -> int:
    """Print what breaks a rule; return 1 if something does."""
    faults = check(ROOT)
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
