"""Brings what is typed into the event loop, so that answers go on while nothing is typed."""

import asyncio
import os
import threading
from collections.abc import Callable

__all__ = ["read_lines"]

_MAX_READ_BYTES = 4096


def read_lines(file_number: int) -> asyncio.Queue[str | None]:
    """Return a queue that gets each line of an open file as it comes, and None at its end."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue()

    def put(line: str | None) -> None:
        loop.call_soon_threadsafe(lines.put_nowait, line)

    # A daemon that reads the bare file number: one inside sys.stdin would hold its lock when Python ends.
    threading.Thread(target=_read, args=(file_number, put), daemon=True).start()
    return lines


def _read(file_number: int, put: Callable[[str | None], None]) -> None:
    begun = b""
    try:
        while read := _bytes(file_number):
            *whole, begun = (begun + read).split(b"\n")
            for line in whole:
                put(line.decode(errors="replace"))
        if begun:
            put(begun.decode(errors="replace"))
        put(None)
    except RuntimeError:  # the loop has closed: nobody reads any more
        return


def _bytes(file_number: int) -> bytes:
    """Read on; nothing is the end, and so is a terminal whose window was closed."""
    try:
        return os.read(file_number, _MAX_READ_BYTES)
    except OSError:
        return b""
