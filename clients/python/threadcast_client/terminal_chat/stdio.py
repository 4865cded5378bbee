"""Standard input as a queue of lines, and a console on standard output."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable

from rich.console import Console

__all__ = ["OutputConsole", "read_lines"]

_MAX_READ_BYTES = 4096


class OutputConsole(Console):
    """A console on standard output that raises `BrokenPipeError` once its pipe is closed (`… | head`)."""

    def __init__(self) -> None:
        super().__init__(highlight=False)

    def on_broken_pipe(self) -> None:
        """Redirect standard output to the null device and re-raise: Python's last flush must not fail too."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise  # noqa: PLE0704 - rich calls this while it handles the error


def read_lines(file_descriptor: int) -> asyncio.Queue[str | None]:
    """Return a queue that receives each line of an open file as it arrives, and None at its end."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue()

    def put(line: str | None) -> None:
        loop.call_soon_threadsafe(lines.put_nowait, line)

    # A daemon thread on the bare descriptor: a thread that blocks in sys.stdin holds its lock at exit.
    threading.Thread(target=_read, args=(file_descriptor, put), daemon=True).start()
    return lines


def _read(file_descriptor: int, put: Callable[[str | None], None]) -> None:
    incomplete = b""
    try:
        while chunk := _read_chunk(file_descriptor):
            *complete, incomplete = (incomplete + chunk).split(b"\n")
            for line in complete:
                put(line.decode(errors="replace"))
        if incomplete:
            put(incomplete.decode(errors="replace"))
        put(None)
    except RuntimeError:  # the event loop is closed
        return


def _read_chunk(file_descriptor: int) -> bytes:
    """Return the next bytes; empty at the end of the file and when the terminal window is closed."""
    try:
        return os.read(file_descriptor, _MAX_READ_BYTES)
    except OSError:
        return b""
