"""The steps that an outbox returns to its reader, and the results of posts."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

__all__ = ["Delivery", "Finished", "Send", "Wait"]


class Delivery(Enum):
    """The result of a post."""

    ACCEPTED = auto()
    THROTTLED = auto()
    TOO_LARGE = auto()
    UNKNOWN = auto()
    GONE = auto()
    HELD = auto()
    """Nothing was posted: the post gate was not open."""


@dataclass(frozen=True, slots=True)
class Send:
    """Post this frame now, then pass the result to `Outbox.settle`."""

    frame: bytes


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to post before `until_s`, unless an event ends the wait.

    `wake_on` names that event: any event published after `cursor` (`news`), one that is not a chunk
    (`more_than_text`), or none (`time`). `until_s` is None where only an event ends the wait.
    """

    wake_on: Literal["news", "more_than_text", "time"]
    until_s: float | None
    cursor: int


@dataclass(frozen=True, slots=True)
class Finished:
    """Nothing more to post: the terminal frame was delivered, or the connection is gone or given up."""

    gone: bool
