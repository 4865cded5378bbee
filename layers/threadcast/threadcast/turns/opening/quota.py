"""The quota of a user: a token bucket and a limit of concurrent turns, as pure functions."""

import math
from dataclasses import dataclass
from datetime import datetime

from threadcast.errors import TooManyRequests
from threadcast.ports import Quota

__all__ = ["QuotaLimits", "admit"]


@dataclass(frozen=True, slots=True)
class QuotaLimits:
    """`turns_per_minute` refill the bucket of `burst` turns; `concurrent` prompted turns may run.

    `messages_per_minute` refill the bucket of `message_burst` messages that open no turn.
    """

    turns_per_minute: float = 20
    burst: int = 5
    concurrent: int = 3
    messages_per_minute: float = 120
    message_burst: int = 40


def admit(
    quota: Quota | None,
    limits: QuotaLimits,
    now: datetime,
    running: dict[str, datetime] | None = None,
    leaving: str | None = None,
) -> Quota:
    """Return the quota after this turn; raises `TooManyRequests`.

    `running` is the turn that starts to run: its message's id and the end of its lease; None for a turn that
    ends at once. `leaving` is the id of a turn that ends before. A turn whose lease has expired does not
    count, so a killed turn frees its place.
    """
    former = quota or Quota(float(limits.burst), now)
    alive = {
        message_id: until
        for message_id, until in former.running.items()
        if until > now and message_id != leaving
    }
    tokens = _refilled(former, limits, now)
    if tokens < 1:
        raise TooManyRequests(
            "You are asking faster than allowed; please wait a moment",
            _ceil_tenth((1 - tokens) * 60 / limits.turns_per_minute),
        )
    if running and len(alive) >= limits.concurrent:
        raise TooManyRequests(
            f"You already have {len(alive)} answers under way; please wait for one of them",
            _ceil_tenth(max((min(alive.values()) - now).total_seconds(), 1.0)),
        )
    kept = {**former.running, **(running or {})}  # expired ones too: the store removes them later
    return Quota(tokens - 1, now, kept, (former.version or 0) + 1)


def _refilled(quota: Quota, limits: QuotaLimits, now: datetime) -> float:
    elapsed_s = max((now - quota.refilled_at).total_seconds(), 0.0)
    return min(quota.tokens + elapsed_s * limits.turns_per_minute / 60, float(limits.burst))


def _ceil_tenth(seconds: float) -> float:
    return math.ceil(seconds * 10) / 10
