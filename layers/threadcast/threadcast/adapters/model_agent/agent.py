"""`ModelAgent`: answers with a model that has tools over the chat's own data."""

from collections.abc import Iterator
from contextlib import closing

from threadcast.adapters.model_agent.event_loop import Emit, events_of
from threadcast.adapters.model_agent.model_turn import ModelTurn
from threadcast.adapters.model_agent.prompting.messages import model_input
from threadcast.adapters.model_agent.providers.abort_call import LiveCalls
from threadcast.adapters.model_agent.providers.provider import Provider
from threadcast.adapters.model_agent.tools.create_metric import CreateMetric
from threadcast.adapters.model_agent.tools.describe_asset import DescribeAsset
from threadcast.adapters.model_agent.tools.query_data import QueryData
from threadcast.adapters.model_agent.tools.tool import Tool
from threadcast.adapters.model_agent.usage.turn_limits import ModelLimits
from threadcast.assets.making.asset_factory import AssetFactory
from threadcast.assets.query.sandbox import QuerySandbox
from threadcast.assets.query.sql_tables import DataTable, tables_of
from threadcast.ports import AgentTask
from threadcast.ports.agent_events import AgentEvent

__all__ = ["ModelAgent"]


class ModelAgent:
    """An `Agent`. A turn's tools can access only what its task contains: the context's rows, the user.

    Apart from the SDK's client, turns share no state.
    """

    def __init__(self, provider: Provider, asset_factory: AssetFactory, limits: ModelLimits) -> None:
        self._provider = provider
        self._asset_factory = asset_factory
        self._limits = limits

    def answer(self, task: AgentTask) -> Iterator[AgentEvent]:
        """Yield the model's output and tool steps as they arrive; raises `AgentError`.

        If the task's stop signal is set or the iterator is closed, the call to the model ends at once.
        """
        calls = LiveCalls()

        async def produce(emit: Emit) -> None:
            calls.activate()
            tables = tables_of(task.context)
            with closing(QuerySandbox(tables, lambda: task.stop.is_set() or calls.is_aborted)) as sandbox:
                try:
                    await self._turn(task, tables, sandbox).run(emit)
                finally:
                    calls.abort()  # ends a query whose result is not needed, so that the sandbox can close

        return events_of(produce, task.stop, calls)

    def _turn(self, task: AgentTask, tables: tuple[DataTable, ...], sandbox: QuerySandbox) -> ModelTurn:
        input_ = model_input(task, tables, self._limits)
        return ModelTurn(task, input_, self._tools(task, tables, sandbox), self._provider, self._limits)

    def _tools(
        self, task: AgentTask, tables: tuple[DataTable, ...], sandbox: QuerySandbox
    ) -> tuple[Tool, ...]:
        """Return the tools for this context; those that query need rows."""
        if task.context is None:
            return ()
        describe = DescribeAsset(task.context, tables)
        if not tables:
            return (describe,)
        create = CreateMetric(
            sandbox, tables, task.context.asset, task.user, task.prompt, self._asset_factory
        )
        return (QueryData(sandbox, tables), describe, create)
