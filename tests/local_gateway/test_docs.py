"""docs/local-gateway.md keeps to what the tests show: every behaviour has a source and a test."""

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "local-gateway.md"
SOURCE = re.compile(r"\b(doc|seen|inferred|unknown|a choice|awslambdaric)\b")


def behaviours() -> list[list[str]]:
    """Every row of the tables of behaviour, as its cells."""
    section = PAGE.read_text().partition("\n## What behaves how")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ") and not line.startswith("|--")]
    cells = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]
    return [row for row in cells if row[-1] != "test"]


def shown() -> set[str]:
    """PhysicalNames of all tests of this package."""
    trees = [ast.parse(path.read_text()) for path in HERE.rglob("test_*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {node.name for node in nodes if node.name.startswith("test_")}


def test_the_page_has_its_tables() -> None:
    assert len(behaviours()) > 50


@pytest.mark.parametrize("row", behaviours(), ids=lambda row: row[0][:40])
def test_a_behaviour_has_a_source_and_existing_tests(row: list[str]) -> None:
    _, source, shown_by = row

    assert SOURCE.search(source)
    named = re.findall(r"`(test_\w+)`", shown_by)
    assert named
    assert set(named) <= shown()
