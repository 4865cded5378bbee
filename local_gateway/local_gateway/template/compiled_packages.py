"""Rejects packages that are compiled for another Python or processor, before any part starts."""

import platform
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import TypeAlias

from local_gateway.errors import TemplateError
from local_gateway.template.functions import Function

__all__ = ["reject_incompatible_packages"]

_TAGGED = re.compile(r"\.cpython-(\d)(\d+)\w*-(.+)\.so$")
"""`_core.cpython-313-aarch64-linux-gnu.so`: Python 3.13 on aarch64. A file without a tag may fit several."""

_Build: TypeAlias = tuple[Path, re.Match[str]]
"""A module's file, and the tag in its name."""


def reject_incompatible_packages(functions: Iterable[Function]) -> None:
    """Raise `TemplateError` for the first compiled module that this interpreter cannot import."""
    folders = {folder for function in functions for folder in (function.code, *function.layers)}
    for folder in sorted(folders):
        for builds in _builds_of_modules(folder):
            if not any(found.group() in EXTENSION_SUFFIXES for _, found in builds):
                file, found = builds[0]
                raise TemplateError(str(file), _advice(found))


def _builds_of_modules(folder: Path) -> Iterable[list[_Build]]:
    """Return the files of each compiled module; a package may contain several builds."""
    builds: dict[Path, list[_Build]] = defaultdict(list)
    for file in sorted(folder.rglob("*.so")):
        if found := _TAGGED.search(file.name):
            builds[file.with_name(file.name[: found.start()])].append((file, found))
    return builds.values()


def _advice(found: re.Match[str]) -> str:
    major, minor, machine = found.groups()
    here = f"Python {sys.version_info.major}.{sys.version_info.minor} on {platform.machine()}"
    return (
        f"it is built for Python {major}.{minor} on {machine}, but the gateway runs under {here}: "
        "build for this processor, and run the gateway under the Python that it is built for"
    )
