"""The events that an agent yields while it answers: streamed parts, files it made, tokens it used.

The ids of an agent's parts are keys of its own choice; see `threadcast.domain.streamed_parts`. A step is a
`StepSnapshot`; its `secondary_title`, the time it took, is set by the turn.
"""

from dataclasses import dataclass
from decimal import Decimal

from threadcast.domain.asset import AssetRef
from threadcast.domain.streamed_parts import AnswerEnd, Delta, ReasoningEnd, StepSnapshot, TitleEnd

__all__ = ["AgentEvent", "FileMade", "TokensUsed"]


@dataclass(frozen=True, slots=True)
class FileMade:
    """A file belongs to the answer: an asset that the agent stored for the user."""

    id: str
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


AgentEvent = Delta | TitleEnd | ReasoningEnd | StepSnapshot | AnswerEnd | FileMade | TokensUsed
