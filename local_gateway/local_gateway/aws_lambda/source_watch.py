"""Detects changes of the functions' source files, and when they are saved completely."""

import asyncio
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from local_gateway.template.functions import Function

__all__ = ["SourceWatch", "source_folders"]

_INTERVAL_S = 0.5
_QUIET_S = 0.2
"""How long files must be unchanged before a process reads them: an editor writes a file in several steps."""
_MAX_WAIT_S = 5.0

State = tuple[int, int]
"""Modification time in nanoseconds, and size."""


class SourceWatch:
    """The state of the source files that the current processes have read.

    `clock` returns the time in seconds since the epoch, as files' modification times do.
    """

    def __init__(self, folders: Iterable[Path], clock: Callable[[], float] = time.time) -> None:
        self._folders = list(folders)
        self._clock = clock
        self._seen = _file_states(self._folders)

    def has_changed(self) -> bool:
        """Return whether a file has changed since the last call; delete the bytecode of changed files.

        Python would use bytecode of the same second and size (PEP 552 compares no more).
        """
        return self._compare(_file_states(self._folders))

    async def settle(self) -> None:
        """Wait until the files are saved: no change for 0.2 s, at most 5 s."""
        deadline = self._clock() + _MAX_WAIT_S
        while True:
            self.has_changed()
            newest_s = max((modified_ns for modified_ns, _ in self._seen.values()), default=0) / 1e9
            now = self._clock()
            left_s = newest_s + _QUIET_S - now
            if left_s <= 0 or left_s > _QUIET_S or now >= deadline:  # or a file of the future
                return
            await asyncio.sleep(left_s)

    async def watch(self, on_change: Callable[[], None], interval_s: float = _INTERVAL_S) -> None:
        """Poll the files and call `on_change` after each change. Never returns."""
        while True:
            await asyncio.sleep(interval_s)
            if self._compare(await asyncio.to_thread(_file_states, self._folders)):
                on_change()

    def _compare(self, now: dict[str, State]) -> bool:
        before, self._seen = self._seen, now
        changed = [path for path in before.keys() | now.keys() if before.get(path) != now.get(path)]
        for path in map(Path, changed):
            for bytecode in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
                bytecode.unlink(missing_ok=True)
        return bool(changed)


def source_folders(functions: Iterable[Function]) -> set[Path]:
    """Return the code folders of functions and their layers."""
    return {folder for function in functions for folder in (function.code, *function.layers)}


def _file_states(folders: Iterable[Path]) -> dict[str, State]:
    """Return each file's state; bytecode is ignored."""
    states: dict[str, State] = {}
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
