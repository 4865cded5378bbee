"""`Settings`: the deployment's settings, read from environment variables."""

import os
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from threadcast.errors import ConfigurationError

__all__ = [
    "AgentKind",
    "CachePointsKind",
    "LogLevel",
    "Settings",
    "TokenMode",
    "TurnStarterKind",
    "runs_in_sam_local",
]

AgentKind = Literal["offline", "bedrock", "openai"]
CachePointsKind = Literal["auto", "all", "system", "none"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
TokenMode = Literal["HS256", "JWKS"]
TurnStarterKind = Literal["inline", "lambda"]


_HTTPS_OR_LOOPBACK = r"^(https://\S+|http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?(/\S*)?)$"


def runs_in_sam_local() -> bool:
    """Return whether `sam local` or `make invoke` runs this process: both set AWS_SAM_LOCAL."""
    return bool(os.environ.get("AWS_SAM_LOCAL"))


class Settings(BaseModel):
    """Every setting of a deployment; a field's name in capitals is its environment variable.

    An empty variable counts as absent, because a template can set a variable to an empty text more easily
    than omit it. Powertools itself reads POWERTOOLS_* variables.
    """

    model_config = ConfigDict(frozen=True)

    table_name: str | None = None
    run_turn_function: str | None = Field(None, description="Name or ARN of the function that runs turns")
    turn_starter: TurnStarterKind = "lambda"
    aws_endpoint_url_apigatewaymanagementapi: str | None = Field(
        None, description="Endpoint of all posts to connections; None: by the domain of each connection"
    )

    aws_sam_local: bool = Field(
        default=False, description="Set by `sam local`: the table's endpoint is checked at start"
    )

    token_mode: TokenMode = "HS256"  # noqa: S105 - an algorithm, no secret
    token_issuer: str | None = None
    token_audience: str | None = None
    token_secret: str | None = Field(None, repr=False, description="For local runs and tests only")
    token_secret_arn: str | None = Field(None, description="Secrets Manager")
    token_secret_parameter: str | None = Field(None, description="SSM, a SecureString's name")
    jwks_url: str | None = None

    turns_per_minute: float = Field(20, gt=0)
    turn_burst: int = Field(5, ge=1)
    concurrent_turns: int = Field(3, ge=1)
    messages_per_minute: float = Field(120, gt=0, description="Messages that open no turn")
    message_burst: int = Field(40, ge=1)
    budget_tokens: int = Field(0, ge=0, description="Tokens of a user in a month; 0: no limit")
    budget_usd: Decimal = Field(Decimal(0), ge=0, description="US dollars of a user in a month; 0: no limit")
    connections_per_user: int = Field(20, ge=1, le=100, description="Open WebSocket connections of a user")
    max_message_bytes: int = Field(65_536, ge=1024, description="One serialised message while it is streamed")

    stream_gap_ms: int = Field(50, ge=0, le=1000, description="Between two posts to one connection")
    lease_s: float = Field(20, ge=15, le=60, description="Lease of a turn; longer than any clock skew")
    grace_s: float = Field(120, ge=0, description="How long a turn continues without a connection")

    chat_kept_days: int = Field(0, ge=0, le=3650, description="Days that an unchanged chat is kept; 0: ever")
    metrics_per_user: int = Field(100, ge=0, le=1000, description="Metrics made by agents, of each user")
    made_metric_days: int = Field(365, ge=0, le=3650, description="Days that one is kept; 0: for ever")

    replaced_kept_days: int = Field(30, ge=1, le=3650, description="Days that a replaced message is stored")

    agent: AgentKind = "offline"
    analyst_pace_ms: int = Field(0, ge=0, le=1000, description="Pause between the offline analyst's words")

    model_id: str | None = Field(None, description="Of the model, or of an inference profile")
    model_title_id: str | None = Field(None, description="A smaller model for titles; None: the same")
    model_region: str | None = Field(
        None, description="Where Bedrock is called; None: where the function runs"
    )
    model_request_fields: str | None = Field(None, description="The model's own parameters, a JSON object")
    model_cache_points: CachePointsKind = Field(
        "auto", description="What Bedrock caches between calls; auto: by the model's name"
    )
    guardrail_id: str | None = None
    guardrail_version: str | None = None
    openai_base_url: str | None = Field(
        None, pattern=_HTTPS_OR_LOOPBACK, description="None: OpenAI itself; https, or http on loopback"
    )
    openai_api_key: str | None = Field(None, repr=False, description="For local runs and tests only")
    openai_api_key_arn: str | None = Field(None, description="Secrets Manager")
    model_max_output_tokens: int = Field(4_096, ge=64, description="Of one call of the model")
    model_max_loops: int = Field(8, ge=1, description="Calls of the model for one answer")
    model_max_s: float = Field(300, gt=0, description="For one answer")
    model_context_tokens: int = Field(12_000, ge=500, description="Tokens of the asset's description")
    model_history_tokens: int = Field(16_000, ge=0, description="Tokens of the chat's history")
    model_price_in: Decimal = Field(
        Decimal(0), ge=0, description="US dollars for a million tokens that the model reads"
    )
    model_price_out: Decimal = Field(Decimal(0), ge=0, description="The same for what it writes")
    model_price_cache_read: Decimal | None = Field(
        None, ge=0, description="The same for what comes from the prompt cache; None: as model_price_in"
    )
    model_price_cache_write: Decimal | None = Field(
        None, ge=0, description="The same for what is written to the prompt cache; None: as model_price_in"
    )
    model_max_cost: Decimal | None = Field(None, gt=0, description="US dollars for one answer")

    log_level: LogLevel = "INFO"

    @classmethod
    def from_environment(cls) -> Self:
        """Read the process's environment; raises `ConfigurationError`."""
        return cls.from_mapping(os.environ)

    @classmethod
    def from_mapping(cls, variables: Mapping[str, str]) -> Self:
        """Read `variables`; raises `ConfigurationError` with the names of invalid ones, without values."""
        given = {
            name: value for name in cls.model_fields if (value := variables.get(name.upper(), "").strip())
        }
        if given.get("aws_sam_local"):  # `sam local invoke` runs no second function
            given.setdefault("turn_starter", "inline")
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            faults = (f"{fault['loc'][0]}".upper() + f": {fault['msg']}" for fault in error.errors())
            raise ConfigurationError("; ".join(faults)) from None

    def needed(self, name: str) -> str:
        """Return the value of an optional text setting; raises `ConfigurationError` if it is not set."""
        value = getattr(self, name)
        if value is None:
            raise ConfigurationError(f"{name.upper()} is not set")
        return str(value)
