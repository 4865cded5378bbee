"""An agent that a model answers for, with tools over the chat's own data."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing

from threadcast.adapters.model_agent.event_loop import Emit, events_of
from threadcast.adapters.model_agent.model_turn import ModelTurn
from threadcast.adapters.model_agent.prompting.messages import brief
from threadcast.adapters.model_agent.providers.abort_call import LiveCalls
from threadcast.adapters.model_agent.providers.provider import Provider
from threadcast.adapters.model_agent.tools.create_metric import AssetFactory, CreateMetric
from threadcast.adapters.model_agent.tools.describe_asset import DescribeAsset
from threadcast.adapters.model_agent.tools.query_data import QueryData
from threadcast.adapters.model_agent.tools.tool import Tool
from threadcast.adapters.model_agent.usage.turn_limits import ModelLimits
from threadcast.assets.query.sandbox import QuerySandbox, can_bound_memory
from threadcast.assets.query.sql_tables import DataTable, tables_of
from threadcast.ports import AgentTask
from threadcast.ports.agent_events import AgentEvent

__all__ = ["ModelAgent"]

_log = logging.getLogger(__name__)


class ModelAgent:
    """An `Agent`. All that a turn's tools can reach is made from its task: the context's rows, the user.

    Nothing is kept from one turn to the next but the SDK's client.
    """

    def __init__(self, provider: Provider, workshop: AssetFactory, limits: ModelLimits) -> None:
        self._provider = provider
        self._workshop = workshop
        self._limits = limits

    def answer(self, task: AgentTask) -> Iterator[AgentEvent]:
        """What the model says and does, as it comes; raises `AgentError`.

        When the task's stop signal is set, or the iterator is closed, the call to the model ends at once.
        """
        calls = LiveCalls()

        async def produce(emit: Emit) -> None:
            calls.enter()
            tables = tables_of(task.context)
            with closing(QuerySandbox(tables, lambda: task.stop.is_set() or calls.is_cut)) as sandbox:
                try:
                    await self._turn(task, tables, sandbox).run(emit)
                finally:
                    calls.cut()  # ends a query that nobody waits for, so that the sandbox can close

        return events_of(produce, task.stop, calls)

    def _turn(self, task: AgentTask, tables: tuple[DataTable, ...], sandbox: QuerySandbox) -> ModelTurn:
        briefing = brief(task, tables, self._limits)
        return ModelTurn(task, briefing, self._tools(task, tables, sandbox), self._provider, self._limits)

    def _tools(
        self, task: AgentTask, tables: tuple[DataTable, ...], sandbox: QuerySandbox
    ) -> tuple[Tool, ...]:
        """The tools for this context; without rows, or where no query can be bounded, none that queries."""
        if task.context is None:
            return ()
        describe = DescribeAsset(task.context, tables)
        if not tables:
            return (describe,)
        if not can_bound_memory():
            _log.warning("no_queries", extra={"sqlite_version": sqlite3.sqlite_version})
            return (describe,)
        create = CreateMetric(sandbox, tables, task.context.asset, task.user, self._workshop)
        return (QueryData(sandbox, tables), describe, create)
