"""The project's own files, as paths from its root."""

import os
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

__all__ = ["source_files"]

_MADE = {"build", "dist", "node_modules", "__pycache__"}


def source_files(root: Path, excluded: tuple[str, ...]) -> Iterator[str]:
    """Return every path that no glob of `excluded` matches, sorted; no hidden, built or installed files.

    Paths have `/` between their parts. A glob's `*` crosses folders.
    """
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _MADE and not name.startswith("."))
        for name in sorted(names):
            path = (Path(folder) / name).relative_to(root).as_posix()
            if not any(fnmatch(path, glob) for glob in excluded):
                yield path
