"""Between the calls of the model's loop: what may still be spent, and whether a failed call is made again."""

import json
from asyncio import sleep as pause
from collections.abc import Callable
from typing import Any

from strands import Agent as SdkAgent
from strands.hooks import AfterModelCallEvent, BeforeModelCallEvent, HookProvider, HookRegistry

from threadcast.adapters.model_agent.model_errors import Failure
from threadcast.adapters.model_agent.output_cleaning import cleaned
from threadcast.adapters.model_agent.stream_events import StreamReader
from threadcast.adapters.model_agent.usage.turn_limits import Spending
from threadcast.adapters.model_agent.usage.usage_meter import Meter

__all__ = ["LoopWatch"]

_LONGEST_PAUSE_S = 8.0


class LoopWatch(HookProvider):
    """Ends the loop at its limits, and repeats a call that failed in passing before it brought anything.

    What the model has said is cleaned before the SDK runs its tools or sends it back.

    A call that has spoken is never repeated: what was said has been shown.
    """

    def __init__(
        self,
        reader: StreamReader,
        meter: Meter,
        spending: Spending,
        failure_of: Callable[[BaseException], Failure | None],
    ) -> None:
        self._reader = reader
        self._meter = meter
        self._spending = spending
        self._failure_of = failure_of
        self._failed = 0

    def register_hooks(self, registry: HookRegistry, **_kwargs: Any) -> None:
        """Called by the SDK."""
        registry.add_callback(BeforeModelCallEvent, self._before)
        registry.add_callback(AfterModelCallEvent, self._after)

    def _before(self, event: BeforeModelCallEvent) -> None:
        if self._spending.may_call():
            self._reader.begin_call()
            self._meter.begin(_sent(event.agent))
        else:
            event.cancel = True

    async def _after(self, event: AfterModelCallEvent) -> None:
        if event.exception is None:
            self._meter.end()
            if event.stop_response is not None:
                message = event.stop_response.message
                message["content"][:] = cleaned(message["content"])
            self._spending.loops += self._spending.reached is None  # else `_before` has called it off
            self._failed = 0
            return
        failure = self._failure_of(event.exception)
        self._meter.fail(failure)
        if failure is None or not failure.may_pass or self._reader.has_spoken:
            return
        self._failed += 1
        limits = self._spending.limits
        if self._failed < limits.attempts:
            await pause(min(limits.backoff_s * 2 ** (self._failed - 1), _LONGEST_PAUSE_S))
            event.retry = True


def _sent(agent: SdkAgent) -> str:
    """About all that the next call sends."""
    parts = (agent.system_prompt, agent.tool_registry.get_all_tool_specs(), agent.messages)
    return json.dumps(parts, ensure_ascii=False, default=str)
