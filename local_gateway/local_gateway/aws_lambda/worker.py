"""One process of a function: fed one call at a time through its Runtime API, timed, given up."""

import asyncio
import time
from typing import Protocol

from local_gateway.aws_lambda.deadline import LazyDeadline
from local_gateway.aws_lambda.hints import missing_package_hint
from local_gateway.aws_lambda.invocation import Invocation, Outcome, crashed, failure, timed_out
from local_gateway.aws_lambda.logs import FunctionLog
from local_gateway.aws_lambda.process import ChildProcess, Launch
from local_gateway.aws_lambda.runtime_api import RuntimeConnection
from local_gateway.template.functions import Function

__all__ = ["Worker", "WorkerOwner"]

_INIT_LIMIT_S = 10.0
"""How long loading a function may take before its time-out begins to count:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""


class WorkerOwner(Protocol):
    """Who is told how a process fares."""

    def on_ready(self, worker: "Worker") -> None:
        """Note that the process waits for a call."""

    def on_exit(self, worker: "Worker", init_failure: Outcome | None) -> None:
        """Note that the process is gone; `init_failure` is set if it never became ready."""


class Worker:
    """One process. Its states: starting, ready (it polls), busy (`invocation` is set), gone."""

    def __init__(self, function: Function, owner: WorkerOwner, log: FunctionLog) -> None:
        self._function = function
        self._owner = owner
        self._log = log
        self._loop = asyncio.get_running_loop()
        self._server: asyncio.Server | None = None
        self._process: ChildProcess | None = None
        self._connections: list[RuntimeConnection] = []
        self._poller: RuntimeConnection | None = None
        self._deadline = LazyDeadline(self._give_up)
        self._init_error: Outcome | None = None
        self._init_ms: float | None = None
        self.was_ready = False
        self.retired = False
        self.invocation: Invocation | None = None
        self.idle_since = time.monotonic()
        self.gone: asyncio.Future[None] = self._loop.create_future()

    @property
    def pid(self) -> int | None:
        """The process's id; None before it was started."""
        return self._process.pid if self._process else None

    async def start(self, launch: Launch) -> None:
        """Open a Runtime API for the process, then start it; raises OSError where that can't be done."""
        self._server = await self._loop.create_server(self._connect, "127.0.0.1", 0)
        address = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        try:
            self._process = ChildProcess(
                launch, {"AWS_LAMBDA_RUNTIME_API": address}, self._on_line, self._on_process_exit
            )
        except OSError:
            self._server.close()
            raise
        limit_s = _INIT_LIMIT_S + self._function.timeout_s
        self._deadline.set(limit_s)

    def assign(self, invocation: Invocation) -> bool:
        """Hand the process a call; False if it has hung up meanwhile."""
        poller, self._poller = self._poller, None
        timeout_s = self._function.timeout_s
        if poller is None or not poller.send(invocation, self._function.arn, timeout_s):
            self.kill()
            return False
        invocation.began = time.monotonic()
        self.invocation = invocation
        self._deadline.set(timeout_s)
        self._log.start(invocation.request_id)
        return True

    def kill(self) -> None:
        """End the process and whatever it started, at once."""
        if self._process is not None and not self.gone.done():
            self._process.kill()

    def on_poll(self, connection: RuntimeConnection) -> None:
        """Note that the process is ready for a call (the Runtime API calls this)."""
        self._poller = connection
        began, self.idle_since = self.idle_since, time.monotonic()
        if not self.was_ready:
            self.was_ready = True
            self._init_ms = (self.idle_since - began) * 1000
            self._deadline.clear()
        self._owner.on_ready(self)

    def on_outcome(self, request_id: str, outcome: Outcome) -> bool:
        """Take the outcome of the call at hand (the Runtime API calls this)."""
        if self.invocation is None or self.invocation.request_id != request_id:
            return False
        if self._process is not None:
            self._process.drain()  # what the call printed belongs to it, and to the tail that Invoke gives
        self._finish(outcome)
        return True

    def on_init_error(self, outcome: Outcome) -> None:
        """Keep why the function can't be loaded (the Runtime API calls this); the process ends next."""
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
        self._deadline.clear()
        if invocation is not None:
            self._report(invocation)
            invocation.finish(outcome)

    def _report(self, invocation: Invocation) -> None:
        init_ms, self._init_ms = self._init_ms, None
        took_ms = invocation.duration_s() * 1000
        self._log.report(invocation.request_id, took_ms, self._function.memory_mb, init_ms)

    def _give_up(self, after_s: float) -> None:
        """Kill a call, or a start, that takes too long."""
        request_id = self.invocation.request_id if self.invocation else "none"
        outcome = timed_out(request_id, after_s)
        self._log.add(f"{request_id} Task timed out after {after_s:.2f} seconds", request_id, "error")
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
        self._deadline.cancel()
        never_ready = None if self.was_ready else self._init_error or _exited_while_loading(returncode)
        if not self.gone.done():
            self.gone.set_result(None)
        self._owner.on_exit(self, never_ready)


def _exited_while_loading(returncode: int) -> Outcome:
    reported = crashed("none", returncode).parsed()["errorMessage"]
    return failure("Runtime.ExitError", reported.replace("RequestId: none ", ""))
