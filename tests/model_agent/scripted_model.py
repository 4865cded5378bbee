"""What a fake model says, in no endpoint's words: `bedrock_server` and `openai_server` put it on the wire."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Asked",
    "Cut",
    "Fault",
    "Garbage",
    "Hold",
    "Model",
    "Piece",
    "Refuse",
    "Say",
    "Stop",
    "Think",
    "Tokens",
    "Truncate",
    "Untold",
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
    """Reasoning, a delta for each chunk; Bedrock's models may sign it, and want it back as it was."""

    chunks: tuple[str, ...]
    signature: str

    def __init__(self, *chunks: str, signature: str = "") -> None:
        object.__setattr__(self, "chunks", chunks)
        object.__setattr__(self, "signature", signature)


@dataclass(frozen=True)
class Use:
    """The use of a tool; `given` as a text is sent as it is, be it JSON or not."""

    name: str
    given: Mapping[str, Any] | str
    id: str = "use-1"

    @property
    def text(self) -> str:
        """What goes over the wire."""
        return self.given if isinstance(self.given, str) else json.dumps(self.given)


@dataclass(frozen=True)
class Stop:
    """The end, for a reason in Bedrock's words; `masked`: a guardrail has only hidden what is personal."""

    reason: str
    masked: bool = False


@dataclass(frozen=True)
class Tokens:
    """What the call is said to have used; without one it is 100 in, 20 out."""

    read: int
    written: int
    cached: int = 0


@dataclass(frozen=True)
class Untold:
    """The endpoint does not say what the call has used; `usage` is what an OpenAI endpoint says instead."""

    usage: Mapping[str, int | None] | None = None


@dataclass(frozen=True)
class Garbage:
    """Bytes that are none of the protocol's."""

    data: bytes


@dataclass(frozen=True)
class Refuse:
    """An HTTP error instead of a stream, its code in Bedrock's words."""

    status: int
    code: str
    message: str = "no"


@dataclass(frozen=True)
class Fault:
    """An error within the stream."""

    code: str
    message: str = "no"


@dataclass(frozen=True)
class Truncate:
    """The connection ends here: in the middle of a frame, or politely but without the end of the message."""

    politely: bool = False


@dataclass(frozen=True)
class Cut:
    """The connection ends, politely, after so many bytes of the whole stream."""

    after: int


@dataclass(frozen=True)
class Hold:
    """Nothing more comes; `reached` once it begins, `hung_up` once the client has gone."""

    reached: threading.Event = field(default_factory=threading.Event)
    hung_up: threading.Event = field(default_factory=threading.Event)
    before_the_stream: bool = False


Piece = Say | Think | Use | Stop | Tokens | Untold | Refuse | Fault | Truncate | Cut | Garbage | Hold


@dataclass(frozen=True)
class Asked:
    """A request as the fake model sees it: `results` are the tools' answers of the last message."""

    system: str
    messages: list[tuple[str, str]]
    tools: tuple[str, ...]
    results: tuple[str, ...]
    body: Mapping[str, Any]
    path: str
    peer: tuple[str, int] = ("", 0)

    @property
    def is_for_a_title(self) -> bool:
        return self.system.startswith("You name chats")


Reply = Callable[[Asked], Sequence[Piece]]


@dataclass
class Model:
    """A fake model that runs: where it is, what it was asked."""

    url: str
    asked: list[Asked] = field(default_factory=list)

    @property
    def questions(self) -> list[Asked]:
        """What it was asked beside titles."""
        return [asked for asked in self.asked if not asked.is_for_a_title]


def in_order(*replies: Sequence[Piece], title: Sequence[Piece] = (Say("A ", "title"),)) -> Reply:
    """A model that gives these replies one after the other, and always the same title."""
    left = iter(replies)

    def reply(asked: Asked) -> Sequence[Piece]:
        return title if asked.is_for_a_title else next(left)

    return reply
