"""Each package of the workspace, installed without the workspace into a new environment."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")


def installed(tmp_path: Path, *members: str) -> Path:
    """Install copies of these members into a new environment and return its bin folder."""
    sources = [tmp_path / "src" / member for member in members]
    for member, source in zip(members, sources, strict=True):
        shutil.copytree(ROOT / member, source, ignore=shutil.ignore_patterns("__pycache__"))
    environment = tmp_path / "venv"
    run(UV, "venv", "--quiet", "--python", sys.executable, environment)
    run(UV, "pip", "install", "--quiet", "--no-sources", "--python", environment / "bin/python", *sources)
    return environment / "bin"


def run(*command: str | Path) -> str:
    unset = {"PYTHONPATH", "VIRTUAL_ENV"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("member", "command"),
    [
        ("layers/threadcast", "threadcast"),
        ("clients/python", "threadcast-chat"),
        ("local_gateway", "local-gateway"),
    ],
)
def test_a_package_installed_alone_gives_its_command(tmp_path: Path, member: str, command: str) -> None:
    commands = installed(tmp_path, member)

    assert run(commands / command, "--help").startswith(f"usage: {command} ")


def test_the_analyst_is_installed_together_with_threadcast(tmp_path: Path) -> None:
    commands = installed(tmp_path, "layers/threadcast", "layers/analyst")

    printed = run(
        commands / "python", "-c", "import threadcast_analyst as a; print(a.OfflineAnalyst.__name__)"
    )
    assert printed == "OfflineAnalyst\n"
