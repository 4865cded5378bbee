"""The composition root: constructs, starts and stops every part of the gateway."""

import asyncio
import socket
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from ssl import SSLContext

from aiohttp import web
from aiohttp.typedefs import Handler

from local_gateway.access.access_rule import AccessRule
from local_gateway.access.middleware import refuse_foreign_requests
from local_gateway.apigateway.connections import Connections
from local_gateway.apigateway.dispatcher import Dispatcher
from local_gateway.apigateway.function_events import EventBuilder
from local_gateway.apigateway.management_api import ManagementApi
from local_gateway.apigateway.websocket.upgrade_protocol import UpgradeProtocolFactory
from local_gateway.apigateway.websocket.websocket_server import WebSocketServer
from local_gateway.aws_lambda.environment_variables import Endpoints, client_environment
from local_gateway.aws_lambda.function_log import LogSink
from local_gateway.aws_lambda.invoke_api import InvokeApi
from local_gateway.aws_lambda.lambda_service import LambdaService, Triggers
from local_gateway.dynamodb.emulator import DynamoDBEmulator
from local_gateway.dynamodb.requests import DynamoDBClient
from local_gateway.dynamodb.table_creation import create_tables
from local_gateway.errors import StartError
from local_gateway.injected_faults import InjectedFaults
from local_gateway.settings import Settings
from local_gateway.static_files import StaticFiles
from local_gateway.template.stack import Stack
from local_gateway.tls import make_certificate

__all__ = ["GatewayServer", "new_event_loop"]

_HOST = "127.0.0.1"
_SHUTDOWN_S = 1.0
_BACKLOG = 1024
_MAX_BODY_BYTES = 8 * 1024 * 1024
_CLIENT_CLOSED_REQUEST = 499


class GatewayServer:
    """One running stack. `start` creates it, `close` stops every part."""

    def __init__(
        self,
        stack: Stack,
        connections: Connections,
        functions: LambdaService,
        faults: InjectedFaults,
        endpoints: Endpoints,
        port: int,
        closing: AsyncExitStack,
    ) -> None:
        self.stack = stack
        self.connections = connections
        self.functions = functions
        self.faults = faults
        self.endpoints = endpoints
        self.port = port
        self._closing = closing

    @classmethod
    async def start(cls, stack: Stack, settings: Settings, sink: LogSink | None = None) -> "GatewayServer":
        """Start every part; on failure or cancellation, stop those that have started.

        Raises:
            StartError: a port is in use, or the DynamoDB emulator does not start.

        """
        async with AsyncExitStack() as closing:
            emulator = _start_emulator(stack, settings, closing)
            folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="local-gateway-")))
            plain, tls = (closing.enter_context(_listen(port)) for port in (settings.port, 0))
            domain_name = f"{stack.api.api_id}.execute-api.{stack.region}.amazonaws.com"
            context, ca_bundle = make_certificate(folder, [domain_name])
            dynamodb = await _create_tables(stack, settings, emulator)
            port = plain.getsockname()[1]
            endpoints = Endpoints(
                management=f"http://{_HOST}:{port}/{stack.api.stage}",
                lambda_api=f"http://{_HOST}:{port}",
                dynamodb=dynamodb,
                ca_bundle=ca_bundle,
                hosts={domain_name: f"{_HOST}:{tls.getsockname()[1]}"},
                strict=settings.strict,
            )
            access = AccessRule(
                frozenset(endpoints.hosts), frozenset(settings.allow_origins), settings.static is not None
            )
            functions = LambdaService(
                stack.functions,
                settings.functions,
                sink,
                stack.region,
                endpoints,
                Triggers(stack.schedules, stack.streams),
            )
            closing.push_async_callback(functions.close)
            connections, faults = Connections(), InjectedFaults()
            events = EventBuilder(stack.api, stack.region, stack.account, domain_name)
            client = None if dynamodb is None else DynamoDBClient(dynamodb, stack.region)
            dispatcher = Dispatcher(events, functions, settings.limits, client)
            websockets = WebSocketServer(stack.api.stage, dispatcher, connections, settings.limits, access)
            management = ManagementApi(websockets, connections, settings.limits, faults, functions.kill)
            app = _application(stack, management, functions, access, settings)
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_S)
            closing.push_async_callback(runner.cleanup)
            closing.push_async_callback(websockets.close)
            await runner.setup()
            await functions.start()
            await _serve(plain, None, websockets, runner, closing)
            await _serve(tls, context, websockets, runner, closing)
            return cls(stack, connections, functions, faults, endpoints, port, closing.pop_all())

    @property
    def websocket_url(self) -> str:
        """The URL that clients connect to."""
        return f"ws://{_HOST}:{self.port}/{self.stack.api.stage}"

    @property
    def client_environment(self) -> dict[str, str]:
        """The environment variables that direct boto3 in any process to this gateway."""
        return client_environment(self.stack.region, self.endpoints)

    async def close(self) -> None:
        """Close every connection, process and listener."""
        await self._closing.aclose()


