"""How the stream paces itself and how long it is patient."""

from dataclasses import dataclass

__all__ = ["StreamPolicy"]


@dataclass(frozen=True, slots=True)
class StreamPolicy:
    """Bounds of one connection's outbox; all times in seconds.

    `gap_s` is the least time between two posts that only carry more text: it bounds cost, and the share of
    API Gateway's 10,000 requests a second (account and region, callbacks included) that a stream takes.
    `post_s` is how long a post takes at most: the pusher's time-outs. `settle_s` is how long one of unknown
    fate may still arrive after that: the connection is brought up to date only then. `connect_grace_s` is how
    long a 410 may only mean that `$connect` has not returned yet. Back-off doubles from `backoff_s` up to
    `backoff_cap_s`, with jitter.
    """

    gap_s: float = 0.05
    max_frame_bytes: int = 131_072
    min_frame_bytes: int = 4_096
    backoff_s: float = 0.1
    backoff_cap_s: float = 2.0
    post_s: float = 4.0
    settle_s: float = 1.0
    connect_grace_s: float = 10.0
