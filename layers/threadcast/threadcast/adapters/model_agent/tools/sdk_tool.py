"""`SdkTool`: adapts a tool to the agent's SDK."""

import asyncio
import logging
from typing import Any, Literal

from strands.types._events import ToolResultEvent
from strands.types.tools import AgentTool, ToolGenerator, ToolSpec, ToolUse

from threadcast.adapters.model_agent.event_loop import Emit
from threadcast.adapters.model_agent.tools.tool import Tool, ToolResult
from threadcast.adapters.model_agent.tools.tool_steps import ToolSteps
from threadcast.domain.text import clean
from threadcast.errors import ToolRefusal

__all__ = ["SdkTool"]

_log = logging.getLogger(__name__)

BROKEN = (
    "The tool failed for a reason that is not yours. Answer without it, and say that it was not available."
)


class SdkTool(AgentTool):
    """Runs a tool in a thread, emits its steps, and returns its result or refusal to the model."""

    def __init__(self, tool: Tool, steps: ToolSteps, emit: Emit) -> None:
        super().__init__()
        self._tool = tool
        self._steps = steps
        self._emit = emit

    @property
    def tool_name(self) -> str:
        """The tool's name."""
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
        """The tool's type in the SDK's traces."""
        return "threadcast"

    async def stream(
        self, tool_use: ToolUse, invocation_state: dict[str, Any], **kwargs: Any
    ) -> ToolGenerator:
        """Run the tool; the only event is its result."""
        del invocation_state, kwargs
        step = self._steps.of(tool_use["toolUseId"])
        given = tool_use["input"] if isinstance(tool_use["input"], dict) else {}
        status: Literal["success", "error"] = "error"
        try:
            result = await asyncio.to_thread(self._tool.run, step, given)
            status = "success"
        except ToolRefusal as refusal:
            result = ToolResult(refusal.text, (self._tool.failed_step(step),))
        except Exception as error:  # noqa: BLE001 - a failing tool must not end the answer
            _log.error("tool_broke", extra={"tool": self._tool.name, "fault": type(error).__qualname__})
            result = ToolResult(BROKEN, (self._tool.failed_step(step),))
        for event in result.events:
            self._emit(event)
        yield ToolResultEvent(
            {
                "toolUseId": tool_use["toolUseId"],
                "status": status,
                "content": [{"text": clean(result.text)}],
            }
        )
