"""What an outbox tells its reader to do next, and what it hears of a post."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

__all__ = ["Delivery", "Finished", "Send", "Wait"]


class Delivery(Enum):
    """What became of a post."""

    ACCEPTED = auto()
    THROTTLED = auto()
    TOO_LARGE = auto()
    UNKNOWN = auto()
    GONE = auto()


@dataclass(frozen=True, slots=True)
class Send:
    """Post this frame now, then tell `Outbox.settle` what came of it."""

    frame: bytes


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to post before `until_s`, unless there is a reason to look earlier.

    That reason is: any event published past `cursor` (`news`), one that is not a chunk (`more_than_text`), or
    none at all (`time`). `until_s` is None where only news matters.
    """

    wake_on: Literal["news", "more_than_text", "time"]
    until_s: float | None
    cursor: int


@dataclass(frozen=True, slots=True)
class Finished:
    """Nothing more to post, ever: the terminal frame was taken, or the connection is gone or given up."""

    gone: bool
