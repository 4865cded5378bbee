"""The port `Agent`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from threadcast.domain.asset import AssetContext
from threadcast.domain.user import User
from threadcast.ports.agent_events import AgentEvent

__all__ = ["Agent", "AgentTask", "Exchange", "StopSignal"]


class StopSignal(Protocol):
    """Signals an agent to stop; `threading.Event` satisfies it."""

    def is_set(self) -> bool:
        """Return whether to stop."""
        ...

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is time to stop, at most `timeout` seconds; return whether it is."""
        ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier turn of the chat: the prompt (None for a prompt-less turn) and the answer."""

    prompt: str | None
    answer: str


@dataclass(frozen=True, slots=True)
class AgentTask:
    """The input of an agent: the prompt, the chat so far (oldest first) and the asset, if there is one.

    `wants_title` is true in a chat's first prompted turn. An agent checks `stop` at least once a second and
    between any two events, and returns soon after it is set.
    """

    prompt: str
    user: User
    history: tuple[Exchange, ...]
    context: AssetContext | None
    wants_title: bool
    stop: StopSignal


class Agent(Protocol):
    """Answers prompts."""

    def answer(self, task: AgentTask) -> Iterator[AgentEvent]:
        """Yield reasoning, title and answer as they are made; raises `AgentError`."""
        ...
