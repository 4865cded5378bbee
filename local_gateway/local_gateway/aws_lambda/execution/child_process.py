"""A child process: reads its output line by line, waits for it, kills it with its children."""

import asyncio
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ChildProcess", "ProcessCommand"]

_READ_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class ProcessCommand:
    """A command, its complete environment and its working directory."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: Path


class ChildProcess:
    """A running process in its own session, which a terminal's Ctrl-C does not signal.

    `on_line` receives each line of output; `on_exit` receives the return code (negative: a signal's
    number) once, after the last line. Both run on the event loop that creates the instance.

    Raises:
        OSError: the process can't be started.

    """

    def __init__(
        self,
        command: ProcessCommand,
        more_environment: Mapping[str, str],
        on_line: Callable[[str], None],
        on_exit: Callable[[int], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_line = on_line
        self._on_exit = on_exit
        self._rest = b""
        read_end, write_end = os.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the user's own functions
                command.arguments,
                cwd=command.folder,
                env={**command.environment, **more_environment},
                stdin=subprocess.DEVNULL,
                stdout=write_end,
                stderr=write_end,
                start_new_session=True,
            )
        except BaseException:
            os.close(read_end)
            raise
        finally:
            os.close(write_end)
        self._output = os.fdopen(read_end, "rb", buffering=0)
        os.set_blocking(read_end, False)
        self._loop.add_reader(read_end, self._read)
        # A thread, because uvloop and asyncio cannot wait for a child in every loop and thread.
        threading.Thread(target=self._wait, name=f"wait-{self.pid}", daemon=True).start()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def kill(self) -> None:
        """Kill the process and its children; no effect if it has ended."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # ended; macOS raises the latter for a zombie's group
            return

    def drain(self) -> None:
        """Pass on the output that the process has written, e.g. before an invocation finishes."""
        while not self._output.closed and self._read():
            pass

    def _read(self) -> bool:
        """Read the available output; return False if there is none."""
        data = self._output.read(_READ_BYTES)
        if data is None:  # no output available
            return False
        if not data:
            self._loop.remove_reader(self._output.fileno())
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._on_line(line.decode(errors="replace"))
        return bool(data)

    def _wait(self) -> None:
        returncode = self._process.wait()
        try:
            self._loop.call_soon_threadsafe(self._finish, returncode)
        except RuntimeError:  # the loop is closed: the gateway has ended
            return

    def _finish(self, returncode: int) -> None:
        self.drain()
        self._loop.remove_reader(self._output.fileno())
        self._output.close()
        if self._rest:
            self._on_line(self._rest.decode(errors="replace"))
        self._on_exit(returncode)
