"""Detects changes of the functions' source files."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from local_gateway.template.functions import Function

__all__ = ["source_folders", "watch"]

_INTERVAL_S = 0.5


async def watch(
    folders: Iterable[Path], on_change: Callable[[], None], interval_s: float = _INTERVAL_S
) -> None:
    """Poll the folders and call `on_change` after each change. Never returns."""
    roots = list(folders)
    seen = await asyncio.to_thread(_file_states, roots)
    while True:
        await asyncio.sleep(interval_s)
        now = await asyncio.to_thread(_file_states, roots)
        if now != seen:
            seen = now
            on_change()


def source_folders(functions: Iterable[Function]) -> set[Path]:
    """Return the code folders of functions and their layers."""
    return {folder for function in functions for folder in (function.code, *function.layers)}


def _file_states(folders: Iterable[Path]) -> Mapping[str, tuple[int, int]]:
    """Return each file's modification time and size; bytecode is ignored."""
    states: dict[str, tuple[int, int]] = {}
    for folder in folders:
        for path in folder.rglob("*"):
            if "__pycache__" in path.parts or not path.is_file():
                continue
            try:
                status = path.stat()
            except OSError:  # deleted since the listing
                continue
            states[str(path)] = (status.st_mtime_ns, status.st_size)
    return states
