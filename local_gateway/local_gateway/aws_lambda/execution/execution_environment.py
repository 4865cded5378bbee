"""One execution environment: a process of a function, which runs one invocation at a time."""

import asyncio
import time
from typing import Protocol

from local_gateway.aws_lambda.execution.child_process import ChildProcess, ProcessCommand
from local_gateway.aws_lambda.execution.missing_packages import missing_package_hint
from local_gateway.aws_lambda.execution.reusable_timer import ReusableTimer
from local_gateway.aws_lambda.execution.runtime_api import RuntimeConnection
from local_gateway.aws_lambda.function_log import FunctionLog
from local_gateway.aws_lambda.invocation import Invocation, Outcome, crashed, failure, timed_out
from local_gateway.template.functions import Function

__all__ = ["ExecutionEnvironment", "ExecutionEnvironmentListener"]

_INIT_TIMEOUT_S = 10.0
"""How long the Init phase may take in addition to the function's timeout:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""


class ExecutionEnvironmentListener(Protocol):
    """Receives the state changes of an environment."""

    def on_ready(self, environment: "ExecutionEnvironment") -> None:
        """Handle an environment that polls for an invocation."""

    def on_exit(self, environment: "ExecutionEnvironment", init_failure: Outcome | None) -> None:
        """Handle the end of the process; `init_failure` is None if the environment was ever ready."""


class ExecutionEnvironment:
    """One process. Its states: starting, ready (it polls), busy (`invocation` is set), gone."""

    def __init__(self, function: Function, listener: ExecutionEnvironmentListener, log: FunctionLog) -> None:
        self._function = function
        self._listener = listener
        self._log = log
        self._loop = asyncio.get_running_loop()
        self._server: asyncio.Server | None = None
        self._process: ChildProcess | None = None
        self._connections: list[RuntimeConnection] = []
        self._polling: RuntimeConnection | None = None
        self._timer = ReusableTimer(self._on_timeout)
        self._init_error: Outcome | None = None
        self._init_ms: float | None = None
        self.was_ready = False
        self.retired = False
        self.invocation: Invocation | None = None
        self.idle_since = time.monotonic()
        self.gone: asyncio.Future[None] = self._loop.create_future()

    @property
    def pid(self) -> int | None:
        """The process's id; None before the process starts."""
        return self._process.pid if self._process else None

    async def start(self, command: ProcessCommand) -> None:
        """Open a Runtime API, then start the process; raise OSError if either fails."""
        self._server = await self._loop.create_server(self._connect, "127.0.0.1", 0)
        address = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        try:
            self._process = ChildProcess(
                command, {"AWS_LAMBDA_RUNTIME_API": address}, self._on_line, self._on_process_exit
            )
        except OSError:
            self._server.close()
            raise
        self._timer.set(_INIT_TIMEOUT_S + self._function.timeout_s)

    def assign(self, invocation: Invocation) -> bool:
        """Send an invocation to the process; return False if the process no longer polls."""
        polling, self._polling = self._polling, None
        timeout_s = self._function.timeout_s
        if polling is None or not polling.send(invocation, self._function.arn, timeout_s):
            self.kill()
            return False
        invocation.began = time.monotonic()
        self.invocation = invocation
        self._timer.set(timeout_s)
        self._log.start(invocation.request_id)
        return True

    def kill(self) -> None:
        """Kill the process and its children."""
        if self._process is not None and not self.gone.done():
            self._process.kill()

    def on_poll(self, connection: RuntimeConnection) -> None:
        """Become ready for an invocation (called by the Runtime API)."""
        self._polling = connection
        began, self.idle_since = self.idle_since, time.monotonic()
        if not self.was_ready:
            self.was_ready = True
            self._init_ms = (self.idle_since - began) * 1000
            self._timer.clear()
        self._listener.on_ready(self)

    def on_outcome(self, request_id: str, outcome: Outcome) -> bool:
        """Finish the current invocation; return False for another request id (called by the Runtime API)."""
        if self.invocation is None or self.invocation.request_id != request_id:
            return False
        if self._process is not None:
            self._process.drain()  # the invocation's output belongs to its log, and to Invoke's log tail
        self._finish(outcome)
        return True

    def on_init_error(self, outcome: Outcome) -> None:
        """Store why the function fails to load (called by the Runtime API); the process exits next."""
        self._init_error = outcome
        error = outcome.parsed()
        message = error.get("errorMessage") if isinstance(error, dict) else None
        hint = missing_package_hint(str(message), self._function)
        if hint is not None:
            self._log.add(hint, kind="error")

    def _connect(self) -> RuntimeConnection:
        connection = RuntimeConnection(self)
        self._connections.append(connection)
        return connection

    def _finish(self, outcome: Outcome) -> None:
        invocation, self.invocation = self.invocation, None
        self._timer.clear()
        if invocation is not None:
            self._report(invocation)
            invocation.finish(outcome)

    def _report(self, invocation: Invocation) -> None:
        init_ms, self._init_ms = self._init_ms, None
        took_ms = invocation.duration_s() * 1000
        self._log.report(invocation.request_id, took_ms, self._function.memory_mb, init_ms)

    def _on_timeout(self, timeout_s: float) -> None:
        """Kill a process whose invocation or start exceeds its timeout."""
        request_id = self.invocation.request_id if self.invocation else "none"
        outcome = timed_out(request_id, timeout_s)
        self._log.add(f"{request_id} Task timed out after {timeout_s:.2f} seconds", request_id, "error")
        if self.invocation is None:
            self._init_error = outcome
        self._finish(outcome)
        self.kill()

    def _on_line(self, line: str) -> None:
        self._log.add(line, self.invocation.request_id if self.invocation else None)

    def _on_process_exit(self, returncode: int) -> None:
        if self._server is not None:
            self._server.close()
        for connection in self._connections:
            connection.close()
        if self.invocation is not None:
            outcome = crashed(self.invocation.request_id, returncode)
            self._log.add(outcome.parsed()["errorMessage"], self.invocation.request_id, "error")
            self._finish(outcome)
        self._timer.close()
        init_failure = None if self.was_ready else self._init_error or _exited_during_init(returncode)
        if not self.gone.done():
            self.gone.set_result(None)
        self._listener.on_exit(self, init_failure)


def _exited_during_init(returncode: int) -> Outcome:
    reported = crashed("none", returncode).parsed()["errorMessage"]
    return failure("Runtime.ExitError", reported.replace("RequestId: none ", ""))
