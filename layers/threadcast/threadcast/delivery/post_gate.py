"""Whether a turn may still post: a fact that its run loop updates and its readers check before each post."""

from enum import Enum, auto

__all__ = ["PostGate", "Verdict"]


class Verdict(Enum):
    """What a reader does with its next post."""

    POST = auto()
    WAIT = auto()
    """The fact is too old to rely on: the run loop has to renew it first."""
    GIVE_UP = auto()
    """A newer turn of the chat has begun: its readers deliver from now on."""


class PostGate:
    """Open without a limit at first. All times are on the readers' monotonic clock, in seconds.

    A post starts only while it can still arrive before the turn's lease ends, as this process last
    renewed it: after that, another process may close the turn and deliver its end.

    A new turn delays its posts to connections that a former post may still reach. It counts on no former post
    starting later than `StreamPolicy.gate_s` after it has opened, so a gate is never opened beyond that time
    after the start of the read that found no newer turn.
    """

    def __init__(self) -> None:
        self._open_until_s = float("inf")
        self._closed = False

    def open_until(self, time_s: float) -> None:
        """Permit posts that start before `time_s`."""
        self._open_until_s = time_s

    def close(self) -> None:
        """Permit no further post."""
        self._closed = True

    def verdict(self, now_s: float) -> Verdict:
        """Return what to do with a post that would start now."""
        if self._closed:
            return Verdict.GIVE_UP
        return Verdict.POST if now_s < self._open_until_s else Verdict.WAIT
