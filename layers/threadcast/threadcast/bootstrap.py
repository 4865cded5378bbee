"""Settings made into a wired application: the one place that chooses adapters, each made on first use."""

import uuid
from functools import cache, cached_property
from typing import TYPE_CHECKING, assert_never

import boto3
from botocore.config import Config

from threadcast.adapters.api_gateway_pusher import ApiGatewayPusher
from threadcast.adapters.clock import SystemClock
from threadcast.adapters.dynamo import (
    DynamoAssetLibrary,
    DynamoAssetStore,
    DynamoChatStore,
    DynamoConnectionStore,
    DynamoTable,
    DynamoTurnStore,
)
from threadcast.adapters.inline_turn_starter import InlineTurnStarter
from threadcast.adapters.lambda_turn_starter import LambdaTurnStarter
from threadcast.adapters.secrets import read_parameter, read_secret
from threadcast.ports import Agent, TokenVerifier, TurnStarter
from threadcast.settings import Settings
from threadcast.stream.policy import StreamPolicy
from threadcast.turns.desk import Desk, TurnPolicy
from threadcast.turns.quota import QuotaLimits

if TYPE_CHECKING:
    from threadcast.adapters.token_keys import KeySource

__all__ = ["Application", "application"]


_DYNAMODB = Config(
    # The SDK's own 60 s would outlast API Gateway's patience; a lost answer is asked for again, twice.
    connect_timeout=1,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=25,
)


class Application:
    """What a deployment's functions share; parts are made when first asked for, then kept."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = SystemClock()

    @cached_property
    def session(self) -> boto3.Session:
        """The one SDK session of the process."""
        return boto3.Session()

    @cached_property
    def table(self) -> DynamoTable:
        """The table."""
        client = self.session.client("dynamodb", config=_DYNAMODB)
        return DynamoTable(client, self.settings.needed("table_name"))

    @cached_property
    def connections(self) -> DynamoConnectionStore:
        """The registry of open connections."""
        return DynamoConnectionStore(self.table, self.clock.now)

    @cached_property
    def verifier(self) -> TokenVerifier:
        """Whoever tells what a token is worth; its libraries are in the authorizer's layer only."""
        from threadcast.adapters.jwt_verifier import JwtVerifier  # noqa: PLC0415 - see above

        return JwtVerifier(
            self._keys(),
            issuer=self.settings.needed("token_issuer"),
            audience=self.settings.needed("token_audience"),
        )

    def _keys(self) -> "KeySource":
        from threadcast.adapters.token_keys import (  # noqa: PLC0415 - the same
            PublishedKeys,
            SharedSecret,
            fetch_json,
        )

        if self.settings.token_mode == "JWKS":  # noqa: S105 - a mode's name
            url = self.settings.needed("jwks_url")
            return PublishedKeys(lambda: fetch_json(url), self.clock)
        return SharedSecret(self._token_secret, self.clock)

    def _token_secret(self) -> str:
        settings = self.settings
        if settings.token_secret_arn is not None:
            return read_secret(self.session, settings.token_secret_arn)
        if settings.token_secret_parameter is not None:
            return read_parameter(self.session, settings.token_secret_parameter)
        return settings.needed("token_secret")

    @cached_property
    def desk(self) -> Desk:
        """What the use cases of a turn work with."""
        settings = self.settings
        return Desk(
            chats=DynamoChatStore(self.table),
            turns=DynamoTurnStore(self.table, self.clock.now),
            assets=DynamoAssetStore(self.table),
            connections=self.connections,
            pusher=ApiGatewayPusher(self.session, endpoint=settings.aws_endpoint_url_apigatewaymanagementapi),
            clock=self.clock,
            new_id=_new_id,
            agent=cache(self._agent),
            starter=cache(self._starter),
            limits=QuotaLimits(settings.turns_per_minute, settings.turn_burst, settings.concurrent_turns),
            policy=TurnPolicy(
                lease_s=settings.lease_s,
                grace_s=settings.grace_s,
                max_message_bytes=settings.max_message_bytes,
            ),
            stream=StreamPolicy(gap_s=settings.stream_gap_ms / 1000),
        )

    def _starter(self) -> TurnStarter:
        match self.settings.turn_starter:
            case "lambda":
                return LambdaTurnStarter(self.session, self.settings.needed("run_turn_function"))
            case "inline":
                return InlineTurnStarter(lambda: self.desk)
            case _:
                assert_never(self.settings.turn_starter)

    def _agent(self) -> Agent:
        """Whoever answers; a model's SDK is imported here and nowhere earlier."""
        library = DynamoAssetLibrary(self.table)
        match self.settings.agent:
            case "offline":
                from threadcast.adapters.offline_analyst import MetricMaker, OfflineAnalyst  # noqa: PLC0415

                maker = MetricMaker(library, _new_id, self.clock)
                return OfflineAnalyst(self.settings.analyst_pace_ms / 1000, maker)
            case "bedrock" | "openai":
                from threadcast.adapters.model_agent.building import Workshop, model_agent  # noqa: PLC0415

                return model_agent(self.settings, self.session, Workshop(library, _new_id, self.clock))
            case _:
                assert_never(self.settings.agent)


def _new_id() -> str:
    return str(uuid.uuid4())


@cache
def application() -> Application:
    """The process's application, from its environment; raises `ConfigurationError`."""
    return Application(Settings.from_environment())
