"""What an agent says while it answers, in its own words: steps and parts have keys, not ids.

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
    """More of a thought; the first of a `step` opens it."""

    step: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningEnded:
    """A thought is complete (or `failed`); `title` may now say what came of it, None keeps the former."""

    step: str
    title: str | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class PillsShown:
    """A step with what it found so far; shown again with the same `step`, it replaces the former."""

    step: str
    title: str
    containers: tuple[PillContainer, ...] = ()
    status: StepStatus = "completed"


@dataclass(frozen=True, slots=True)
class FilesShown:
    """A step that makes files, with their whole texts so far; shown again, it replaces the former."""

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
    """Nothing more will be said in this part."""

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
    """Tokens that a model's call has cost, beyond those told before.

    `cached_tokens` are those of the input that came from a prompt cache. `cost_usd` is None where no prices
    are known. `estimated_tokens` are those of input and output that the endpoint has not told, estimated by
    what was sent and what arrived. It is the one event that may still come after a stop.
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
