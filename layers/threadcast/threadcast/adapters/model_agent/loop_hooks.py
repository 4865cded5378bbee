"""`LoopHooks`: limits and retries between the calls of the SDK's agent loop."""

import json
from asyncio import sleep as pause
from collections.abc import Callable
from typing import Any

from strands import Agent as SdkAgent
from strands.hooks import AfterModelCallEvent, BeforeModelCallEvent, HookProvider, HookRegistry

from threadcast.adapters.model_agent.model_errors import Failure
from threadcast.adapters.model_agent.output_cleaning import cleaned
from threadcast.adapters.model_agent.stream_events import StreamReader
from threadcast.adapters.model_agent.usage.turn_limits import TurnUsage
from threadcast.adapters.model_agent.usage.usage_meter import UsageMeter

__all__ = ["LoopHooks"]

_LONGEST_PAUSE_S = 8.0


class LoopHooks(HookProvider):
    """Ends the loop at its limits, and repeats calls that failed with a transient error before any output.

    A call with output is never repeated, because clients have received the output. The model's message is
    cleaned before the SDK runs its tools or sends it back to the model.
    """

    def __init__(
        self,
        reader: StreamReader,
        meter: UsageMeter,
        usage: TurnUsage,
        failure_of: Callable[[BaseException], Failure | None],
    ) -> None:
        self._reader = reader
        self._meter = meter
        self._usage = usage
        self._failure_of = failure_of
        self._failed = 0

    def register_hooks(self, registry: HookRegistry, **_kwargs: Any) -> None:
        """Register the callbacks; called by the SDK."""
        registry.add_callback(BeforeModelCallEvent, self._before)
        registry.add_callback(AfterModelCallEvent, self._after)

    def _before(self, event: BeforeModelCallEvent) -> None:
        if self._usage.may_call():
            self._reader.begin_call()
            self._meter.begin(_request_text(event.agent))
        else:
            event.cancel = True

    async def _after(self, event: AfterModelCallEvent) -> None:
        if event.exception is None:
            self._meter.end()
            if event.stop_response is not None:
                message = event.stop_response.message
                message["content"][:] = cleaned(message["content"])
            self._usage.loops += self._usage.reached is None  # else `_before` has cancelled the call
            self._failed = 0
            return
        failure = self._failure_of(event.exception)
        self._meter.fail(failure)
        if failure is None or not failure.is_transient or self._reader.has_output:
            return
        self._failed += 1
        limits = self._usage.limits
        if self._failed < limits.attempts:
            await pause(min(limits.backoff_s * 2 ** (self._failed - 1), _LONGEST_PAUSE_S))
            event.retry = True


def _request_text(agent: SdkAgent) -> str:
    """Return approximately the text that the next call sends."""
    parts = (agent.system_prompt, agent.tool_registry.get_all_tool_specs(), agent.messages)
    return json.dumps(parts, ensure_ascii=False, default=str)
