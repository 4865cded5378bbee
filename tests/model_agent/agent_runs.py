"""Model agents over scripted models."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

import boto3

from tests.contracts.agent_contract import a_task
from tests.metric_storage import KEPT
from tests.model_agent.bedrock_server import bedrock_server
from tests.model_agent.openai_server import openai_server
from tests.model_agent.scripted_model import Model, Piece, Reply, in_order
from threadcast.adapters.memory import (
    MemoryAssetLibrary,
    MemoryAssetStore,
    MemoryMetricQuotaStore,
    MemoryTable,
)
from threadcast.adapters.model_agent.agent import ModelAgent
from threadcast.adapters.model_agent.providers.bedrock import BedrockChoice, bedrock
from threadcast.adapters.model_agent.providers.openai_compatible import OpenAIChoice, openai_compatible
from threadcast.adapters.model_agent.providers.provider import Provider
from threadcast.adapters.model_agent.usage.turn_limits import ModelLimits
from threadcast.assets.making.asset_factory import AssetFactory
from threadcast.assets.making.metric_storage import MetricLimits, MetricStorage
from threadcast.domain.asset import AssetContext
from threadcast.domain.streamed_parts import AnswerDelta
from threadcast.ports import AgentTask, Clock
from threadcast.ports.agent_events import AgentEvent

__all__ = ["ENDPOINTS", "LIMITS", "AgentSetup", "answering", "answers", "bedrock_at", "openai_at", "text_of"]

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIMITS = ModelLimits(backoff_s=0.001)


@cache
def _session() -> boto3.Session:
    """Return one session for all tests: loading the service's description is most of a client's cost."""
    return boto3.Session("key", "secret", region_name="us-east-1")


def bedrock_at(url: str, **changes: object) -> Provider:
    choice = {"model_id": "anthropic.claude-test", "endpoint_url": url, "read_timeout_s": 20, **changes}
    return bedrock(_session(), BedrockChoice(**choice))  # type: ignore[arg-type]


def openai_at(url: str, **changes: object) -> Provider:
    choice = {"model_id": "test", "api_key": "key", "base_url": url, "read_timeout_s": 20, **changes}
    return openai_compatible(OpenAIChoice(**choice))  # type: ignore[arg-type]


ENDPOINTS = {"bedrock": (bedrock_server, bedrock_at), "openai": (openai_server, openai_at)}


class _Noon(Clock):
    def now(self) -> datetime:
        return NOON


@dataclass
class AgentSetup:
    """An agent, its scripted model, and the asset stores that it writes to."""

    agent: ModelAgent
    model: Model
    assets: MemoryAssetStore
    library: MemoryAssetLibrary
    tasks: list[AgentTask] = field(default_factory=list)

    def answer(self, task: AgentTask) -> list[AgentEvent]:
        return list(self.agent.answer(task))


@contextmanager
def answering(
    endpoint: str,
    reply: Reply,
    limits: ModelLimits = LIMITS,
    made: MetricLimits = KEPT,
    **changes: object,
) -> Iterator[AgentSetup]:
    """Run a scripted model at a kind of endpoint, and yield an agent over it."""
    server, provider = ENDPOINTS[endpoint]
    table, numbers = MemoryTable(), itertools.count(1)
    library = MemoryAssetLibrary(table)
    assets = MemoryAssetStore(table)
    storage = MetricStorage(library, assets, MemoryMetricQuotaStore(table), made)
    new_id: Callable[[], str] = lambda: f"00000000-0000-4000-8000-{next(numbers):012}"  # noqa: E731 - short
    asset_factory = AssetFactory(storage, new_id, _Noon())
    with server(reply) as model:
        agent = ModelAgent(provider(model.url, **changes), asset_factory, limits)
        yield AgentSetup(agent, model, assets, library)


def answers(
    endpoint: str,
    *replies: Sequence[Piece],
    context: AssetContext | None = None,
    limits: ModelLimits = LIMITS,
    prompt: str = "Which year?",
    wants_title: bool = False,
) -> list[AgentEvent]:
    """Return all events of the answer to one prompt."""
    with answering(endpoint, in_order(*replies), limits) as setup:
        return setup.answer(a_task(prompt, context, wants_title=wants_title))


def text_of(events: Sequence[AgentEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, AnswerDelta))
