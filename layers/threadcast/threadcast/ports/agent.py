"""The port `Agent`."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from threadcast.domain.asset import AssetContext
from threadcast.domain.user import User
from threadcast.ports.agent_events import AgentEvent

__all__ = ["Agent", "AgentTask", "Allowance", "Exchange", "NoLimit", "StopSignal"]


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


class Allowance(Protocol):
    """The user's budget, as an agent asks for it between the calls of a model."""

    def is_used_up(self, tokens: int, cost_usd: Decimal) -> bool:
        """Return whether the budget permits no further call; the turn has used this much so far."""
        ...


class NoLimit:
    """An `Allowance` that permits everything."""

    def is_used_up(self, tokens: int, cost_usd: Decimal) -> bool:  # noqa: ARG002 - the port's signature
        """Return False."""
        return False


@dataclass(frozen=True, slots=True)
class AgentTask:
    """The input of an agent: the prompt, the chat so far (oldest first) and the asset, if there is one.

    `wants_title` is true in a chat's first prompted turn. An agent checks `stop` at least once a second and
    between any two events, and returns soon after it is set. One that calls a model asks the `allowance`
    before each call.
    """

    prompt: str
    user: User
    history: tuple[Exchange, ...]
    context: AssetContext | None
    wants_title: bool
    stop: StopSignal
    allowance: Allowance = field(default_factory=NoLimit)


class Agent(Protocol):
    """Answers prompts."""

    def answer(self, task: AgentTask) -> Iterator[AgentEvent]:
        """Yield reasoning, title and answer as they are made; raises `AgentError`."""
        ...
