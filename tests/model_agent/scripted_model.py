"""Scripts of a model, independent of the endpoint; `bedrock_server` and `openai_server` serve them."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Cut",
    "Fault",
    "Garbage",
    "Hold",
    "Model",
    "ModelRequest",
    "NoUsage",
    "Piece",
    "Refuse",
    "Say",
    "Stop",
    "Think",
    "Tokens",
    "Truncate",
    "Use",
    "in_order",
]


@dataclass(frozen=True)
class Say:
    """Text, a delta for each chunk."""

    chunks: tuple[str, ...]

    def __init__(self, *chunks: str) -> None:
        object.__setattr__(self, "chunks", chunks)


@dataclass(frozen=True)
class Think:
    """Reasoning, a delta for each chunk; models of Bedrock may sign it, and require it back unchanged."""

    chunks: tuple[str, ...]
    signature: str

    def __init__(self, *chunks: str, signature: str = "") -> None:
        object.__setattr__(self, "chunks", chunks)
        object.__setattr__(self, "signature", signature)


@dataclass(frozen=True)
class Use:
    """The use of a tool; `given` as a text is sent unchanged, even if it is not JSON."""

    name: str
    given: Mapping[str, Any] | str
    id: str = "use-1"

    @property
    def text(self) -> str:
        """The input as sent."""
        return self.given if isinstance(self.given, str) else json.dumps(self.given)


@dataclass(frozen=True)
class Stop:
    """The end, with Bedrock's stop reason; `masked`: a guardrail has only masked personal information."""

    reason: str
    masked: bool = False


@dataclass(frozen=True)
class Tokens:
    """The reported usage of the call; the default is 100 tokens in, 20 out."""

    read: int
    written: int
    cached: int = 0


@dataclass(frozen=True)
class NoUsage:
    """The endpoint reports no usage; an OpenAI endpoint reports `usage` instead."""

    usage: Mapping[str, int | None] | None = None


@dataclass(frozen=True)
class Garbage:
    """Bytes that violate the protocol."""

    data: bytes


@dataclass(frozen=True)
class Refuse:
    """An HTTP error instead of a stream, with Bedrock's error code."""

    status: int
    code: str
    message: str = "no"


@dataclass(frozen=True)
class Fault:
    """An error event in the stream."""

    code: str
    message: str = "no"


@dataclass(frozen=True)
class Truncate:
    """The connection ends here: in the middle of a frame, or `politely`, but without the final event."""

    politely: bool = False


@dataclass(frozen=True)
class Cut:
    """The connection ends, politely, after so many bytes of the stream."""

    after: int


@dataclass(frozen=True)
class Hold:
    """The model sends nothing more; `reached` is set at its start, `disconnected` at the client's end."""

    reached: threading.Event = field(default_factory=threading.Event)
    disconnected: threading.Event = field(default_factory=threading.Event)
    before_the_stream: bool = False


Piece = Say | Think | Use | Stop | Tokens | NoUsage | Refuse | Fault | Truncate | Cut | Garbage | Hold


@dataclass(frozen=True)
class ModelRequest:
    """A request to the scripted model; `results` are the tool results in the last message."""

    system: str
    messages: list[tuple[str, str]]
    tools: tuple[str, ...]
    results: tuple[str, ...]
    body: Mapping[str, Any]
    path: str
    peer: tuple[str, int] = ("", 0)

    @property
    def is_title_request(self) -> bool:
        return self.system.startswith("You name chats")


Reply = Callable[[ModelRequest], Sequence[Piece]]


@dataclass
class Model:
    """A running scripted model: its URL and its requests."""

    url: str
    requests: list[ModelRequest] = field(default_factory=list)

    @property
    def questions(self) -> list[ModelRequest]:
        """The requests other than title requests."""
        return [request for request in self.requests if not request.is_title_request]


def in_order(*replies: Sequence[Piece], title: Sequence[Piece] = (Say("A ", "title"),)) -> Reply:
    """Return a script with these replies in sequence, and always the same title."""
    left = iter(replies)

    def reply(request: ModelRequest) -> Sequence[Piece]:
        return title if request.is_title_request else next(left)

    return reply
