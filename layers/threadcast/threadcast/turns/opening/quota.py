"""Who may ask how often: a token bucket and a cap of concurrent turns per user, as pure functions."""

import math
from dataclasses import dataclass
from datetime import datetime

from threadcast.errors import TooManyRequests
from threadcast.ports import Quota

__all__ = ["QuotaLimits", "admit"]


@dataclass(frozen=True, slots=True)
class QuotaLimits:
    """`turns_per_minute` refill the bucket of `burst` turns; `concurrent` prompted turns may run."""

    turns_per_minute: float = 20
    burst: int = 5
    concurrent: int = 3


def admit(
    quota: Quota | None,
    limits: QuotaLimits,
    now: datetime,
    running: dict[str, datetime] | None = None,
    leaving: str | None = None,
) -> Quota:
    """The quota as it stands once this turn is taken from it; raises `TooManyRequests`.

    `running` is the turn that starts to run, its message's id and the end of its lease; None for a turn that
    is over at once. `leaving` is one that ends before it. Turns whose lease has lapsed no longer count, so a
    killed one frees its place.
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
    kept = {**former.running, **(running or {})}  # the lapsed too: the store sweeps those long dead
    return Quota(tokens - 1, now, kept, (former.version or 0) + 1)


def _refilled(quota: Quota, limits: QuotaLimits, now: datetime) -> float:
    elapsed_s = max((now - quota.refilled_at).total_seconds(), 0.0)
    return min(quota.tokens + elapsed_s * limits.turns_per_minute / 60, float(limits.burst))


def _ceil_tenth(seconds: float) -> float:
    return math.ceil(seconds * 10) / 10
