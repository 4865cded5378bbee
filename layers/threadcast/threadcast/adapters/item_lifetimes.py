"""How long stored things last; one set of rules for every store.

DynamoDB's TTL deletes up to two days late and knows whole seconds only, so readers decide by `has_expired`.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from threadcast.ports import Opening

__all__ = [
    "CONNECTION_LIFETIME_S",
    "QUOTA_LIFETIME_S",
    "expired_leases",
    "expiry",
    "has_expired",
]

CONNECTION_LIFETIME_S = 7_800
"""Ten minutes above the two hours after which API Gateway closes every connection."""

QUOTA_LIFETIME_S = 7 * 24 * 3600
"""A quota that nobody used for this long is a full one: it may go."""

_LEASE_LONG_DEAD = timedelta(hours=1)
"""Lambda ends every function after 15 minutes, so nobody is left to renew a lease that ended an hour ago."""


def expiry(since: datetime, lifetime_s: int) -> int:
    """When something expires, in epoch seconds."""
    return int(since.timestamp()) + lifetime_s


def has_expired(expires_at_epoch_s: int, now: datetime) -> bool:
    """Whether it no longer counts, be it still stored or not."""
    return expires_at_epoch_s <= int(now.timestamp())


def expired_leases(opening: Opening, now: datetime) -> Iterable[str]:
    """Ids of running turns in the opening's quota whose runner died without anybody ending the turn."""
    return [
        message_id
        for message_id, lease_until in opening.quota.running.items()
        if message_id != opening.message.id and lease_until + _LEASE_LONG_DEAD <= now
    ]
