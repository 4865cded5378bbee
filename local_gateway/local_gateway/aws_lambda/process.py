"""One operating-system process: started, read line by line, waited for, killed with all it started."""

import asyncio
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ChildProcess", "Launch"]

_READ_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Launch:
    """What to start: a command, its whole environment, and the folder that it starts in."""

    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path


class ChildProcess:
    """A running process in a session of its own, so that a terminal's Ctrl-C doesn't reach it.

    `on_line` gets each line of output; `on_exit` gets the return code (negative: a signal's number),
    once, after the last line. Both are called on the event loop that made the instance.

    Raises:
        OSError: the process can't be started.

    """

    def __init__(
        self,
        launch: Launch,
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
                launch.command,
                cwd=launch.folder,
                env={**launch.environment, **more_environment},
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
        # A thread, because neither uvloop nor asyncio can wait for a child in every loop and thread.
        threading.Thread(target=self._wait, name=f"wait-{self.pid}", daemon=True).start()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def kill(self) -> None:
        """End the process and whatever it started, at once; nothing happens if it is gone."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # gone; macOS says the latter of a zombie's group
            return

    def drain(self) -> None:
        """Pass on what the process has written by now, e.g. before a call of it is taken for ended."""
        while not self._output.closed and self._read():
            pass

    def _read(self) -> bool:
        """Read what is there; False if that was nothing."""
        data = self._output.read(_READ_BYTES)
        if data is None:  # nothing for now
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
        except RuntimeError:  # the loop is closed: the gateway ended first
            return

    def _finish(self, returncode: int) -> None:
        self.drain()
        self._loop.remove_reader(self._output.fileno())
        self._output.close()
        if self._rest:
            self._on_line(self._rest.decode(errors="replace"))
        self._on_exit(returncode)
