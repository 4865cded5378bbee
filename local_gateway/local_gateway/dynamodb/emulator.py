"""Starts and stops the DynamoDB emulator's process."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from local_gateway.errors import StartError

__all__ = ["EMULATOR_PROGRAM", "DynamoDBEmulator"]

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]
_START_TIMEOUT_S = 60.0
_SAVE_TIMEOUT_S = 30.0

EMULATOR_PROGRAM = ("-m", "local_gateway.dynamodb.moto_server")
"""Python's arguments for the emulator's process; those of `moto_server.main` follow them."""


class DynamoDBEmulator:
    """The emulator's process. `start` returns at once, `endpoint` waits until it listens.

    `state` is a folder that keeps the items over restarts; None keeps none.

    `host` is the interface to listen on; `port` 0 selects a free port; `names` are further host names by
    which its clients address it; `program` replaces the emulator.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        names: Sequence[str] = (),
        *,
        program: Sequence[str] = EMULATOR_PROGRAM,
        state: Path | None = None,
    ) -> None:
        self._program = program
        self._state = state
        self._arguments = [host, str(port), *names]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process, which takes about a second to import moto."""
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, *self._program, *self._arguments],
            cwd=_PACKAGE_ROOT,
            env={**os.environ, "LOCAL_GATEWAY_STATE": "" if self._state is None else str(self._state)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    async def endpoint(self) -> str:
        """Wait until the process listens; return its URL.

        Raises:
            StartError: the process exits first; its error is on standard error.

        """
        assert self._process is not None  # noqa: S101 - for the type checker: start() was called
        assert self._process.stdout is not None  # noqa: S101 - for the type checker: it is PIPE
        line = await asyncio.wait_for(asyncio.to_thread(self._process.stdout.readline), _START_TIMEOUT_S)
        if not line.strip().isdigit():
            raise StartError("the DynamoDB emulator", "the process exited before it listened")
        return f"http://127.0.0.1:{int(line)}"

    def close(self) -> None:
        """End the process and wait for its end; with a state, it saves the items first."""
        if self._process is None:
            return
        if self._state is not None and self._process.stdin is not None:
            self._process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_SAVE_TIMEOUT_S)
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
