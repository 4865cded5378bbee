"""A tool as the agent's SDK wants it."""

import asyncio
import logging
from typing import Any, Literal

from strands.types._events import ToolResultEvent
from strands.types.tools import AgentTool, ToolGenerator, ToolSpec, ToolUse

from threadcast.adapters.model_agent.event_loop import Emit
from threadcast.adapters.model_agent.tools.tool import Tool, ToolAnswer
from threadcast.adapters.model_agent.tools.tool_steps import ToolSteps
from threadcast.domain.text import clean
from threadcast.errors import ToolRefusal

__all__ = ["SdkTool"]

_log = logging.getLogger(__name__)

BROKEN = (
    "The tool failed for a reason that is not yours. Answer without it, and say that it was not available."
)


class SdkTool(AgentTool):
    """Runs a tool in a thread, shows its step, and hands its answer or its refusal to the model."""

    def __init__(self, tool: Tool, steps: ToolSteps, emit: Emit) -> None:
        super().__init__()
        self._tool = tool
        self._steps = steps
        self._emit = emit

    @property
    def tool_name(self) -> str:
        """What the model calls it."""
        return self._tool.name

    @property
    def tool_spec(self) -> ToolSpec:
        """Name, description and schema."""
        return {
            "name": self._tool.name,
            "description": self._tool.description,
            "inputSchema": {"json": dict(self._tool.schema)},
        }

    @property
    def tool_type(self) -> str:
        """A kind of its own, for the SDK's traces."""
        return "threadcast"

    async def stream(
        self, tool_use: ToolUse, invocation_state: dict[str, Any], **kwargs: Any
    ) -> ToolGenerator:
        """Do what the model asks for; the one event is the result."""
        del invocation_state, kwargs
        step = self._steps.of(tool_use["toolUseId"])
        given = tool_use["input"] if isinstance(tool_use["input"], dict) else {}
        status: Literal["success", "error"] = "error"
        try:
            answer = await asyncio.to_thread(self._tool.run, step, given)
            status = "success"
        except ToolRefusal as refusal:
            answer = ToolAnswer(refusal.text, (self._tool.failed(step),))
        except Exception as error:  # noqa: BLE001 - a tool that breaks must not end the answer
            _log.error("tool_broke", extra={"tool": self._tool.name, "fault": type(error).__qualname__})
            answer = ToolAnswer(BROKEN, (self._tool.failed(step),))
        for event in answer.events:
            self._emit(event)
        yield ToolResultEvent(
            {
                "toolUseId": tool_use["toolUseId"],
                "status": status,
                "content": [{"text": clean(answer.text)}],
            }
        )
