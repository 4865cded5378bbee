"""The functions: each is one thin module, and packages below do not import them."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APPS = sorted((ROOT / "functions").glob("*/app.py"))
INDEPENDENT_MODULES = [
    path for folder in ("local_gateway", "clients") for path in sorted((ROOT / folder).rglob("*.py"))
]


def test_there_are_seven_functions() -> None:
    assert [app.parent.name for app in APPS] == [
        "authorizer",
        "connect",
        "disconnect",
        "post_thread",
        "run_turn",
        "sweep_turns",
        "turn_failed",
    ]


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.parent.name)
def test_a_function_stays_thin(app: Path) -> None:
    assert len(app.read_text().splitlines()) < 40
    assert [path.name for path in app.parent.iterdir() if path.name != "__pycache__"] == ["app.py"]


@pytest.mark.parametrize("module", INDEPENDENT_MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_gateway_and_the_clients_do_not_import_threadcast(module: Path) -> None:
    imported = {
        name.split(".")[0] for node in ast.walk(ast.parse(module.read_text())) for name in _imports(node)
    }

    assert not imported & {"functions", "app", "threadcast"}


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []
