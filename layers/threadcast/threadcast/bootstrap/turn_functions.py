"""The use cases of turns over the adapters that the settings choose."""

import uuid
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, assert_never

from threadcast.adapters.aws_lambda.turn_starter import LambdaTurnStarter
from threadcast.adapters.dynamodb import (
    DynamoAssetLibrary,
    DynamoAssetStore,
    DynamoChatEdits,
    DynamoChatLibrary,
    DynamoChatLists,
    DynamoChatStore,
    DynamoMetricQuotaStore,
    DynamoOpenChats,
    DynamoTurnStore,
    DynamoUsageStore,
)
from threadcast.adapters.item_lifetimes import ChatLifetime
from threadcast.adapters.memory.inline_turn_starter import InlineTurnStarter
from threadcast.assets.making.metric_storage import MetricLimits, MetricStorage
from threadcast.bootstrap.chat_routes import ChatPorts
from threadcast.bootstrap.use_cases import UseCases
from threadcast.domain.budget import Budget
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.ports import Agent, TurnStarter
from threadcast.settings import Settings
from threadcast.turns.opening.quota import QuotaLimits
from threadcast.turns.recovery.expire_chats import ChatExpiry

if TYPE_CHECKING:
    from threadcast.bootstrap import Application

__all__ = ["chat_expiry", "turn_use_cases"]


def turn_use_cases(app: "Application") -> UseCases:
    """Return the use cases; agent and starter are made on first use."""
    settings = app.settings
    lifetime = ChatLifetime(settings.chat_kept_days, app.clock.now)
    return UseCases(
        chats=DynamoChatStore(app.table, lifetime),
        chat_ports=ChatPorts(
            DynamoChatLists(app.table, lifetime),
            DynamoChatEdits(app.table),
            DynamoChatLibrary(app.table),
            app.directory,
        ),
        turns=DynamoTurnStore(app.table, app.clock.now),
        assets=DynamoAssetStore(app.table, app.clock.now),
        connections=app.connections,
        open_chats=DynamoOpenChats(app.table, app.clock.now),
        usage=DynamoUsageStore(app.table),
        pusher=app.pusher,
        clock=app.clock,
        new_id=_new_id,
        agent=cache(lambda: _agent(app)),
        starter=cache(lambda: _starter(app)),
        limits=QuotaLimits(
            settings.turns_per_minute,
            settings.turn_burst,
            settings.concurrent_turns,
            settings.messages_per_minute,
            settings.message_burst,
        ),
        budget=Budget(settings.budget_tokens, settings.budget_usd),
        policy=_policy(settings),
        stream=app.stream,
    )


def chat_expiry(app: "Application") -> ChatExpiry:
    """Return what deletes chats after their time."""
    library = DynamoChatLibrary(app.table)
    return ChatExpiry(DynamoChatStore(app.table), library, app.clock, app.settings.chat_kept_days)


def _policy(settings: Settings) -> TurnPolicy:
    """Return the times and sizes of turns; where one process does everything, nothing is retried for long.

    That is `sam local invoke`, with or without a table and a gateway beside it: the developer sees at once
    what is missing, and can repeat the command. Deployed, a user would have to ask again.
    """
    policy = TurnPolicy(
        lease_s=settings.lease_s,
        grace_s=settings.grace_s,
        max_message_bytes=settings.max_message_bytes,
        replaced_kept_days=settings.replaced_kept_days,
    )
    if settings.turn_starter == "inline":
        return replace(policy, store_timeout_s=0, failure_handler_timeout_s=0, gateway_timeout_s=0)
    return policy


def _starter(app: "Application") -> TurnStarter:
    match app.settings.turn_starter:
        case "lambda":
            return LambdaTurnStarter(app.session, app.settings.needed("run_turn_function"))
        case "inline":
            return InlineTurnStarter(app.turns.handoff_runner.run)
        case _:
            assert_never(app.settings.turn_starter)


def _agent(app: "Application") -> Agent:
    """Return the agent of the settings; a model's SDK is imported here and nowhere earlier."""
    storage = _metric_storage(app)
    match app.settings.agent:
        case "offline":
            from threadcast_analyst import MetricMaker, OfflineAnalyst  # noqa: PLC0415

            maker = MetricMaker(storage, _new_id, app.clock)
            return OfflineAnalyst(app.settings.analyst_pace_ms / 1000, maker, app.clock.now)
        case "bedrock" | "openai":
            from threadcast.adapters.model_agent.agent_factory import model_agent  # noqa: PLC0415
            from threadcast.assets.making.asset_factory import AssetFactory  # noqa: PLC0415

            return model_agent(app.settings, app.session, AssetFactory(storage, _new_id, app.clock))
        case _:
            assert_never(app.settings.agent)


def _metric_storage(app: "Application") -> MetricStorage:
    settings = app.settings
    return MetricStorage(
        DynamoAssetLibrary(app.table, now=app.clock.now),
        app.turns.assets,
        DynamoMetricQuotaStore(app.table),
        MetricLimits(settings.metrics_per_user, settings.made_metric_days),
    )


def _new_id() -> str:
    return str(uuid.uuid4())
