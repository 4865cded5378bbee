"""The console of this process's commands, whose reader may leave before the end: `… | head`."""

import os
import sys

from rich.console import Console

__all__ = ["OutputConsole"]


class OutputConsole(Console):
    """Writes to the standard output; raises `BrokenPipeError` once when nobody reads it any more."""

    def __init__(self) -> None:
        super().__init__(highlight=False)

    def on_broken_pipe(self) -> None:
        """Let go of the pipe, so that Python's last flush does not fail too, and raise what was caught."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise  # noqa: PLE0704 - rich calls this while it handles the error
