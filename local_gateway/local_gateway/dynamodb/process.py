"""Starts and ends the stand-in's process."""

import asyncio
import subprocess
import sys
from pathlib import Path

from local_gateway.errors import StartError

__all__ = ["StandIn"]

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]
_START_LIMIT_S = 60.0


class StandIn:
    """The process that stands in for DynamoDB. `begin` returns at once, `endpoint` waits.

    It listens on the interface `host`; `port` 0 is any free one.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self._host = host
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Start the process; it needs a second or so to import moto."""
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "local_gateway.dynamodb.standin", self._host, str(self._port)],
            cwd=_PACKAGE_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    async def endpoint(self) -> str:
        """Give its address as soon as it listens.

        Raises:
            StartError: it ended instead; its own words are on standard error.

        """
        assert self._process is not None  # noqa: S101 - for the type checker: begin() was called
        assert self._process.stdout is not None  # noqa: S101 - for the type checker: it is PIPE
        line = await asyncio.wait_for(asyncio.to_thread(self._process.stdout.readline), _START_LIMIT_S)
        if not line.strip().isdigit():
            raise StartError("the DynamoDB stand-in", "it ended before it listened")
        return f"http://127.0.0.1:{int(line)}"

    def close(self) -> None:
        """End the process and wait for it."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
