"""Constructs the application from its settings: the one place that chooses adapters, on first use."""

from functools import cache, cached_property
from typing import TYPE_CHECKING

import boto3
import botocore.session
from botocore.config import Config

from threadcast.adapters.api_gateway.pusher import ApiGatewayPusher
from threadcast.adapters.dynamodb import DynamoConnectionStore, DynamoDirectory, DynamoTable
from threadcast.adapters.dynamodb.sdk.reachability import require_reachable
from threadcast.adapters.system_clock import SystemClock
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.ports import TokenVerifier
from threadcast.settings import Settings
from threadcast.turns.connections import ConnectionOpener

if TYPE_CHECKING:
    from threadcast.bootstrap.use_cases import UseCases
    from threadcast.turns.recovery.expire_chats import ChatExpiry

__all__ = ["Application", "application"]

_DYNAMODB = Config(
    # The SDK's default of 60 s is longer than API Gateway waits. A lost response is retried once; StoreRetry
    # retries for longer where there is time.
    connect_timeout=1,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 2},
    max_pool_connections=25,
)

_DYNAMODB_IN_SAM_LOCAL = Config(
    # An emulator on the same machine, which has answered once (`require_reachable`) but may be slow.
    connect_timeout=1,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 1},
    max_pool_connections=25,
)


class Application:
    """What a function uses; parts are imported and constructed on first use."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = SystemClock()

    @cached_property
    def session(self) -> boto3.Session:
        """The one SDK session of the process."""
        if not self.settings.aws_sam_local:
            return boto3.Session()
        core = botocore.session.get_session()
        # No instance role exists there, and the SDK waits two seconds for one where no credentials are set.
        core.get_component("credential_provider").remove("iam-role")
        return boto3.Session(botocore_session=core)

    @cached_property
    def table(self) -> DynamoTable:
        """The table; in `sam local`, raises `StoreUnreachable` if nothing answers there."""
        is_local = self.settings.aws_sam_local
        client = self.session.client("dynamodb", config=_DYNAMODB_IN_SAM_LOCAL if is_local else _DYNAMODB)
        if is_local:
            require_reachable(client.meta.endpoint_url)
        return DynamoTable(client, self.settings.needed("table_name"))

    @cached_property
    def connections(self) -> DynamoConnectionStore:
        """The registry of open connections."""
        return DynamoConnectionStore(self.table, self.clock.now)

    @cached_property
    def directory(self) -> DynamoDirectory:
        """The users of each organisation by their e-mail addresses."""
        return DynamoDirectory(self.table, self.clock.now)

    @cached_property
    def pusher(self) -> ApiGatewayPusher:
        """What posts to connections, and asks about them."""
        return ApiGatewayPusher(
            self.session,
            self.clock,
            endpoint=self.settings.aws_endpoint_url_apigatewaymanagementapi,
            max_posts=self.stream.max_connections,
        )

    @cached_property
    def stream(self) -> StreamPolicy:
        """The pace and the limits of a stream; the user's connections, and one that is not registered."""
        settings = self.settings
        return StreamPolicy(
            gap_s=settings.stream_gap_ms / 1000, max_connections=settings.connections_per_user + 1
        )

    @cached_property
    def connection_opener(self) -> ConnectionOpener:
        """What registers a user's connections, up to the limit."""
        limit, grace_s = self.settings.connections_per_user, self.stream.connect_grace_s
        return ConnectionOpener(self.connections, self.pusher, self.clock, limit=limit, grace_s=grace_s)

    @cached_property
    def verifier(self) -> TokenVerifier:
        """The verifier of tokens."""
        from threadcast.bootstrap.authentication import token_verifier  # noqa: PLC0415 - in the authorizer's layer only

        return token_verifier(self)

    @cached_property
    def turns(self) -> "UseCases":
        """The use cases of turns."""
        from threadcast.bootstrap.turn_functions import turn_use_cases  # noqa: PLC0415 - slow to import; some need no turns

        return turn_use_cases(self)

    @cached_property
    def chat_expiry(self) -> "ChatExpiry":
        """What deletes chats after their time."""
        from threadcast.bootstrap.turn_functions import chat_expiry  # noqa: PLC0415 - as above

        return chat_expiry(self)


@cache
def application() -> Application:
    """Return the process's application, from its environment; raises `ConfigurationError`."""
    return Application(Settings.from_environment())
