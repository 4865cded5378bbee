"""Whoever answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from threadcast.domain.asset import AssetContext
from threadcast.domain.user import User
from threadcast.ports.agent_events import AgentEvent

__all__ = ["Agent", "AgentTask", "Exchange", "StopSignal"]


class StopSignal(Protocol):
    """Tells an agent that nobody wants the rest; `threading.Event` is one."""

    def is_set(self) -> bool:
        """Whether it is time to stop."""
        ...

    def wait(self, timeout: float | None = None) -> bool:
        """Block until it is time to stop, at most `timeout` seconds; whether it is."""
        ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier turn of the chat: what was asked (None: the asset was handed over) and what was answered."""

    prompt: str | None
    answer: str


@dataclass(frozen=True, slots=True)
class AgentTask:
    """What an agent is asked: the prompt, the chat so far (oldest first) and the asset, if there is one.

    `wants_title` is true in a chat's first prompted turn. An agent looks at `stop` at least once a second and
    between any two events, and returns soon after it is set.
    """

    prompt: str
    user: User
    history: tuple[Exchange, ...]
    context: AssetContext | None
    wants_title: bool
    stop: StopSignal


class Agent(Protocol):
    """Whoever answers."""

    def answer(self, task: AgentTask) -> Iterator[AgentEvent]:
        """Reasoning, title and answer as they are made; raises `AgentError` when it can't go on."""
        ...
