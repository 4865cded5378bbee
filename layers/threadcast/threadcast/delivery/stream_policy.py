"""The pace and the time limits of a stream."""

from dataclasses import dataclass

from threadcast.ports.push import MAX_FRAME_BYTES

__all__ = ["StreamPolicy"]


@dataclass(frozen=True, slots=True)
class StreamPolicy:
    """Bounds of one connection's outbox; all times in seconds.

    `gap_s` is the least time between two posts that carry text only: it bounds the cost, and the share of
    API Gateway's 10,000 requests a second (account and region, callbacks included) that a stream takes.
    All connections that receive one turn share `texts_per_s` such posts a second. A throttled post
    multiplies the gap by `gap_growth`, to `least_widened_gap_s` at least and `max_gap_s` at most; each
    accepted post adds `regained_posts_per_s` to the rate that the gap permits. These numbers were chosen
    by simulation (`benchmarks/capacity`): a larger growth or a smaller gain makes fewer 429s and shares
    the account less evenly.

    `post_s` is how long a post takes at most: the pusher's time-outs. `settle_s` is how long after that a
    post of unknown outcome may still arrive; the connection is brought up to date only then. `gate_s` is how
    long posts may go on after a newer turn has opened. `connect_grace_s` is how long after `$connect` a 410
    may only mean that it has not returned yet. The back-off doubles from `backoff_s` up to `backoff_cap_s`,
    with jitter. `max_connections` is how many connections one broadcast posts to at the same time, each by a
    thread of its own.
    """

    gap_s: float = 0.05
    texts_per_s: float = 60.0
    max_gap_s: float = 1.0
    least_widened_gap_s: float = 0.2
    gap_growth: float = 1.5
    regained_posts_per_s: float = 0.2
    max_frame_bytes: int = MAX_FRAME_BYTES
    min_frame_bytes: int = 4_096
    backoff_s: float = 0.1
    backoff_cap_s: float = 1.0
    post_s: float = 4.0
    settle_s: float = 1.0
    gate_s: float = 2.0
    connect_grace_s: float = 10.0
    max_connections: int = 21

    def shared_gap_s(self, connections: int) -> float:
        """Return the least gap of each of so many connections that receive one turn; alone: `gap_s`."""
        return self.gap_s if connections <= 1 else max(self.gap_s, connections / self.texts_per_s)

    @property
    def arrival_s(self) -> float:
        """How long after its start a post may still arrive; later it never does."""
        return self.post_s + self.settle_s

    @property
    def former_post_s(self) -> float:
        """How long after a turn has opened a post of the former turn may still arrive."""
        return self.gate_s + self.arrival_s
