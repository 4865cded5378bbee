"""What holds for every folder in functions/, and for those who must not know them."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APPS = sorted((ROOT / "functions").glob("*/app.py"))
STRANGERS = [
    path for folder in ("local_gateway", "clients") for path in sorted((ROOT / folder).rglob("*.py"))
]


def test_every_function_is_there() -> None:
    assert [app.parent.name for app in APPS] == [
        "authorizer",
        "connect",
        "disconnect",
        "post_thread",
        "run_turn",
        "turn_failed",
    ]


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.parent.name)
def test_a_function_stays_thin(app: Path) -> None:
    assert len(app.read_text().splitlines()) < 40
    assert [path.name for path in app.parent.iterdir() if path.name != "__pycache__"] == ["app.py"]


@pytest.mark.parametrize("module", STRANGERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_whoever_may_not_know_the_functions_does_not_import_them(module: Path) -> None:
    imported = {
        name.split(".")[0] for node in ast.walk(ast.parse(module.read_text())) for name in _imports(node)
    }

    assert not imported & {"functions", "app", "threadcast"}


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []
