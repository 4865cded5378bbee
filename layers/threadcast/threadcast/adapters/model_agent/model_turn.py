"""`ModelTurn`: runs the SDK's agent loop with the tools, and the title's call, within the limits."""

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
from threadcast.adapters.model_agent.loop_hooks import LoopHooks
from threadcast.adapters.model_agent.model_errors import (
    AnswerFiltered,
    EmptyAnswer,
    Failure,
    StreamInterrupted,
    agent_error,
)
from threadcast.adapters.model_agent.prompting.messages import ModelInput
from threadcast.adapters.model_agent.providers.provider import Provider
from threadcast.adapters.model_agent.stream_events import StreamReader
from threadcast.adapters.model_agent.titles import TitleWriter
from threadcast.adapters.model_agent.tools.sdk_tool import SdkTool
from threadcast.adapters.model_agent.tools.tool import Tool
from threadcast.adapters.model_agent.tools.tool_steps import ToolSteps
from threadcast.adapters.model_agent.usage.turn_limits import Limit, ModelLimits, TurnUsage
from threadcast.adapters.model_agent.usage.usage_meter import UsageMeter
from threadcast.domain.streamed_parts import AnswerDelta, AnswerEnd
from threadcast.domain.text import clean
from threadcast.ports import AgentTask
from threadcast.ports.agent_events import AgentEvent, FileMade

__all__ = ["ModelTurn"]

_log = logging.getLogger(__name__)

_FAILURES = {
    AnswerFiltered: Failure.FILTERED,
    EmptyAnswer: Failure.SAID_NOTHING,
    RecursionError: Failure.BROKE_OFF,  # the SDK parses a tool's input recursively, at any depth
}
_NOTICE = "notice"
_FILTERED = frozenset({"content_filtered", "refusal"})
_CUT_SHORT = frozenset({"max_tokens", "model_context_window_exceeded"})
_GARBLED = frozenset({"malformed_model_output", "malformed_tool_use"})


class ModelTurn:
    """Runs one task with the model."""

    def __init__(
        self,
        task: AgentTask,
        input_: ModelInput,
        tools: Sequence[Tool],
        provider: Provider,
        limits: ModelLimits,
    ) -> None:
        self._task = task
        self._input = input_
        self._tools = tools
        self._provider = provider
        self._usage = TurnUsage(limits, task.allowance)
        self._steps = ToolSteps({tool.name: tool for tool in tools})
        self._reader = StreamReader(self._steps)
        self._has_answered = False

    async def run(self, emit: Emit) -> None:
        """Emit the answer's events; raises `AgentError`. The usage is logged in any case."""
        try:
            async with self._title(emit) as begin_title:

                def emit_and_name(event: AgentEvent) -> None:
                    emit(event)
                    begin_title.set()
                    self._has_answered |= isinstance(event, AnswerDelta | FileMade)

                await self._answer(emit_and_name, self._meter(emit))
        finally:
            self._log_use()

    def _log_use(self) -> None:
        used = self._usage
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
        """Write the title concurrently with the block, once the event is set; the block's end waits for it.

        The event is set at the answer's first token, so that the title does not delay the answer.
        """
        begin = asyncio.Event()
        if not self._task.wants_title:
            yield begin
            return
        writer = TitleWriter(self._task, self._provider, self._usage, self._meter(emit), emit)
        writing = asyncio.create_task(_after(begin, writer))
        try:
            yield begin
            begin.set()
            await writing
        finally:
            writing.cancel()
            writer.settle()

    def _meter(self, emit: Emit) -> UsageMeter:
        """Return a meter for calls that are made sequentially."""
        return UsageMeter(self._usage, emit, counts_cached_apart=self._provider.counts_cached_apart)

    async def _answer(self, emit: Emit, meter: UsageMeter) -> None:
        usage = self._usage
        try:
            async with asyncio.timeout(usage.limits.max_s) as deadline:
                await self._converse(emit, meter)
        except MaxTokensReachedException:
            usage.reached = Limit.OUTPUT
        except TimeoutError as error:
            if not deadline.expired():
                raise self._translated(error) from None
            usage.reached = Limit.TIME
        except Exception as error:  # noqa: BLE001 - `_translated` returns errors that are not the SDK's unchanged
            raise self._translated(error)  # noqa: B904 - its cause is set, without text of the chat
        finally:
            meter.end()  # an aborted call reports no usage
        if usage.reached is not None:
            self._emit_notice(usage.reached, emit)

    async def _converse(self, emit: Emit, meter: UsageMeter) -> None:
        reader = self._reader
        agent = self._sdk_agent(emit, meter)
        async with aclosing(agent.stream_async(clean(self._task.prompt))) as stream:  # type: ignore[type-var]
            async for event in stream:
                if "event" in event:
                    meter.read(event["event"])
                    for agent_event in reader.read(event["event"]):
                        emit(agent_event)
        if not reader.is_complete or reader.stop_reason in _GARBLED:
            raise StreamInterrupted
        if reader.was_blocked or reader.stop_reason in _FILTERED:
            raise AnswerFiltered(reader.stop_reason)
        if reader.stop_reason in _CUT_SHORT:
            self._usage.reached = Limit.OUTPUT
        if not self._has_answered and self._usage.reached is None:
            raise EmptyAnswer

    def _sdk_agent(self, emit: Emit, meter: UsageMeter) -> SdkAgent:
        """Return an agent for this turn only, so that turns share no state of the SDK."""
        return SdkAgent(
            model=self._provider.model,
            messages=_messages(self._input),
            system_prompt=self._system_prompt(),
            tools=[SdkTool(tool, self._steps, emit) for tool in self._tools],
            callback_handler=None,
            conversation_manager=NullConversationManager(),
            tool_executor=SequentialToolExecutor(),
            retry_strategy=None,
            hooks=[LoopHooks(self._reader, meter, self._usage, self._provider.failure_of)],
        )

    def _system_prompt(self) -> list[SystemContentBlock]:
        """Return the instructions, then the asset, each followed by a cache point if supported."""
        blocks: list[SystemContentBlock] = []
        for text in self._input.system:
            blocks.append({"text": text})
            if self._provider.takes_cache_points:
                blocks.append({"cachePoint": {"type": "default"}})
        return blocks

    def _emit_notice(self, limit: Limit, emit: Emit) -> None:
        for event in self._reader.finish():
            emit(event)
        emit(AnswerDelta(_NOTICE, limit.value))
        emit(AnswerEnd(_NOTICE))

    def _translated(self, error: Exception) -> Exception:
        """Return the error to raise: an `AgentError` for the SDK's errors, else the error itself."""
        found: Exception = error.original_exception if isinstance(error, EventLoopException) else error
        failure = _FAILURES.get(type(found)) or self._provider.failure_of(found)
        if failure is None:
            return found
        return agent_error(failure, found, "\n".join((*self._input.texts, self._task.prompt)))


async def _after(begin: asyncio.Event, writer: TitleWriter) -> None:
    await begin.wait()
    await writer.write()


def _messages(input_: ModelInput) -> list[Message]:
    messages: list[Message] = []
    for role, text in input_.messages:
        messages.append({"role": role, "content": [{"text": text}]})
    return messages
