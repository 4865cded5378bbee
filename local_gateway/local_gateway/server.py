"""The whole gateway, composed: the one place that knows every part and starts and ends them."""

import asyncio
import contextlib
import socket
import tempfile
from pathlib import Path
from ssl import SSLContext

from aiohttp import web
from aiohttp.typedefs import Handler

from local_gateway.apigateway.connection import Connections
from local_gateway.apigateway.dispatch import Dispatcher
from local_gateway.apigateway.door import Doors
from local_gateway.apigateway.events import EventMaker
from local_gateway.apigateway.management import ManagementApi
from local_gateway.apigateway.shell import WebSocketShell
from local_gateway.aws_lambda.environment import Endpoints, client_environment
from local_gateway.aws_lambda.invoke_api import InvokeApi
from local_gateway.aws_lambda.logs import LogSink
from local_gateway.aws_lambda.service import LambdaService
from local_gateway.dynamodb.process import StandIn
from local_gateway.dynamodb.tables import create_tables
from local_gateway.errors import StartError
from local_gateway.faults import Faults
from local_gateway.settings import Settings
from local_gateway.template.stack import Stack
from local_gateway.tls import make_certificate

__all__ = ["Server"]

_HOST = "127.0.0.1"
_SHUTDOWN_S = 1.0
_BACKLOG = 1024
_MAX_BODY_BYTES = 8 * 1024 * 1024
_CALLER_GONE = 499


class Server:
    """One run of one stack. `open` starts everything, `close` ends everything, in any state."""

    def __init__(self, stack: Stack, settings: Settings, sink: LogSink | None = None) -> None:
        self.stack = stack
        self.connections = Connections()
        self.faults = Faults()
        self.functions = LambdaService(stack.functions, settings.functions, sink)
        self.endpoints: Endpoints
        self.port = 0
        self._settings = settings
        self._closing = contextlib.AsyncExitStack()

    @property
    def websocket_url(self) -> str:
        """The address that clients connect to."""
        return f"ws://{_HOST}:{self.port}/{self.stack.api.stage}"

    @property
    def client_environment(self) -> dict[str, str]:
        """What makes boto3 in any process talk to this gateway."""
        return client_environment(self.stack.region, self.endpoints)

    async def open(self) -> None:
        """Start everything; on failure, end what was started already.

        Raises:
            StartError: a port is taken, or the DynamoDB stand-in did not come up.

        """
        try:
            await self._open()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End every connection, process and listener."""
        await self._closing.aclose()

    async def _open(self) -> None:
        stand_in = self._begin_stand_in()
        folder = Path(self._closing.enter_context(tempfile.TemporaryDirectory(prefix="local-gateway-")))
        plain, tls = (self._closing.enter_context(_listen(port)) for port in (self._settings.port, 0))
        self.port = plain.getsockname()[1]
        context, bundle = make_certificate(folder)
        stage = self.stack.api.stage
        self._closing.push_async_callback(self.functions.close)
        domain_name = f"{_HOST}:{tls.getsockname()[1]}"
        app = self._application(domain_name)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_S)
        self._closing.push_async_callback(runner.cleanup)
        self._closing.push_async_callback(self._shell.close)
        await runner.setup()
        dynamodb = await self._dynamodb(stand_in)
        self.endpoints = Endpoints(
            management=f"http://{_HOST}:{self.port}/{stage}",
            lambda_api=f"http://{_HOST}:{self.port}",
            dynamodb=dynamodb,
            ca_bundle=bundle,
            hosts={f"{self.stack.api.api_id}.execute-api.{self.stack.region}.amazonaws.com": domain_name},
        )
        self.functions.open(self.stack.region, self.endpoints)
        await self._listen(runner, plain, None)
        await self._listen(runner, tls, context)

    async def _listen(
        self, runner: web.AppRunner, listener: socket.socket, context: SSLContext | None
    ) -> None:
        """Let clients in: the door sends WebSockets to the shell, and all else to aiohttp."""
        if runner.server is None:
            raise StartError("the gateway", "its HTTP server is not set up")
        doors = Doors(self._shell.accept, runner.server)
        server = await asyncio.get_running_loop().create_server(
            doors, sock=listener, ssl=context, backlog=_BACKLOG
        )
        self._closing.callback(doors.close)
        self._closing.callback(server.close)

    def _application(self, domain_name: str) -> web.Application:
        stack, limits = self.stack, self._settings.limits
        events = EventMaker(stack.api, stack.region, stack.account, domain_name)
        dispatcher = Dispatcher(events, self.functions, limits)
        self._shell = WebSocketShell(stack.api.stage, dispatcher, self.connections, limits)
        self.faults.drop = self.drop
        self.faults.kill = self.kill
        app = web.Application(client_max_size=_MAX_BODY_BYTES, middlewares=[_let_callers_hang_up])
        self._shell.add_to(app)
        ManagementApi(stack.api.stage, self.connections, self._shell, limits, self.faults).add_to(app)
        InvokeApi(self.functions, stack.region, stack.account).add_to(app)
        return app

    def drop(self, connection_id: str) -> None:
        """Cut a connection as a lost network would."""
        connection = self.connections.open(connection_id)
        if connection is not None and connection.socket is not None:
            connection.socket.abort()

    def kill(self, logical_id: str) -> None:
        """Kill a function's processes, whatever they are doing."""
        self.functions.pool(self.stack.functions[logical_id].name).kill()

    def _begin_stand_in(self) -> StandIn | None:
        if self._settings.dynamodb_endpoint is not None or not self.stack.tables:
            return None
        stand_in = StandIn()
        self._closing.callback(stand_in.close)
        stand_in.begin()
        return stand_in

    async def _dynamodb(self, stand_in: StandIn | None) -> str | None:
        endpoint = self._settings.dynamodb_endpoint if stand_in is None else await stand_in.endpoint()
        if endpoint is not None:
            await asyncio.to_thread(create_tables, endpoint, self.stack.tables.values(), self.stack.region)
        return endpoint


@web.middleware
async def _let_callers_hang_up(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Take a caller that is gone before its request was read as what it is: a killed function."""
    try:
        return await handler(request)
    except ConnectionResetError:
        return web.Response(status=_CALLER_GONE)


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
    except OSError as problem:
        listener.close()
        raise StartError(f"the listener on port {port}", problem.strerror or str(problem)) from problem
    return listener


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Make the fastest event loop there is here."""
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
