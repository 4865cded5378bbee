"""What a tool is: a name and a schema for the model, a step for the user, and a bounded piece of work."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from threadcast.errors import ToolRefusal
from threadcast.ports.agent_events import AgentEvent

__all__ = ["Tool", "ToolAnswer", "required_text"]


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """What the model learns, and what the user sees of it, in order."""

    text: str
    events: tuple[AgentEvent, ...]


class Tool(Protocol):
    """One thing that a model may ask for. All that it may touch is given when it is made."""

    @property
    def name(self) -> str:
        """What the model calls it."""
        ...

    @property
    def description(self) -> str:
        """When and how to use it, for the model."""
        ...

    @property
    def schema(self) -> Mapping[str, Any]:
        """The JSON schema of what it wants."""
        ...

    def begun(self, step: str) -> AgentEvent:
        """The step as it shows while the tool works."""
        ...

    def failed(self, step: str) -> AgentEvent:
        """The step as it shows if the tool could not do it."""
        ...

    def run(self, step: str, given: Mapping[str, Any]) -> ToolAnswer:
        """Do it; called in a thread of its own. Raises `ToolRefusal`."""
        ...


def required_text(given: Mapping[str, Any], key: str, max_length: int) -> str:
    """The text that the model must give under `key`, without white space around it."""
    value = given.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ToolRefusal(f"'{key}' must be a text that is not empty.")
    if len(value) > max_length:
        raise ToolRefusal(f"'{key}' is longer than {max_length:,} characters.")
    return value.strip()
