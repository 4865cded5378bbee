"""The Lambda service: finds functions by name, counts concurrency, runs calls now or later."""

import asyncio
import importlib.util
import logging
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from local_gateway.aws_lambda.asynchronous import AsyncQueue
from local_gateway.aws_lambda.environment import Endpoints, function_environment
from local_gateway.aws_lambda.invocation import Invocation
from local_gateway.aws_lambda.logs import FunctionLog, LogSink
from local_gateway.aws_lambda.pool import FunctionPool, InFlight
from local_gateway.aws_lambda.process import Launch
from local_gateway.aws_lambda.refusals import FunctionMissing, Throttled
from local_gateway.aws_lambda.reload import sources, watch
from local_gateway.template.functions import Function

__all__ = ["LambdaService", "LambdaSettings", "Runtime", "runtime_command"]

_log = logging.getLogger(__name__)

_ENTRY = Path(__file__).parent / "runtime" / "entry.py"
_REAP_EVERY_S = 15.0


Runtime = Literal["awslambdaric", "awslambdaric-native", "pure-python"]
"""AWS's runtime loop over our transport, the same with its own native transport, or our loop."""


@dataclass(frozen=True, slots=True)
class LambdaSettings:
    """How the service behaves where AWS lets an account choose, or where tests can't wait.

    `max_concurrency` is the account's limit over all functions
    (https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html);
    `retry_delays_s` are the waits before the first and second retry of an asynchronous call
    (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html);
    `idle_s` is how long a process without work is kept beside one other (AWS doesn't say);
    `warm` starts one process of every function before the first call;
    `reload` starts functions afresh when a source file of theirs changes;
    `platform_lines` passes Lambda's START and REPORT lines on as they come, and not only to who asks.
    `overrides` are variables that win over the template's.
    """

    max_concurrency: int = 1_000
    retry_delays_s: tuple[float, float] = (60.0, 120.0)
    idle_s: float = 60.0
    warm: bool = False
    runtime: Runtime = "awslambdaric"
    reload: bool = False
    platform_lines: bool = True
    overrides: Mapping[str, str] = field(default_factory=dict)


class LambdaService:
    """Runs the functions of one stack."""

    def __init__(
        self, functions: Mapping[str, Function], settings: LambdaSettings, sink: LogSink | None
    ) -> None:
        self._settings = settings
        self.functions = functions
        self.logs = {
            logical_id: FunctionLog(function.name, sink, quiet=not settings.platform_lines)
            for logical_id, function in functions.items()
        }
        self._pools: dict[str, FunctionPool] = {}
        self._by_name: dict[str, FunctionPool] = {}
        self._in_flight = InFlight()
        self._queues: dict[str, AsyncQueue] = {}
        self._inline = tempfile.TemporaryDirectory(prefix="local-gateway-")
        self._tasks: list[asyncio.Task[None]] = []

    def open(self, region: str, endpoints: Endpoints) -> None:
        """Make ready to run functions; none is started yet."""
        command = runtime_command(self._settings.runtime)
        for logical_id, function in self.functions.items():
            located = self._with_inline_code(function)
            environment = function_environment(located, region, endpoints, self._settings.overrides)
            launch = Launch([*command, located.handler], environment, located.code)
            pool = FunctionPool(located, launch, self.logs[logical_id], self._in_flight)
            self._pools[function.name] = self._by_name[function.name] = self._by_name[function.arn] = pool
            self._queues[function.name] = AsyncQueue(
                self, function, self._settings.retry_delays_s, self.logs[logical_id]
            )
        if self._settings.warm:
            for pool in self._pools.values():
                pool.warm()
        loop = asyncio.get_running_loop()
        self._tasks.append(loop.create_task(self._reap()))
        if self._settings.reload:
            self._tasks.append(loop.create_task(watch(sources(self.functions.values()), self._on_change)))

    def pool(self, name: str) -> FunctionPool:
        """Find a function by its name, its ARN or a part of one, with or without a qualifier.

        Raises:
            FunctionMissing: there is none.

        """
        if name in self._by_name:
            return self._by_name[name]
        parts = name.split(":")
        bare = parts[parts.index("function") + 1] if "function" in parts else parts[0]
        if bare not in self._pools:
            raise FunctionMissing(name)
        return self._pools[bare]

    def invoke(
        self, name: str, payload: bytes, client_context: str | None = None, request_id: str | None = None
    ) -> Invocation:
        """Begin a call; a `request_id` is given where several attempts share one.

        Raises:
            FunctionMissing: there is no such function.
            Throttled: a concurrency limit is reached.

        """
        pool = self.pool(name)
        limit = pool.function.max_concurrency
        if limit is not None and pool.in_flight >= limit:
            raise Throttled("ReservedFunctionConcurrentInvocationLimitExceeded")
        if self._in_flight.calls >= self._settings.max_concurrency:
            raise Throttled("ConcurrentInvocationLimitExceeded")
        return pool.invoke(payload, client_context, request_id)

    def invoke_event(self, name: str, payload: bytes) -> str:
        """Queue a call that nobody waits for; gives its request id.

        Raises:
            FunctionMissing: there is no such function.

        """
        return self._queues[self.pool(name).function.name].put(payload)

    def _on_change(self) -> None:
        """Let every further call run in a fresh process."""
        _log.info("a source file changed: further calls run the new code")
        for pool in self._pools.values():
            pool.retire()

    async def close(self) -> None:
        """End every queue and process."""
        for task in self._tasks:
            task.cancel()
        for queue in self._queues.values():
            queue.close()
        await asyncio.gather(*(pool.close() for pool in self._pools.values()))
        self._inline.cleanup()

    def _with_inline_code(self, function: Function) -> Function:
        if function.inline is None:
            return function
        folder = Path(self._inline.name) / function.logical_id
        folder.mkdir()
        (folder / "index.py").write_text(function.inline, encoding="utf-8")
        return replace(function, code=folder)

    async def _reap(self) -> None:
        while True:
            await asyncio.sleep(_REAP_EVERY_S)
            for pool in self._pools.values():
                pool.reap(self._settings.idle_s)


def runtime_command(runtime: Runtime) -> Sequence[str]:
    """Give the command that runs a handler; without awslambdaric it is the pure-Python loop's."""
    if runtime == "awslambdaric-native":
        return [sys.executable, "-m", "awslambdaric"]
    if importlib.util.find_spec("awslambdaric") is None:
        runtime = "pure-python"
    return [sys.executable, str(_ENTRY), runtime]
