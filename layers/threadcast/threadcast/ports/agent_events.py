"""The events that an agent yields while it answers; its steps and parts have keys, not ids.

Keys are any strings, unique within one answer; the turn derives ids, durations and whole texts from them.
Deltas (`…Extended`) hold new text only.
"""

from dataclasses import dataclass
from decimal import Decimal

from threadcast.domain.asset import AssetRef
from threadcast.domain.message import PillContainer, StepFile, StepStatus

__all__ = [
    "AgentEvent",
    "AnswerEnded",
    "AnswerExtended",
    "FileMade",
    "FilesShown",
    "PillsShown",
    "ReasoningEnded",
    "ReasoningExtended",
    "TitleDecided",
    "TitleExtended",
    "TokensUsed",
]


@dataclass(frozen=True, slots=True)
class ReasoningExtended:
    """More of a reasoning text; the first event of a `step` opens it."""

    step: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningEnded:
    """A reasoning text is complete (or `failed`); `title` replaces the former title unless it is None."""

    step: str
    title: str | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class PillsShown:
    """A step with the items it found so far; a later event with the same `step` replaces it."""

    step: str
    title: str
    containers: tuple[PillContainer, ...] = ()
    status: StepStatus = "completed"


@dataclass(frozen=True, slots=True)
class FilesShown:
    """A step with its files and their whole texts so far; a later event with the same `step` replaces it."""

    step: str
    title: str
    files: tuple[StepFile, ...] = ()
    status: StepStatus = "completed"


@dataclass(frozen=True, slots=True)
class TitleExtended:
    """More of the chat's title."""

    text: str


@dataclass(frozen=True, slots=True)
class TitleDecided:
    """The chat's whole title."""

    title: str


@dataclass(frozen=True, slots=True)
class AnswerExtended:
    """More of the answer; the first of a `part` opens it. `tool` names the tool it came from, if one did."""

    part: str
    text: str
    tool: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerEnded:
    """A part of the answer is complete."""

    part: str


@dataclass(frozen=True, slots=True)
class FileMade:
    """A file belongs to the answer: an asset that the agent stored for the user."""

    part: str
    asset: AssetRef
    name: str
    version_number: int = 1
    note: str = "Created"


@dataclass(frozen=True, slots=True)
class TokensUsed:
    """Tokens that a model's call has used, in addition to those of former events.

    `cached_tokens` are the input tokens that came from a prompt cache. `cost_usd` is None where no prices are
    configured. `estimated_tokens` are the input and output tokens that the endpoint did not report, estimated
    from what was sent and received. Only this event may still come after a stop.
    """

    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0
    cost_usd: Decimal | None = None
    estimated_tokens: int = 0


AgentEvent = (
    ReasoningExtended
    | ReasoningEnded
    | PillsShown
    | FilesShown
    | TitleExtended
    | TitleDecided
    | AnswerExtended
    | AnswerEnded
    | FileMade
    | TokensUsed
)
