"""The Lambda service: finds functions by name, limits concurrency, invokes them now or later."""

import asyncio
import importlib.util
import logging
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from local_gateway.aws_lambda.async_queue import AsyncQueue
from local_gateway.aws_lambda.environment_variables import Endpoints, function_environment
from local_gateway.aws_lambda.execution.child_process import ProcessCommand
from local_gateway.aws_lambda.function_log import FunctionLog, LogSink
from local_gateway.aws_lambda.function_pool import AccountConcurrency, FunctionPool
from local_gateway.aws_lambda.invocation import Invocation
from local_gateway.aws_lambda.invoke_errors import FunctionMissing, Throttled
from local_gateway.aws_lambda.lambda_settings import LambdaSettings, Runtime
from local_gateway.aws_lambda.scheduler import run_schedule
from local_gateway.aws_lambda.source_watch import SourceWatch, source_folders
from local_gateway.aws_lambda.stream_poller import StreamPoller
from local_gateway.dynamodb.requests import DynamoDBClient
from local_gateway.template.functions import Function
from local_gateway.template.triggers.event_sources import StreamSource
from local_gateway.template.triggers.schedules import Schedule

__all__ = ["LambdaService", "Triggers", "runtime_command"]

_log = logging.getLogger(__name__)

_ENTRY = Path(__file__).parent / "runtime" / "entry.py"
_IDLE_CHECK_S = 15.0


@dataclass(frozen=True, slots=True)
class Triggers:
    """What invokes functions beside the API."""

    schedules: tuple[Schedule, ...] = ()
    streams: tuple[StreamSource, ...] = ()


class LambdaService:
    """Runs the functions of one stack. `functions` and `logs` are keyed by logical id."""

    def __init__(
        self,
        functions: Mapping[str, Function],
        settings: LambdaSettings,
        sink: LogSink | None,
        region: str,
        endpoints: Endpoints,
        triggers: Triggers = Triggers(),
    ) -> None:
        self.functions = functions
        self._triggers = triggers
        self._client = None if endpoints.dynamodb is None else DynamoDBClient(endpoints.dynamodb, region)
        self._region = region
        self.logs = {
            logical_id: FunctionLog(function.name, sink, quiet=not settings.platform_lines)
            for logical_id, function in functions.items()
        }
        self._settings = settings
        self._sources = SourceWatch(source_folders(functions.values())) if settings.reload else None
        self._concurrency = AccountConcurrency()
        self._inline_code = tempfile.TemporaryDirectory(prefix="local-gateway-")
        self._pools = {
            function.name: self._new_pool(function, region, endpoints) for function in functions.values()
        }
        by_arn = {function.arn: self._pools[function.name] for function in functions.values()}
        self._by_name = {**self._pools, **by_arn}
        self._queues = {
            function.name: AsyncQueue(self, function, settings.retry_delays_s, self.logs[logical_id])
            for logical_id, function in functions.items()
        }
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start the background tasks and, if `warm` is set, one process of every function."""
        if self._settings.warm:
            for pool in self._pools.values():
                pool.warm()
        loop = asyncio.get_running_loop()
        self._tasks.append(loop.create_task(self._stop_idle_processes()))
        for schedule in self._triggers.schedules:
            self._tasks.append(loop.create_task(run_schedule(schedule, self.invoke_event)))
        for source in self._triggers.streams:
            await self._start_stream(source)
        if self._sources is not None:
            self._tasks.append(loop.create_task(self._sources.watch(self._on_source_change)))

    async def _start_stream(self, source: StreamSource) -> None:
        if self._client is None:
            return
        poller = StreamPoller(source, self._client, self, self._region)
        iterator = await poller.open()
        if iterator is None:
            _log.warning("the table %s has no stream: %s does not run", source.table_name, source.logical_id)
            return
        self._tasks.append(asyncio.get_running_loop().create_task(poller.run(iterator)))

    def pool(self, name: str) -> FunctionPool:
        """Return the pool of a function by its name, ARN or partial ARN, with or without a qualifier.

        Raises:
            FunctionMissing: the stack has no such function.

        """
        if name in self._by_name:
            return self._by_name[name]
        parts = name.split(":")
        unqualified = parts[parts.index("function") + 1] if "function" in parts else parts[0]
        if unqualified not in self._pools:
            raise FunctionMissing(name)
        return self._pools[unqualified]

    def invoke(
        self, name: str, payload: bytes, client_context: str | None = None, request_id: str | None = None
    ) -> Invocation:
        """Start an invocation. Attempts of one asynchronous event pass the same `request_id`.

        Raises:
            FunctionMissing: the stack has no such function.
            Throttled: a concurrency limit is reached.

        """
        if self._sources is not None and self._sources.has_changed():
            self._on_source_change()
        pool = self.pool(name)
        limit = pool.function.max_concurrency
        if limit is not None and pool.in_flight >= limit:
            raise Throttled("ReservedFunctionConcurrentInvocationLimitExceeded")
        if self._concurrency.in_flight >= self._settings.max_concurrency:
            raise Throttled("ConcurrentInvocationLimitExceeded")
        return pool.invoke(payload, client_context, request_id)

    def invoke_event(self, name: str, payload: bytes) -> str:
        """Queue an asynchronous invocation; return its request id.

        Raises:
            FunctionMissing: the stack has no such function.

        """
        return self._queues[self.pool(name).function.name].put(payload)

    def kill(self, logical_id: str) -> None:
        """Kill every process of a function, busy ones included."""
        self.pool(self.functions[logical_id].name).kill()

    async def close(self) -> None:
        """Stop every task, queue and process."""
        for task in self._tasks:
            task.cancel()
        for queue in self._queues.values():
            queue.close()
        await asyncio.gather(*(pool.close() for pool in self._pools.values()))
        self._inline_code.cleanup()

    def _new_pool(self, function: Function, region: str, endpoints: Endpoints) -> FunctionPool:
        located = _with_code_folder(function, Path(self._inline_code.name))
        located = replace(located, timeout_s=located.timeout_s * self._settings.timeout_factor)
        environment = function_environment(located, region, endpoints, self._settings.overrides)
        if self._sources is not None:
            environment["PYTHONDONTWRITEBYTECODE"] = "1"  # see SourceWatch.has_changed
        command = [*runtime_command(self._settings.runtime), located.handler]
        process = ProcessCommand(command, environment, located.code)
        before_start = None if self._sources is None else self._sources.settle
        log = self.logs[function.logical_id]
        return FunctionPool(located, process, log, self._concurrency, before_start)

    def _on_source_change(self) -> None:
        """Replace every process, so that later invocations run the new code."""
        _log.info("source changed; replacing the processes of every function")
        for pool in self._pools.values():
            pool.retire()

    async def _stop_idle_processes(self) -> None:
        while True:
            await asyncio.sleep(_IDLE_CHECK_S)
            for pool in self._pools.values():
                pool.stop_idle(self._settings.idle_s)


def runtime_command(runtime: Runtime) -> Sequence[str]:
    """Return the command that runs a handler; without awslambdaric it is the pure-Python loop's."""
    if importlib.util.find_spec("awslambdaric") is None:
        runtime = "pure-python"
    return [sys.executable, str(_ENTRY), runtime]


def _with_code_folder(function: Function, parent: Path) -> Function:
    """Write a function's inline code to `index.py` in a folder of its own; return the others unchanged."""
    if function.inline is None:
        return function
    folder = parent / function.logical_id
    folder.mkdir(parents=True)
    (folder / "index.py").write_text(function.inline, encoding="utf-8")
    return replace(function, code=folder)
