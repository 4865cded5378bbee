"""Explains how to install a package that a function fails to import."""

import platform
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from local_gateway.template.functions import Function

__all__ = ["missing_package_hint"]

_MISSING = re.compile(r"No module named '([A-Za-z0-9_]+)")


def missing_package_hint(error_message: str, function: Function) -> str | None:
    """Return how to install a missing package; None if the error has another cause."""
    found = _MISSING.search(error_message)
    if found is None:
        return None
    package = found.group(1)
    if any((folder / package).is_dir() for folder in (function.code, *function.layers)):
        return (
            f"{package!r} is there, but not for Python {platform.python_version()} on {platform.machine()}: "
            f"run the gateway with {function.runtime}, and build for this machine's processor"
        )
    files = ", ".join(str(path) for path in _requirements_of(function)) or "its requirements file"
    return (
        f"from source, third-party packages come from {sys.executable}, which has no {package!r}: "
        f"install what {files} names there, or run what `sam build` made with --built"
    )


def _requirements_of(function: Function) -> Iterable[Path]:
    """Return the requirements files of a function's code and layers."""
    for folder in (function.code, *function.layers):
        home = folder.parent if folder.name == "python" else folder
        yield from sorted(home.glob("requirements*.txt"))
