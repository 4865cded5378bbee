"""Notices when a function's source changes, so that its next call runs the new one."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from local_gateway.template.functions import Function

__all__ = ["sources", "watch"]

_EVERY_S = 0.5


async def watch(folders: Iterable[Path], on_change: Callable[[], None], every_s: float = _EVERY_S) -> None:
    """Look at the folders again and again, and call `on_change` after each difference. Never returns."""
    roots = list(folders)
    seen = await asyncio.to_thread(_stamps, roots)
    while True:
        await asyncio.sleep(every_s)
        now = await asyncio.to_thread(_stamps, roots)
        if now != seen:
            seen = now
            on_change()


def sources(functions: Iterable[Function]) -> set[Path]:
    """Give the folders that functions and their layers come from."""
    return {folder for function in functions for folder in (function.code, *function.layers)}


def _stamps(folders: Iterable[Path]) -> Mapping[str, tuple[int, int]]:
    """Give when each file last changed, and its size; bytecode doesn't count."""
    stamps: dict[str, tuple[int, int]] = {}
    for folder in folders:
        for path in folder.rglob("*"):
            if "__pycache__" in path.parts or not path.is_file():
                continue
            try:
                status = path.stat()
            except OSError:  # gone between the listing and the look
                continue
            stamps[str(path)] = (status.st_mtime_ns, status.st_size)
    return stamps
