"""Applies the blocks of docs/extend.md to a copy of the repository."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.documents.commands import ROOT

__all__ = ["PAGE", "Block", "apply", "blocks", "copy_of_the_repository", "paths_to_test"]

PAGE = ROOT / "docs" / "extend.md"
_BLOCK = re.compile(r"^```(\w+)\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TESTS = re.compile(r'^make test ARGS="([^"]+)"$', re.MULTILINE)
_COPIED = ("clients", "docs", "events", "layers", "samples", "scripts", "tests")
_LEFT_OUT = shutil.ignore_patterns("node_modules", "dist", "build", "upgrade", "*.csv")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the page: a change of a file, or a whole file."""

    language: str
    path: str
    text: str


def blocks() -> list[Block]:
    """Return the blocks that name a file, in the order of the page."""
    return [Block(*found) for found in _BLOCK.findall(PAGE.read_text(encoding="utf-8"))]


def paths_to_test() -> Iterator[str]:
    """Yield what the page has `make test` run."""
    for arguments in _TESTS.findall(PAGE.read_text(encoding="utf-8")):
        yield from arguments.split()


def copy_of_the_repository(target: Path) -> None:
    """Copy what the recipes change, and what the tests that they name read."""
    for folder in _COPIED:
        shutil.copytree(ROOT / folder, target / folder, ignore=_LEFT_OUT)
    for file in ("pyproject.toml", "template.yaml", "Makefile"):
        shutil.copy(ROOT / file, target / file)


def apply(block: Block, root: Path) -> None:
    """Apply one block; raises `ValueError` if its lines are not in the file, or more than once."""
    file = root / block.path
    if block.language != "diff":
        if file.exists():
            raise ValueError(f"{block.path} exists already")
        file.write_text(block.text, encoding="utf-8")
        return
    lines = [line or " " for line in block.text.splitlines()]
    former = "".join(f"{line[1:]}\n" for line in lines if line[0] != "+")
    new = "".join(f"{line[1:]}\n" for line in lines if line[0] != "-")
    text = file.read_text(encoding="utf-8")
    if (count := f"\n{text}".count(f"\n{former}")) != 1:
        raise ValueError(f"docs/extend.md: {block.path} has these lines {count} times:\n{former}")
    file.write_text(f"\n{text}".replace(f"\n{former}", f"\n{new}")[1:], encoding="utf-8")
