"""The steps that show a turn's tools: each use has one, from the moment the model asks for it."""

from collections.abc import Iterator, Mapping

from threadcast.adapters.model_agent.tools.tool import Tool
from threadcast.ports.agent_events import AgentEvent

__all__ = ["ToolSteps"]


class ToolSteps:
    """Keys for the uses of tools. A model's own ids are not used: some servers give the same ones again."""

    def __init__(self, tools: Mapping[str, Tool]) -> None:
        self._tools = tools
        self._steps: dict[str, str] = {}
        self._count = 0

    def begin(self, name: str, use_id: str) -> Iterator[AgentEvent]:
        """Show that a tool is wanted; nothing for a tool that does not exist."""
        tool = self._tools.get(name)
        if tool is None:
            return
        self._count += 1
        self._steps[use_id] = f"tool-{self._count}"
        yield tool.begun(self._steps[use_id])

    def of(self, use_id: str) -> str:
        """The key of a use's step."""
        return self._steps.setdefault(use_id, f"tool-{use_id}")
