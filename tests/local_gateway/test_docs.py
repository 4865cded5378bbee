"""docs/local-gateway.md: every behaviour has a source and existing tests."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "local-gateway.md"
SOURCE = re.compile(r"\b(doc|seen|inferred|unknown|a choice|awslambdaric)\b")


def behaviours() -> list[list[str]]:
    """Return every row of the behaviour tables, as a list of cells."""
    section = PAGE.read_text().partition("\n## Behaviour and evidence")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ") and not line.startswith("|--")]
    cells = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]
    return [row for row in cells if row[-1] != "test"]


@cache
def names_of_tests() -> frozenset[str]:
    """Return the names of all tests of the local gateway."""
    trees = [ast.parse(path.read_text()) for path in HERE.rglob("test_*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return frozenset(node.name for node in nodes if node.name.startswith("test_"))


def test_the_page_has_its_tables() -> None:
    assert len(behaviours()) > 50


@pytest.mark.parametrize("row", behaviours(), ids=lambda row: row[0][:40])
def test_a_behaviour_has_a_source_and_existing_tests(row: list[str]) -> None:
    _, source, tests = row

    assert SOURCE.search(source)
    named = re.findall(r"`(test_\w+)`", tests)
    assert named
    assert set(named) <= names_of_tests()
