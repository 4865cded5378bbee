"""The protocol `Tool`: name and schema for the model, steps for the user, and the work."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from threadcast.errors import ToolRefusal
from threadcast.ports.agent_events import AgentEvent

__all__ = ["Tool", "ToolResult", "required_text"]


@dataclass(frozen=True, slots=True)
class ToolResult:
    """The result's text for the model, and its events for the user, in order."""

    text: str
    events: tuple[AgentEvent, ...]


class Tool(Protocol):
    """A tool of the model. Its constructor gets everything that it may access."""

    @property
    def name(self) -> str:
        """The tool's name for the model."""
        ...

    @property
    def description(self) -> str:
        """When and how to use the tool, for the model."""
        ...

    @property
    def schema(self) -> Mapping[str, Any]:
        """The JSON schema of the input."""
        ...

    def started_step(self, step: str) -> AgentEvent:
        """Return the step of a running tool."""
        ...

    def failed_step(self, step: str) -> AgentEvent:
        """Return the step of a failed tool."""
        ...

    def run(self, step: str, given: Mapping[str, Any]) -> ToolResult:
        """Run the tool, in a thread of its own; raises `ToolRefusal`."""
        ...


def required_text(given: Mapping[str, Any], key: str, max_length: int) -> str:
    """Return the required text under `key`, stripped; raises `ToolRefusal`."""
    value = given.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ToolRefusal(f"'{key}' must be a text that is not empty.")
    if len(value) > max_length:
        raise ToolRefusal(f"'{key}' is longer than {max_length:,} characters.")
    return value.strip()
