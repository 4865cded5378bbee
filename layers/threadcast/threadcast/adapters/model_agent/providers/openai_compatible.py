"""Models behind OpenAI's Chat Completions API: OpenAI, vLLM, Ollama, LiteLLM and others."""

import copy
import json
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
import openai
from strands.models.openai import OpenAIModel
from strands.types.exceptions import ContextWindowOverflowException, ModelThrottledException
from strands.types.streaming import StreamEvent

from threadcast.adapters.model_agent.model_errors import Failure, StreamInterrupted
from threadcast.adapters.model_agent.providers.provider import Provider

__all__ = ["OpenAIChoice", "openai_compatible"]

TITLE_TOKENS = 64
_FIRST_SERVER_ERROR = 500
_TRANSIENT_STATUSES = frozenset({408, 409})
"""Request timeout and conflict, which OpenAI's own SDK retries too."""

_OUT_OF_MONEY = "insufficient_quota"
"""The code of a 429 that waiting does not resolve."""


@dataclass(frozen=True, slots=True)
class OpenAIChoice:
    """The model, its base URL (None: OpenAI's), and the key: any text if the server needs none.

    `request_fields` are added to every request but a title's, such as `{"reasoning_effort": "low"}`.
    """

    model_id: str
    api_key: str = field(repr=False)
    base_url: str | None = None
    title_model_id: str | None = None
    max_output_tokens: int = 4_096
    request_fields: Mapping[str, Any] = field(default_factory=dict)
    read_timeout_s: float = 120


def openai_compatible(choice: OpenAIChoice) -> Provider:
    """Return the chosen models. The SDK's retries are off: they would repeat output."""
    # OpenAI has renamed the limit, and its newer models refuse the old name; other servers know only that.
    limit = "max_completion_tokens" if choice.base_url is None else "max_tokens"
    model = _Model(
        client_args={
            "api_key": choice.api_key,
            "base_url": choice.base_url,
            "max_retries": 0,
            "timeout": httpx.Timeout(choice.read_timeout_s, connect=5),
        },
        model_id=choice.model_id,
        params={limit: choice.max_output_tokens, **choice.request_fields},
    )
    small = copy.copy(model)
    small.config = {
        **model.config,
        "model_id": choice.title_model_id or choice.model_id,
        "params": {limit: TITLE_TOKENS},
    }
    return Provider(model=model, title_model=small, failure_of=failure_of)


@cache
def _tls() -> ssl.SSLContext:
    """Return a cached context: the SDK makes a client for every call, and loading certificates is slow."""
    return httpx.create_ssl_context()


class _Model(OpenAIModel):
    """The SDK's model, with detection of streams that end without a finish reason."""

    def _resolve_client_args(self) -> dict[str, Any]:
        return {
            **super()._resolve_client_args(),
            "http_client": openai.DefaultAsyncHttpxClient(verify=_tls(), timeout=self.client_args["timeout"]),
        }

    def format_chunk(self, event: dict[str, Any], **kwargs: Any) -> StreamEvent:
        # The SDK substitutes "end_turn", which no server sends, for a missing finish reason.
        if event["chunk_type"] == "message_stop" and event.get("data") == "end_turn":
            raise StreamInterrupted
        chunk = super().format_chunk(event, **kwargs)
        if "metadata" in chunk and not all(isinstance(count, int) for count in _counts(chunk)):
            return {"metadata": {}}  # some servers send incomplete counts, which the SDK cannot add
        return chunk


def _counts(chunk: StreamEvent) -> Iterable[object]:
    return chunk["metadata"].get("usage", {}).values()


def failure_of(error: BaseException) -> Failure | None:  # noqa: PLR0911 - a line per family of errors
    """Return the failure that an error of openai, httpx or strands means; None for any other."""
    match error:
        case ModelThrottledException() | openai.RateLimitError():
            code = getattr(error.__cause__ or error, "code", None)
            return Failure.ACCESS_DENIED if code == _OUT_OF_MONEY else Failure.THROTTLED
        case ContextWindowOverflowException():
            return Failure.TOO_LONG
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return Failure.ACCESS_DENIED
        case openai.ContentFilterFinishReasonError():
            return Failure.FILTERED
        case openai.APITimeoutError() | httpx.ReadTimeout():
            return Failure.TOOK_TOO_LONG
        case openai.APIConnectionError() | httpx.ConnectError():
            return Failure.UNREACHABLE
        case openai.APIStatusError():
            return _by_status(error)
        case (
            StreamInterrupted()
            | openai.APIError()
            | httpx.TransportError()
            | json.JSONDecodeError()
            | UnicodeDecodeError()
        ):
            return Failure.BROKE_OFF
        case openai.OpenAIError():
            return Failure.MISCONFIGURED
        case _:
            return None


def _by_status(error: openai.APIStatusError) -> Failure:
    if error.code == "content_filter":
        return Failure.FILTERED
    if error.status_code >= _FIRST_SERVER_ERROR or error.status_code in _TRANSIENT_STATUSES:
        return Failure.UNAVAILABLE
    return Failure.MISCONFIGURED
