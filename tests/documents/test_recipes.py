"""docs/extend.md: a type of asset and a route, added to a copy of the repository as the page says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents.commands import ROOT
from tests.documents.follow_recipes import DOCUMENTS, GENERATORS
from tests.documents.recipes import Block, apply, blocks, copy_of_the_repository, paths_to_test

PACKAGES = ("", "layers/threadcast", "layers/analyst", "clients/python")


def test_the_recipes_of_the_page_work(tmp_path: Path) -> None:
    copy_of_the_repository(tmp_path)
    for block in blocks():
        apply(block, tmp_path)

    paths = dict.fromkeys(path for path in paths_to_test())
    ended = subprocess.run(
        [sys.executable, "tests/documents/follow_recipes.py", *paths],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(str(tmp_path / folder) for folder in PACKAGES)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, f"{ended.stdout[-4000:]}{ended.stderr[-2000:]}"
    schema = (tmp_path / "docs/protocol.schema.json").read_text(encoding="utf-8")
    assert {"note_file", "/chats/title"} <= set(re.findall(r'"([^"]+)"', schema))


def test_following_the_recipes_runs_what_make_schema_runs() -> None:
    target = (ROOT / "Makefile").read_text(encoding="utf-8").split("\nschema: ")[1].split("\n\n")[0]

    assert re.findall(r"-m (\S+) >(\S+)", target) == [*DOCUMENTS.items()]
    assert re.findall(r"python (\S+\.py)", target) == [*GENERATORS]


def test_a_block_whose_lines_are_not_in_its_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one\ntwo\n", encoding="utf-8")

    apply(Block("diff", "a.py", " one\n+more\n-two\n+three\n"), tmp_path)

    assert (tmp_path / "a.py").read_text(encoding="utf-8") == "one\nmore\nthree\n"
    with pytest.raises(ValueError, match=r"a\.py has these lines 0 times"):
        apply(Block("diff", "a.py", " one\n+more\n two\n"), tmp_path)
