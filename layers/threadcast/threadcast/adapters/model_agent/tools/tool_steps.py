"""`ToolSteps`: the steps of a turn's tool uses, from the model's request on."""

from collections.abc import Iterator, Mapping

from threadcast.adapters.model_agent.tools.tool import Tool
from threadcast.ports.agent_events import AgentEvent

__all__ = ["ToolSteps"]


class ToolSteps:
    """Keys for the uses of tools. A model's own ids are not unique on some servers."""

    def __init__(self, tools: Mapping[str, Tool]) -> None:
        self._tools = tools
        self._steps: dict[str, str] = {}
        self._count = 0

    def begin(self, name: str, use_id: str) -> Iterator[AgentEvent]:
        """Yield the step of a requested tool; nothing for an unknown tool."""
        tool = self._tools.get(name)
        if tool is None:
            return
        self._count += 1
        self._steps[use_id] = f"tool-{self._count}"
        yield tool.started_step(self._steps[use_id])

    def of(self, use_id: str) -> str:
        """Return the key of a use's step."""
        return self._steps.setdefault(use_id, f"tool-{use_id}")
