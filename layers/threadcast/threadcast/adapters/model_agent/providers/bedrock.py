"""Models of Amazon Bedrock, through ConverseStream."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import boto3
import urllib3.exceptions
from botocore.config import Config
from botocore.eventstream import ParserError
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own family
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ReadTimeoutError,
)
from strands.models import CacheConfig
from strands.models.bedrock import BedrockModel
from strands.types.exceptions import ContextWindowOverflowException, ModelThrottledException

from threadcast.adapters.model_agent.model_errors import Failure, StreamInterrupted
from threadcast.adapters.model_agent.providers.abort_call import make_abortable
from threadcast.adapters.model_agent.providers.prompt_caching import CachePoints, cacheable_parts
from threadcast.adapters.model_agent.providers.provider import Provider

__all__ = ["BedrockChoice", "bedrock"]

TITLE_TOKENS = 64

_BY_CODE = {
    "throttlingexception": Failure.THROTTLED,
    "servicequotaexceededexception": Failure.THROTTLED,
    "toomanyrequestsexception": Failure.THROTTLED,
    "modelnotreadyexception": Failure.UNAVAILABLE,
    "serviceunavailableexception": Failure.UNAVAILABLE,
    "internalserverexception": Failure.UNAVAILABLE,
    "modelstreamerrorexception": Failure.BROKE_OFF,
    "modelerrorexception": Failure.UNAVAILABLE,
    "modeltimeoutexception": Failure.TOOK_TOO_LONG,
    "accessdeniedexception": Failure.ACCESS_DENIED,
    "unrecognizedclientexception": Failure.ACCESS_DENIED,
    "expiredtokenexception": Failure.ACCESS_DENIED,
    "invalidsignatureexception": Failure.ACCESS_DENIED,
    "resourcenotfoundexception": Failure.MISCONFIGURED,
    "validationexception": Failure.MISCONFIGURED,
}


@dataclass(frozen=True, slots=True)
class BedrockChoice:
    """The model's or inference profile's id, the region (None: the session's), a guardrail if any.

    `request_fields` are model-specific, such as a thinking budget. `endpoint_url` None: AWS's endpoint.
    """

    model_id: str
    region: str | None = None
    title_model_id: str | None = None
    guardrail_id: str | None = None
    guardrail_version: str | None = None
    max_output_tokens: int = 4_096
    cache_points: CachePoints = "auto"
    request_fields: Mapping[str, Any] = field(default_factory=dict)
    endpoint_url: str | None = None
    read_timeout_s: float = 120


def bedrock(session: boto3.Session, choice: BedrockChoice) -> Provider:
    """Return the chosen models, with one client. Its retries are off: they would repeat output."""
    kept = cacheable_parts(choice.cache_points, choice.model_id)
    model = BedrockModel(
        boto_session=session
        if choice.region is None
        else cast("boto3.Session", _InRegion(session, choice.region)),
        boto_client_config=Config(
            connect_timeout=5, read_timeout=choice.read_timeout_s, retries={"total_max_attempts": 1}
        ),
        endpoint_url=choice.endpoint_url,
        model_id=choice.model_id,
        max_tokens=choice.max_output_tokens,
        cache_config=CacheConfig(strategy="anthropic", tools_ttl=True) if kept == "all" else None,
        additional_request_fields=dict(choice.request_fields) or None,
        **_guardrail(choice),
    )
    make_abortable(model.client)
    return Provider(
        model=model,
        title_model=_title_model(model, choice),
        failure_of=failure_of,
        counts_cached_apart=True,
        takes_cache_points=kept != "none",
    )


def failure_of(error: BaseException) -> Failure | None:  # noqa: PLR0911 - a line per family of errors
    """Return the failure that an error of botocore, urllib3 or strands means; None for any other."""
    match error:
        case ModelThrottledException():
            return Failure.THROTTLED
        case ContextWindowOverflowException():
            return Failure.TOO_LONG
        case ClientError():
            return _BY_CODE.get(str(error.response.get("Error", {}).get("Code", "")).lower(), Failure.UNKNOWN)
        case NoCredentialsError() | PartialCredentialsError():
            return Failure.ACCESS_DENIED
        case ReadTimeoutError() | urllib3.exceptions.ReadTimeoutError():
            return Failure.TOOK_TOO_LONG
        case ConnectionError() | HTTPClientError():
            return Failure.UNREACHABLE
        case StreamInterrupted() | urllib3.exceptions.HTTPError() | ParserError():
            return Failure.BROKE_OFF
        case BotoCoreError():
            return Failure.MISCONFIGURED
        case _:
            return None


class _InRegion:
    """A session with clients of another region; a second boto3 session would load its data again."""

    def __init__(self, session: boto3.Session, region: str) -> None:
        self._session = session
        self.region_name = region

    def client(self, *args: Any, **kwargs: Any) -> Any:
        """Return a client of that region."""
        return self._session.client(*args, **{"region_name": self.region_name, **kwargs})


def _guardrail(choice: BedrockChoice) -> dict[str, Any]:
    if choice.guardrail_id is None:
        return {}
    return {"guardrail_id": choice.guardrail_id, "guardrail_version": choice.guardrail_version or "DRAFT"}


def _title_model(model: BedrockModel, choice: BedrockChoice) -> BedrockModel:
    small = copy.copy(model)
    small.config = {**model.config, "max_tokens": TITLE_TOKENS, "additional_request_fields": None}
    small.config["cache_config"] = None  # a title's prompt is not repeated
    small.config["model_id"] = choice.title_model_id or choice.model_id
    return small
