"""Runs a gateway inside another program, above all inside tests."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from local_gateway.apigateway.limits import Limits
from local_gateway.aws_lambda.logs import LogLine, LogSink
from local_gateway.aws_lambda.service import LambdaSettings
from local_gateway.faults import PostFault
from local_gateway.server import Server, new_event_loop
from local_gateway.settings import Settings
from local_gateway.template.stack import Stack, read_stack

__all__ = ["Gateway", "running_gateway"]

_Result = TypeVar("_Result")


class Gateway:
    """A gateway that runs in a thread of its own; every method may be called from any thread.

    `logical_id` is always the name under `Resources` in the template.
    """

    def __init__(self, server: Server, loop: asyncio.AbstractEventLoop) -> None:
        self._server = server
        self._loop = loop

    @property
    def stack(self) -> Stack:
        """What was read from the template."""
        return self._server.stack

    @property
    def websocket_url(self) -> str:
        """Where clients connect: `ws://127.0.0.1:PORT/<stage>`."""
        return self._server.websocket_url

    @property
    def management_url(self) -> str:
        """Endpoint of boto3's `apigatewaymanagementapi`."""
        return self._server.endpoints.management

    @property
    def lambda_url(self) -> str:
        """Endpoint of boto3's `lambda`."""
        return self._server.endpoints.lambda_api

    @property
    def dynamodb_url(self) -> str | None:
        """Endpoint of boto3's `dynamodb`; None if the template has no tables."""
        return self._server.endpoints.dynamodb

    @property
    def client_environment(self) -> dict[str, str]:
        """Environment variables that make boto3 in another process talk to this gateway."""
        return self._server.client_environment

    @property
    def connection_ids(self) -> list[str]:
        """Ids of the connections that are open now."""
        return self._call(lambda: [each.id for each in self._server.connections if each.state == "open"])

    @property
    def task_count(self) -> int:
        """How many tasks the gateway runs: what a test of leaks looks at."""
        return self._call(lambda: len(asyncio.all_tasks()))

    def table_name(self, logical_id: str) -> str:
        """Give a table's physical name."""
        return self.stack.tables[logical_id].name

    def function_name(self, logical_id: str) -> str:
        """Give a function's physical name."""
        return self.stack.functions[logical_id].name

    def logs(self, logical_id: str) -> list[LogLine]:
        """Give what a function printed so far, and what Lambda said about it, oldest first."""
        return self._call(lambda: self._server.functions.logs[logical_id].lines)

    def process_ids(self, logical_id: str) -> list[int]:
        """Give the ids of a function's processes."""
        name = self.function_name(logical_id)
        return self._call(
            lambda: [worker.pid for worker in self._server.functions.pool(name).workers if worker.pid]
        )

    def kill_function(self, logical_id: str) -> None:
        """Kill a function's processes at once, as if they had crashed."""
        self._call(lambda: self._server.kill(logical_id))

    def kill_during_call(self, logical_id: str, after_s: float) -> None:
        """Kill the process that takes the function's next call, so long into that call."""
        name = self.function_name(logical_id)
        self._call(lambda: self._server.functions.pool(name).kills.append(after_s))

    def drop_connection(self, connection_id: str) -> None:
        """Cut a connection without a closing frame, as a lost network does."""
        self._call(lambda: self._server.drop(connection_id))

    def fail_posts(
        self,
        status: int | None = None,
        *,
        delay_s: float = 0.0,
        connection_id: str | None = None,
        times: int | None = None,
        after: int = 0,
        drops: bool = False,
        kills: str | None = None,
    ) -> None:
        """Make posts to `@connections` fail or be late; see PostFault for the arguments."""
        fault = PostFault(status, delay_s, connection_id, times, after, drops, kills)
        self._call(lambda: self._server.faults.posts.append(fault))

    @property
    def armed_faults(self) -> int:
        """How many faults of `fail_posts` no post has used up yet."""
        return self._call(lambda: sum(fault.times != 0 for fault in self._server.faults.posts))

    def clear_faults(self) -> None:
        """Let everything work again."""
        self._call(self._server.faults.posts.clear)

    def _call(self, function: Callable[[], _Result]) -> _Result:
        async def call() -> _Result:
            return function()

        return _run(call(), self._loop)


@contextlib.contextmanager
def running_gateway(
    template: Path,
    parameters: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    port: int = 0,
    dynamodb_endpoint: str | None = None,
    limits: Limits | None = None,
    functions: LambdaSettings | None = None,
    log_sink: LogSink | None = None,
) -> Iterator[Gateway]:
    """Run a template's WebSocket API, functions and tables while the block runs.

    `environment` wins over what the template gives its functions. `limits` and `functions` change
    API Gateway's and Lambda's limits. `log_sink` gets every log line as it comes, on the gateway's thread.

    Raises:
        GatewayError: the template can't run here, or something did not start.

    """
    lambda_settings = functions or LambdaSettings()
    overrides = {**lambda_settings.overrides, **(environment or {})}
    settings = Settings(
        template,
        dict(parameters or {}),
        port=port,
        dynamodb_endpoint=dynamodb_endpoint,
        limits=limits or Limits(),
        functions=replace(lambda_settings, overrides=overrides),
    )
    stack = read_stack(
        settings.template, settings.parameters, stack_name=settings.stack_name, region=settings.region
    )
    with _loop_in_a_thread() as loop:
        server = _run(_make(stack, settings, log_sink), loop)
        try:
            yield Gateway(server, loop)
        finally:
            _run(server.close(), loop)


async def _make(stack: Stack, settings: Settings, sink: LogSink | None) -> Server:
    server = Server(stack, settings, sink)
    await server.open()
    return server


def _run(work: Coroutine[Any, Any, _Result], loop: asyncio.AbstractEventLoop) -> _Result:
    return asyncio.run_coroutine_threadsafe(work, loop).result()


@contextlib.contextmanager
def _loop_in_a_thread() -> Iterator[asyncio.AbstractEventLoop]:
    loop = new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="local-gateway", daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        _run(loop.shutdown_default_executor(), loop)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
