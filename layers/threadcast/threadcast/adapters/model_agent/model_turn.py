"""One turn of a model: its loop with the tools, its title beside it, its limits, its failures."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager

from strands import Agent as SdkAgent
from strands.agent.conversation_manager import NullConversationManager
from strands.tools.executors import SequentialToolExecutor
from strands.types.content import Message, SystemContentBlock
from strands.types.exceptions import EventLoopException, MaxTokensReachedException

from threadcast.adapters.model_agent.event_loop import Emit
from threadcast.adapters.model_agent.loop_hooks import LoopWatch
from threadcast.adapters.model_agent.model_errors import (
    AnswerFiltered,
    Failure,
    NothingSaid,
    StreamBrokeOff,
    agent_error,
)
from threadcast.adapters.model_agent.prompting.messages import Briefing
from threadcast.adapters.model_agent.providers.provider import Provider
from threadcast.adapters.model_agent.stream_events import StreamReader
from threadcast.adapters.model_agent.titles import TitleWriter
from threadcast.adapters.model_agent.tools.sdk_tool import SdkTool
from threadcast.adapters.model_agent.tools.tool import Tool
from threadcast.adapters.model_agent.tools.tool_steps import ToolSteps
from threadcast.adapters.model_agent.usage.turn_limits import Limit, ModelLimits, Spending
from threadcast.adapters.model_agent.usage.usage_meter import Meter
from threadcast.domain.text import clean
from threadcast.ports import AgentTask
from threadcast.ports.agent_events import AgentEvent, AnswerEnded, AnswerExtended, FileMade

__all__ = ["ModelTurn"]

_log = logging.getLogger(__name__)

_OURS = {
    AnswerFiltered: Failure.FILTERED,
    NothingSaid: Failure.SAID_NOTHING,
    RecursionError: Failure.BROKE_OFF,  # the SDK reads a tool's input by recursion, however deep it is nested
}
_NOTICE = "notice"
_FILTERED = frozenset({"content_filtered", "refusal"})
_CUT_SHORT = frozenset({"max_tokens", "model_context_window_exceeded"})
_GARBLED = frozenset({"malformed_model_output", "malformed_tool_use"})


class ModelTurn:
    """A task on its way through the model."""

    def __init__(
        self,
        task: AgentTask,
        briefing: Briefing,
        tools: Sequence[Tool],
        provider: Provider,
        limits: ModelLimits,
    ) -> None:
        self._task = task
        self._briefing = briefing
        self._tools = tools
        self._provider = provider
        self._spending = Spending(limits)
        self._steps = ToolSteps({tool.name: tool for tool in tools})
        self._reader = StreamReader(self._steps)
        self._has_answered = False

    async def run(self, emit: Emit) -> None:
        """Answer; raises `AgentError`. However it ends, the log has what it has used."""
        try:
            async with self._title(emit) as begin_title:

                def emit_and_name(event: AgentEvent) -> None:
                    emit(event)
                    begin_title.set()
                    self._has_answered |= isinstance(event, AnswerExtended | FileMade)

                await self._answer(emit_and_name, self._meter(emit))
        finally:
            self._log_use()

    def _log_use(self) -> None:
        used = self._spending
        _log.info(
            "model_used",
            extra={
                "model_calls": used.calls,
                "input_tokens": used.input_tokens,
                "output_tokens": used.output_tokens,
                "cached_tokens": used.cached_tokens,
                "estimated_tokens": used.estimated_tokens,
                "cost_usd": float(used.cost_usd) if used.limits.prices else None,
                "limit_reached": used.reached.name if used.reached else None,
            },
        )

    @asynccontextmanager
    async def _title(self, emit: Emit) -> AsyncIterator[asyncio.Event]:
        """Write the title beside the block, from the given event on; the block's end waits for it.

        It begins with the answer's first token, so that it takes neither time nor rate from that.
        """
        begin = asyncio.Event()
        if not self._task.wants_title:
            yield begin
            return
        writer = TitleWriter(self._task, self._provider, self._spending, self._meter(emit), emit)
        writing = asyncio.create_task(_after(begin, writer))
        try:
            yield begin
            begin.set()
            await writing
        finally:
            writing.cancel()
            writer.settle()

    def _meter(self, emit: Emit) -> Meter:
        """A meter for calls that are made one after the other."""
        return Meter(self._spending, emit, counts_cached_apart=self._provider.counts_cached_apart)

    async def _answer(self, emit: Emit, meter: Meter) -> None:
        spending = self._spending
        try:
            async with asyncio.timeout(spending.limits.max_s) as deadline:
                await self._converse(emit, meter)
        except MaxTokensReachedException:
            spending.reached = Limit.OUTPUT
        except TimeoutError as error:
            if not deadline.expired():
                raise self._told(error) from None
            spending.reached = Limit.TIME
        except Exception as error:  # noqa: BLE001 - sorted in `_told`: what is not the SDK's goes on as it is
            raise self._told(error)  # noqa: B904 - its cause is set, and holds nothing that was said
        finally:
            meter.end()  # of a call that was hung up, nobody else hears
        if spending.reached is not None:
            self._tell_limit(spending.reached, emit)

    async def _converse(self, emit: Emit, meter: Meter) -> None:
        reader = self._reader
        agent = self._sdk_agent(emit, meter)
        async with aclosing(agent.stream_async(clean(self._task.prompt))) as stream:  # type: ignore[type-var]
            async for event in stream:
                if "event" in event:
                    meter.read(event["event"])
                    for said in reader.read(event["event"]):
                        emit(said)
        if not reader.is_whole or reader.stop_reason in _GARBLED:
            raise StreamBrokeOff
        if reader.was_blocked or reader.stop_reason in _FILTERED:
            raise AnswerFiltered(reader.stop_reason)
        if reader.stop_reason in _CUT_SHORT:
            self._spending.reached = Limit.OUTPUT
        if not self._has_answered and self._spending.reached is None:
            raise NothingSaid

    def _sdk_agent(self, emit: Emit, meter: Meter) -> SdkAgent:
        """An agent for this turn alone; nothing of the SDK's own state outlives it."""
        return SdkAgent(
            model=self._provider.model,
            messages=_messages(self._briefing),
            system_prompt=self._system_prompt(),
            tools=[SdkTool(tool, self._steps, emit) for tool in self._tools],
            callback_handler=None,
            conversation_manager=NullConversationManager(),
            tool_executor=SequentialToolExecutor(),
            retry_strategy=None,
            hooks=[LoopWatch(self._reader, meter, self._spending, self._provider.failure_of)],
        )

    def _system_prompt(self) -> list[SystemContentBlock]:
        """The instructions, then the asset; each may be kept by the endpoint for the calls to come."""
        blocks: list[SystemContentBlock] = []
        for text in self._briefing.system:
            blocks.append({"text": text})
            if self._provider.takes_cache_points:
                blocks.append({"cachePoint": {"type": "default"}})
        return blocks

    def _tell_limit(self, limit: Limit, emit: Emit) -> None:
        for event in self._reader.finish():
            emit(event)
        emit(AnswerExtended(_NOTICE, limit.value))
        emit(AnswerEnded(_NOTICE))

    def _told(self, error: Exception) -> Exception:
        """The error to raise: an `AgentError` for what the SDK reports, else the error itself."""
        found: Exception = error.original_exception if isinstance(error, EventLoopException) else error
        failure = _OURS.get(type(found)) or self._provider.failure_of(found)
        if failure is None:
            return found
        return agent_error(failure, found, "\n".join((*self._briefing.texts, self._task.prompt)))


async def _after(begin: asyncio.Event, writer: TitleWriter) -> None:
    await begin.wait()
    await writer.write()


def _messages(briefing: Briefing) -> list[Message]:
    messages: list[Message] = []
    for role, text in briefing.messages:
        messages.append({"role": role, "content": [{"text": text}]})
    return messages
