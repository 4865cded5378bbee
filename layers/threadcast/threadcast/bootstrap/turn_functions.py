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
    DynamoTurnStore,
    DynamoUsageStore,
)
from threadcast.adapters.memory.inline_turn_starter import InlineTurnStarter
from threadcast.bootstrap.chat_routes import ChatPorts
from threadcast.bootstrap.use_cases import UseCases
from threadcast.domain.budget import Budget
from threadcast.domain.turn_policy import TurnPolicy
from threadcast.ports import Agent, TurnStarter
from threadcast.settings import Settings
from threadcast.turns.opening.quota import QuotaLimits

if TYPE_CHECKING:
    from threadcast.bootstrap import Application

__all__ = ["turn_use_cases"]


def turn_use_cases(app: "Application") -> UseCases:
    """Return the use cases; agent and starter are made on first use."""
    settings = app.settings
    return UseCases(
        chats=DynamoChatStore(app.table),
        chat_ports=ChatPorts(
            DynamoChatLists(app.table),
            DynamoChatEdits(app.table),
            DynamoChatLibrary(app.table),
            app.directory,
        ),
        turns=DynamoTurnStore(app.table, app.clock.now),
        assets=DynamoAssetStore(app.table),
        connections=app.connections,
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
    library = DynamoAssetLibrary(app.table)
    match app.settings.agent:
        case "offline":
            from threadcast_analyst import MetricMaker, OfflineAnalyst  # noqa: PLC0415

            maker = MetricMaker(library, _new_id, app.clock)
            return OfflineAnalyst(app.settings.analyst_pace_ms / 1000, maker, app.clock.now)
        case "bedrock" | "openai":
            from threadcast.adapters.model_agent.agent_factory import model_agent  # noqa: PLC0415
            from threadcast.assets.making.asset_factory import AssetFactory  # noqa: PLC0415

            return model_agent(app.settings, app.session, AssetFactory(library, _new_id, app.clock))
        case _:
            assert_never(app.settings.agent)


def _new_id() -> str:
    return str(uuid.uuid4())
