"""`EngineProcess`: starts a query process, exchanges requests and replies with it, and kills it."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, cast

from threadcast.assets.query import engine_main

__all__ = ["EngineProcess"]

_PROGRAM = f"import sys; sys.path.append(sys.argv[1]); from {engine_main.__name__} import main; main()"
_ROOT = Path(engine_main.__file__).parents[engine_main.__name__.count(".")]
"""The folder that contains the package: /opt/python in a Lambda layer, `layers/threadcast` in an editable
installation. The process gets it as an argument, because it imports without `site` and PYTHONPATH."""

_OPTIONS = ("-I", "-S", "-B", "-X", "utf8")
"""Isolated from the environment and the working directory, without `site`, writing no bytecode."""

_ENVIRONMENT = {
    # Lambda's interpreter finds libpython by this variable only (github.com/lambci/docker-lambda/issues/276).
    "LD_LIBRARY_PATH": str(Path(sys.base_prefix) / "lib"),
    # One arena of glibc: another one for the second thread would reserve 64 MB of addresses.
    "MALLOC_ARENA_MAX": "1",
}
"""The whole environment: nothing is inherited."""

_POLL_MS = 20
"""How often `must_end` is called while the process is busy."""

_PIECE_BYTES = 64 * 1024
_MAX_REPLY_BYTES = 16 * 1024 * 1024
"""More than the largest result that a request allows: 1,000,000 characters of at most 12 bytes in JSON."""


class EngineProcess:
    """One process, and the only one that has its pipes: it ends when they are closed. Not thread-safe."""

    def __init__(self) -> None:
        """Start the process; raises `OSError`. Its standard error is discarded, as it may quote a query."""
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, *_OPTIONS, "-c", _PROGRAM, str(_ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd="/",
            env=_ENVIRONMENT,
        )
        self._pipes = cast("tuple[IO[bytes], IO[bytes]]", (self._process.stdin, self._process.stdout))
        for pipe in self._pipes:
            os.set_blocking(pipe.fileno(), False)

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """The exit code, minus the signal's number if a signal ended the process; None while it runs."""
        return self._process.poll()

    def exchange(self, request: Mapping[str, Any], must_end: Callable[[], bool]) -> Mapping[str, Any]:
        """Return the reply to a request.

        Raises `TimeoutError` if `must_end` returns true before, `EOFError` if the process ends or breaks the
        protocol. After any exception the process is dead and reaped.
        """
        try:
            self._send(json.dumps(request).encode() + b"\n", must_end)
            return dict(json.loads(self._receive(must_end)))
        except (BrokenPipeError, ValueError) as error:
            self.kill()
            raise EOFError from error
        except BaseException:
            self.kill()
            raise

    def kill(self) -> None:
        """End the process, reap it and close its pipes; safe to repeat."""
        self._process.kill()
        self._process.wait()
        for pipe in self._pipes:
            pipe.close()

    def _send(self, line: bytes, must_end: Callable[[], bool]) -> None:
        pipe, rest = self._pipes[0].fileno(), memoryview(line)
        while rest:
            _wait(pipe, select.POLLOUT, must_end)
            rest = rest[os.write(pipe, rest) :]

    def _receive(self, must_end: Callable[[], bool]) -> bytes:
        pipe, line = self._pipes[1].fileno(), bytearray()
        while not line.endswith(b"\n"):
            _wait(pipe, select.POLLIN, must_end)
            piece = os.read(pipe, _PIECE_BYTES)
            line += piece
            if not piece or len(line) > _MAX_REPLY_BYTES:
                raise EOFError
        return bytes(line)


def _wait(pipe: int, event: int, must_end: Callable[[], bool]) -> None:
    """Wait until a pipe is ready, or has lost its other end."""
    poll = select.poll()
    poll.register(pipe, event)
    while True:
        if must_end():
            raise TimeoutError
        if poll.poll(_POLL_MS):
            return
