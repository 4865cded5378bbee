"""Runs a gateway in a thread of another program, for example of a test."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypedDict, TypeVar, Unpack

from local_gateway.apigateway.limits import Limits
from local_gateway.aws_lambda.function_log import LogLine, LogSink
from local_gateway.aws_lambda.lambda_settings import LambdaSettings
from local_gateway.gateway_server import GatewayServer, new_event_loop
from local_gateway.injected_faults import PostFault
from local_gateway.settings import Settings
from local_gateway.template.stack import Stack, read_stack

__all__ = ["Gateway", "GatewayOptions", "running_gateway"]

_Result = TypeVar("_Result")


class Gateway:
    """A gateway in its own thread. Every method is thread-safe.

    `logical_id` is the resource's name under `Resources` in the template.
    """

    def __init__(self, server: GatewayServer, loop: asyncio.AbstractEventLoop) -> None:
        self._server = server
        self._loop = loop

    @property
    def stack(self) -> Stack:
        """The template's stack."""
        return self._server.stack

    @property
    def websocket_url(self) -> str:
        """The URL that clients connect to: `ws://127.0.0.1:PORT/<stage>`."""
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
        """The environment variables that direct boto3 in another process to this gateway."""
        return self._server.client_environment

    @property
    def connection_ids(self) -> list[str]:
        """Ids of the open connections."""
        return self._call(lambda: [each.id for each in self._server.connections if each.state == "open"])

    @property
    def task_count(self) -> int:
        """Number of asyncio tasks of the gateway, for leak tests."""
        return self._call(lambda: len(asyncio.all_tasks()))

    @property
    def starting_count(self) -> int:
        """Number of function processes that are starting, for leak tests: they hold no connection yet."""
        pools = [self.function_name(logical_id) for logical_id in self.stack.functions]
        return self._call(lambda: sum(self._server.functions.pool(name).starting for name in pools))

    def table_name(self, logical_id: str) -> str:
        """Return a table's physical name."""
        return self.stack.tables[logical_id].name

    def function_name(self, logical_id: str) -> str:
        """Return a function's physical name."""
        return self.stack.functions[logical_id].name

    def logs(self, logical_id: str) -> list[LogLine]:
        """Return a function's output and Lambda's own lines, oldest first."""
        return self._call(lambda: self._server.functions.logs[logical_id].lines)

    def process_ids(self, logical_id: str) -> list[int]:
        """Return the ids of a function's processes."""
        name = self.function_name(logical_id)
        return self._call(
            lambda: [each.pid for each in self._server.functions.pool(name).environments if each.pid]
        )

    def kill_function(self, logical_id: str) -> None:
        """Kill a function's processes with SIGKILL, busy ones included."""
        self._call(lambda: self._server.functions.kill(logical_id))

    def kill_during_call(self, logical_id: str, after_s: float) -> None:
        """Kill the process of the function's next invocation, `after_s` seconds into it."""
        name = self.function_name(logical_id)
        self._call(lambda: self._server.functions.pool(name).kills.append(after_s))

    def drop_connection(self, connection_id: str) -> None:
        """Cut a connection without a closing frame, as a network failure does."""
        self._call(lambda: self._server.connections.drop(connection_id))

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
        """Make posts to `@connections` fail, or delay them; see PostFault for the arguments."""
        fault = PostFault(status, delay_s, connection_id, times, after, drops, kills)
        self._call(lambda: self._server.faults.posts.append(fault))

    @property
    def armed_faults(self) -> int:
        """Number of `fail_posts` faults that still apply to later posts."""
        return self._call(lambda: sum(fault.times != 0 for fault in self._server.faults.posts))

    def clear_faults(self) -> None:
        """Remove every fault."""
        self._call(self._server.faults.posts.clear)

    def _call(self, function: Callable[[], _Result]) -> _Result:
        async def call() -> _Result:
            return function()

        return _run(call(), self._loop)


class GatewayOptions(TypedDict, total=False):
    """More options of `running_gateway`.

    `port` 0, the default, is any free port. `dynamodb_endpoint` is another DynamoDB emulator;
    `dynamodb_program` are Python's arguments for one of your own, see `DynamoDBEmulator`.
    Web pages of `allow_origins` may open WebSockets, e.g. `http://localhost:5173`; `*` is every page.
    The files of `static` are served on the same port; the pages among them may connect too.
    `strict`, by default True, leaves out what is more lenient than AWS. `stored_values` are values of
    Parameter Store and Secrets Manager by name. `state` is a folder that keeps the tables' items.
    """

    port: int
    dynamodb_endpoint: str | None
    dynamodb_program: tuple[str, ...]
    static: Path | None
    allow_origins: Collection[str]
    strict: bool
    stored_values: Mapping[str, str]
    state: Path | None


@contextlib.contextmanager
def running_gateway(
    template: Path,
    parameters: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    limits: Limits | None = None,
    functions: LambdaSettings | None = None,
    log_sink: LogSink | None = None,
    **options: Unpack[GatewayOptions],
) -> Iterator[Gateway]:
    """Run a template's WebSocket API, functions and tables for the duration of a `with` block.

    `environment` takes precedence over the template's variables. `limits` and `functions` change API
    Gateway's and Lambda's limits. `log_sink` receives every log line at once, on the gateway's thread.
    What is left out of the template is named in warnings of the logger `local_gateway`.

    Raises:
        GatewayError: the template cannot run on this machine, or a part does not start.
        ValueError: an allowed origin is not `scheme://host[:port]`, `null` or `*`.

    """
    lambda_settings = functions or LambdaSettings()
    overrides = {**lambda_settings.overrides, **(environment or {})}
    options.setdefault("strict", True)
    settings = Settings(
        template,
        dict(parameters or {}),
        limits=limits or Limits(),
        functions=replace(lambda_settings, overrides=overrides),
        **options,
    )
    stack = read_stack(
        settings.template,
        settings.parameters,
        stack_name=settings.stack_name,
        region=settings.region,
        stored_values=settings.stored_values,
        given_variables=settings.functions.overrides,
    )
    with _event_loop_thread() as loop:
        server = _run(GatewayServer.start(stack, settings, log_sink), loop)
        try:
            yield Gateway(server, loop)
        finally:
            _run(server.close(), loop)


def _run(work: Coroutine[Any, Any, _Result], loop: asyncio.AbstractEventLoop) -> _Result:
    return asyncio.run_coroutine_threadsafe(work, loop).result()


@contextlib.contextmanager
def _event_loop_thread() -> Iterator[asyncio.AbstractEventLoop]:
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