def _start_emulator(stack: Stack, settings: Settings, closing: AsyncExitStack) -> DynamoDBEmulator | None:
    if settings.dynamodb_endpoint is not None or not stack.tables:
        return None
    emulator = DynamoDBEmulator(
        program=settings.dynamodb_program,
        state=None if settings.state is None else settings.state.resolve(),
    )
    closing.callback(emulator.close)
    emulator.start()
    return emulator


async def _create_tables(stack: Stack, settings: Settings, emulator: DynamoDBEmulator | None) -> str | None:
    """Create the stack's tables; return the DynamoDB endpoint, None if there is none."""
    endpoint = settings.dynamodb_endpoint if emulator is None else await emulator.endpoint()
    if endpoint is not None:
        await asyncio.to_thread(create_tables, endpoint, stack.tables.values(), stack.region)
    return endpoint


def _application(
    stack: Stack, management: ManagementApi, functions: LambdaService, access: AccessRule, settings: Settings
) -> web.Application:
    middlewares = [refuse_foreign_requests(access), _ignore_closed_requests]
    app = web.Application(client_max_size=_MAX_BODY_BYTES, middlewares=middlewares)
    management.add_to(app, stack.api.stage, needs_stage=settings.strict and not stack.api.has_domain)
    InvokeApi(functions, stack.region, stack.account).add_to(app)
    if settings.static is not None:
        StaticFiles(settings.static).add_to(app)
    app.router.add_route("*", "/{path:(?!2015-03-31/).*}", _forbid)
    return app


async def _forbid(_request: web.Request) -> web.Response:
    """Answer every path that is not of Lambda's API as API Gateway does, that of another stage included."""
    return web.json_response({"message": "Forbidden"}, status=403)


@web.middleware
async def _ignore_closed_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
    """End a request whose caller disconnects before it is read, e.g. a killed function, without an error."""
    try:
        return await handler(request)
    except ConnectionResetError:
        return web.Response(status=_CLIENT_CLOSED_REQUEST)


async def _serve(
    listener: socket.socket,
    context: SSLContext | None,
    websockets: WebSocketServer,
    runner: web.AppRunner,
    closing: AsyncExitStack,
) -> None:
    """Accept connections; upgrades go to the WebSocket server, all other requests to aiohttp."""
    if runner.server is None:
        raise StartError("the gateway", "its HTTP server is not set up")
    protocols = UpgradeProtocolFactory(websockets.accept, runner.server)
    server = await asyncio.get_running_loop().create_server(
        protocols, sock=listener, ssl=context, backlog=_BACKLOG
    )
    closing.callback(protocols.close)
    closing.callback(server.close)


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
    """Return a uvloop event loop if uvloop is installed, else asyncio's."""
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
