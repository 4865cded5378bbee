"""Creates the model agent from the settings: the model, its key, its limits."""

import json
import logging
from collections.abc import Mapping
from typing import Any

import boto3

from threadcast.adapters.aws_secrets import read_secret
from threadcast.adapters.model_agent.agent import ModelAgent
from threadcast.adapters.model_agent.providers.provider import Provider
from threadcast.adapters.model_agent.usage.prices import Prices
from threadcast.adapters.model_agent.usage.turn_limits import ModelLimits
from threadcast.assets.making.asset_factory import AssetFactory
from threadcast.errors import ConfigurationError
from threadcast.settings import Settings

__all__ = ["model_agent"]

_NO_KEY = "none"
"""The SDK requires a key, also for servers that do not."""


def model_agent(settings: Settings, session: boto3.Session, asset_factory: AssetFactory) -> ModelAgent:
    """Return the agent; raises `ConfigurationError` for missing or invalid settings."""
    # The SDK's warnings and errors quote the model's output and exceptions' texts, which must not be logged.
    logging.getLogger("strands").setLevel(logging.CRITICAL)
    provider = _bedrock(settings, session) if settings.agent == "bedrock" else _openai(settings, session)
    return ModelAgent(provider, asset_factory, _limits(settings))


def _bedrock(settings: Settings, session: boto3.Session) -> Provider:
    from threadcast.adapters.model_agent.providers.bedrock import BedrockChoice, bedrock  # noqa: PLC0415 - only one SDK

    choice = BedrockChoice(
        model_id=settings.needed("model_id"),
        region=settings.model_region,
        title_model_id=settings.model_title_id,
        guardrail_id=settings.guardrail_id,
        guardrail_version=settings.guardrail_version,
        max_output_tokens=settings.model_max_output_tokens,
        cache_points=settings.model_cache_points,
        request_fields=_request_fields(settings),
    )
    return bedrock(session, choice)


def _openai(settings: Settings, session: boto3.Session) -> Provider:
    from threadcast.adapters.model_agent.providers.openai_compatible import (  # noqa: PLC0415 - the same
        OpenAIChoice,
        openai_compatible,
    )

    choice = OpenAIChoice(
        model_id=settings.needed("model_id"),
        api_key=_key(settings, session),
        base_url=settings.openai_base_url,
        title_model_id=settings.model_title_id,
        max_output_tokens=settings.model_max_output_tokens,
        request_fields=_request_fields(settings),
    )
    return openai_compatible(choice)


def _key(settings: Settings, session: boto3.Session) -> str:
    if settings.openai_api_key_arn is not None:
        try:
            return read_secret(session, settings.openai_api_key_arn)
        except ConfigurationError as error:
            raise ConfigurationError("OPENAI_API_KEY_ARN cannot be read") from error
    if settings.openai_api_key is None and settings.openai_base_url is not None:
        return _NO_KEY
    return settings.needed("openai_api_key")


def _request_fields(settings: Settings) -> Mapping[str, Any]:
    if settings.model_request_fields is None:
        return {}
    try:
        fields = json.loads(settings.model_request_fields)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise ConfigurationError("MODEL_REQUEST_FIELDS must be a JSON object")
    return fields


def _prices(settings: Settings) -> Prices | None:
    """Return the prices; None if they are not set, so that no cost is reported."""
    if not settings.model_price_in and not settings.model_price_out:
        return None
    return Prices(
        settings.model_price_in,
        settings.model_price_out,
        settings.model_price_cache_read,
        settings.model_price_cache_write,
    )


def _limits(settings: Settings) -> ModelLimits:
    prices = _prices(settings)
    if settings.model_max_cost is not None and prices is None:
        raise ConfigurationError("MODEL_MAX_COST needs MODEL_PRICE_IN and MODEL_PRICE_OUT")
    if settings.budget_usd and prices is None:
        raise ConfigurationError("BUDGET_USD needs MODEL_PRICE_IN and MODEL_PRICE_OUT")
    return ModelLimits(
        max_output_tokens=settings.model_max_output_tokens,
        max_loops=settings.model_max_loops,
        max_s=settings.model_max_s,
        prices=prices,
        max_cost_usd=settings.model_max_cost,
        context_tokens=settings.model_context_tokens,
        history_tokens=settings.model_history_tokens,
    )
