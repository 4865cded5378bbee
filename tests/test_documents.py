"""The Markdown documents name files, targets, commands and layers that exist."""

import re
import tomllib
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest

from scripts.source_files import source_files

ROOT = Path(__file__).parents[1]
DOCUMENTS = [path for path in source_files(ROOT, ()) if path.endswith(".md")]
PACKAGES = ("clients/python", "layers/analyst", "layers/threadcast", "local_gateway")


def text_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_file_that_a_document_links_exists(path: str) -> None:
    linked = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text_of(path))

    assert [link for link in linked if not ((ROOT / path).parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_section_that_a_document_links_exists(path: str) -> None:
    linked = re.findall(r"\]\(([^)#:\s]*)#([^)]+)\)", text_of(path))

    pages = {name: (ROOT / path).parent / name if name else ROOT / path for name, _ in linked}
    assert [(name, section) for name, section in linked if section not in sections_of(pages[name])] == []


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_target_that_a_document_names_is_in_the_makefile(path: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    named = set(re.findall(r"^make (?:-s )?([a-z-]+)|`make (?:-s )?([a-z-]+)", text_of(path), re.MULTILINE))

    assert {first or second for first, second in named} <= targets


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_command_that_a_document_names_is_installed_by_a_package_or_a_pin(path: str) -> None:
    named = set(re.findall(r"\.venv/bin/([a-z-]+)", text_of(path)))

    assert named - {"python", "pip"} <= scripts()


def test_the_readme_names_every_package_and_how_to_install_it() -> None:
    rows = [line for line in text_of("README.md").splitlines() if "pip install ./" in line]

    assert {folder for folder in PACKAGES if any(f"./{folder}`" in row for row in rows)} == set(PACKAGES)


def test_the_architecture_names_every_layer_that_import_linter_enforces() -> None:
    contracts = ConfigParser()
    contracts.read_string(text_of(".importlinter"))
    layers = contracts["importlinter:contract:layers"]["layers"].replace(":", " ").split()

    assert [layer for layer in layers if f"`{layer}`" not in text_of("docs/architecture.md")] == ["__main__"]


def test_the_newest_version_of_the_changelog_is_that_of_every_package() -> None:
    (newest, *_) = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", text_of("CHANGELOG.md"), re.MULTILINE)

    assert {project(folder)["version"] for folder in PACKAGES} == {newest}


def sections_of(page: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def scripts() -> set[str]:
    return {name for folder in PACKAGES for name in project(folder).get("scripts", {})}


def project(folder: str) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads(text_of(f"{folder}/pyproject.toml"))["project"]
    return found
