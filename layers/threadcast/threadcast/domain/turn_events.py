"""The events of a turn, in order: what its connections receive.

Every event is complete: with the ids of the chat and the message, it makes a frame for a client that has
received all the former ones.
"""

from dataclasses import dataclass

from threadcast.domain.chat import ChatView
from threadcast.domain.message import Outcome
from threadcast.domain.streamed_parts import (
    AnswerEnd,
    AnswerSnapshot,
    Delta,
    ReasoningSnapshot,
    StepSnapshot,
    TitleEnd,
)

__all__ = ["ChatOpened", "TerminalEvent", "TurnCompleted", "TurnEvent", "TurnFailed"]


@dataclass(frozen=True, slots=True)
class ChatOpened:
    """The chat and the new message are stored; also the first event of a snapshot of the turn."""

    view: ChatView


@dataclass(frozen=True, slots=True)
class TurnCompleted:
    """The last event of a turn that succeeded or was stopped: the chat in its final state."""

    view: ChatView


@dataclass(frozen=True, slots=True)
class TurnFailed:
    """The last event of a turn that failed; `outcome.kind` is `failed`."""

    outcome: Outcome


TerminalEvent = TurnCompleted | TurnFailed

TurnEvent = (
    ChatOpened
    | Delta
    | TitleEnd
    | ReasoningSnapshot
    | StepSnapshot
    | AnswerEnd
    | AnswerSnapshot
    | TerminalEvent
)
